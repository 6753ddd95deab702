package dev.ferryman.schema.internal;

import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Translates SQLite's date functions of the present moment, as defaults use them. Months and years are refused: SQLite
 * carries the days that are left over into the next month, PostgreSQL cuts them off.
 */
final class NowFunctions {
    static final Set<String> NAMES = Set.of("date", "time", "datetime", "julianday", "unixepoch", "strftime",
            "current_timestamp", "current_date", "current_time");
    private static final Set<String> UNITS = Set.of("day", "days", "hour", "hours", "minute", "minutes", "second",
            "seconds");

    /**
     * A moment.
     *
     * @param timestamp SQL of a timestamp without zone in UTC
     * @param format SQLite's strftime format in which it is written
     */
    record Moment(String timestamp, String format) {
        /** The moment cut to what its format shows, as a timestamp; null where the format shows no whole date. */
        @Nullable
        String cut() {
            var body = format.endsWith("Z") ? format.substring(0, format.length() - 1) : format;
            return switch (body.replace('T', ' ')) {
                case "%Y-%m-%d" -> "date_trunc('day', " + timestamp + ")";
                case "%Y-%m-%d %H:%M" -> "date_trunc('minute', " + timestamp + ")";
                case "%Y-%m-%d %H:%M:%S", "%F %T", "%Y-%m-%d %T", "%F %H:%M:%S" -> "date_trunc('second', " + timestamp
                        + ")";
                case "%Y-%m-%d %H:%M:%f" -> "date_trunc('milliseconds', " + timestamp + ")";
                default -> null;
            };
        }
    }

    private NowFunctions() {}

    static PgSql current(String word) throws UntranslatableException {
        return text(new Moment(utc(), format(word.toLowerCase(Locale.ROOT))));
    }

    private static String utc() {
        return "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
    }

    private static String format(String function) {
        return switch (function) {
            case "date", "current_date" -> "%Y-%m-%d";
            case "time", "current_time" -> "%H:%M:%S";
            default -> "%Y-%m-%d %H:%M:%S";
        };
    }

    static PgSql translate(Expr.Call call) throws UntranslatableException {
        return switch (call.name()) {
            case "unixepoch" -> epochSeconds(call);
            case "julianday" -> PgSql.changing("(extract(epoch FROM " + moment(call).timestamp()
                    + ")::double precision / 86400.0::double precision + 2440587.5::double precision)", Kind.REAL);
            default -> isEpochText(call)
                    ? PgSql.changing("(" + epochSeconds(call).text() + ")::text", Kind.TEXT)
                    : text(moment(call));
        };
    }

    static boolean isEpochText(Expr.Call call) {
        return call.name().equals("strftime") && !call.arguments().isEmpty()
                && call.arguments().getFirst() instanceof Expr.StringLiteral(var format) && format.equals("%s");
    }

    static PgSql epochSeconds(Expr.Call call) throws UntranslatableException {
        return PgSql.changing("floor(extract(epoch FROM " + moment(call).timestamp() + "))::bigint", Kind.INTEGER);
    }

    /** The moment an expression means, and how it is written; null where it is none. */
    static @Nullable Moment momentOf(Expr expression) throws UntranslatableException {
        return switch (expression) {
            case Expr.Current current -> new Moment(utc(), format(current.word().toLowerCase(Locale.ROOT)));
            case Expr.Call call when NAMES.contains(call.name()) && !call.name().equals("unixepoch")
                    && !call.name().equals("julianday") && !isEpochText(call) ->
                moment(call);
            case Expr _ -> null;
        };
    }

    private static Moment moment(Expr.Call call) throws UntranslatableException {
        var arguments = call.arguments();
        var format = format(call.name());
        if (call.name().equals("strftime")) {
            if (arguments.isEmpty() || !(arguments.getFirst() instanceof Expr.StringLiteral(var written))) {
                throw new UntranslatableException("strftime() with a format that is no literal");
            }
            format = written;
            arguments = arguments.subList(1, arguments.size());
        }
        if (!arguments.isEmpty()
                && !(arguments.getFirst() instanceof Expr.StringLiteral(var now) && now.equalsIgnoreCase("now"))) {
            throw new UntranslatableException(call.name() + "() of something else than 'now'");
        }
        var timestamp = utc();
        for (var modifier : arguments.subList(Math.min(1, arguments.size()), arguments.size())) {
            if (!(modifier instanceof Expr.StringLiteral(var text))) {
                throw new UntranslatableException(call.name() + "() with a modifier that is no literal");
            }
            var lower = text.strip().toLowerCase(Locale.ROOT);
            if (List.of("subsec", "subsecond").contains(lower) && format.endsWith("%S")) {
                format = format.substring(0, format.length() - 1) + "f";
            } else {
                timestamp = modify(timestamp, lower);
            }
        }
        return new Moment(timestamp, format);
    }

    private static String modify(String timestamp, String modifier) throws UntranslatableException {
        switch (modifier) {
            case "start of day" -> {
                return "date_trunc('day', " + timestamp + ")";
            }
            case "start of month" -> {
                return "date_trunc('month', " + timestamp + ")";
            }
            case "start of year" -> {
                return "date_trunc('year', " + timestamp + ")";
            }
            default -> {
                var words = modifier.split(" +", -1);
                if (words.length == 2 && UNITS.contains(words[1]) && isNumber(words[0])) {
                    return "(" + timestamp + " + INTERVAL '" + words[0] + " " + words[1] + "')";
                }
                throw new UntranslatableException("the date modifier '" + modifier + "'");
            }
        }
    }

    private static boolean isNumber(String text) {
        var digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9') && digits.length() < 9;
    }

    private static PgSql text(Moment moment) throws UntranslatableException {
        var pattern = new StringBuilder();
        var format = moment.format();
        for (var i = 0; i < format.length(); i++) {
            var c = format.charAt(i);
            if (c != '%') {
                // Letters have to be quoted, or to_char reads them as patterns.
                pattern.append(Character.isLetter(c) ? "\"" + c + "\"" : String.valueOf(c));
                continue;
            }
            pattern.append(switch (++i < format.length() ? format.charAt(i) : ' ') {
                case 'Y' -> "YYYY";
                case 'm' -> "MM";
                case 'd' -> "DD";
                case 'H' -> "HH24";
                case 'M' -> "MI";
                case 'S' -> "SS";
                case 'f' -> "SS.MS";
                case 'j' -> "DDD";
                case 'F' -> "YYYY-MM-DD";
                case 'T' -> "HH24:MI:SS";
                case 'R' -> "HH24:MI";
                default -> throw new UntranslatableException("the strftime format '" + format + "'");
            });
        }
        if (format.indexOf('"') >= 0 || format.indexOf('\\') >= 0) {
            throw new UntranslatableException("the strftime format '" + format + "'");
        }
        return PgSql.changing(
                "to_char(" + moment.timestamp() + ", " + ExpressionTranslator.string(pattern.toString()) + ")",
                Kind.TEXT);
    }
}
