package dev.ferryman.replication.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates and times in the form a column has: the other way of {@link MomentForm}. */
final class SourceMoment {
    private static final long JULIAN_EPOCH_MILLIS = 210_866_760_000_000L;
    private static final Pattern OUTPUT = Pattern
            .compile("(?:(\\d{4,})-(\\d\\d)-(\\d\\d))? ?(?:(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?)?(?:\\+00)?");
    private static final Pattern WRITTEN = Pattern.compile(
            "(?:\\d{4}-\\d\\d-\\d\\d)?([ Tt]?)(\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?)?( ?(?:Z|z|UTC|[+-]\\d\\d(?::?\\d\\d)?))?");

    private SourceMoment() {}

    static SourceForm of(PgType type, Conversion conversion, ColumnHabit habit) {
        return switch (conversion) {
            case EPOCH_SECONDS -> epoch(6, habit);
            case EPOCH_MILLIS -> epoch(3, habit);
            case EPOCH_MICROS -> epoch(0, habit);
            case EPOCH_NANOS -> epoch(-3, habit);
            case JULIAN_DAY -> SourceMoment::julian;
            default -> iso(type.base(), habit);
        };
    }

    private static SourceForm epoch(int power, ColumnHabit habit) {
        return text -> {
            BigDecimal value = BigDecimal.valueOf(micros(text)).scaleByPowerOfTen(-power).stripTrailingZeros();
            if (habit.text()) {
                return value.toPlainString();
            }
            return value.scale() <= 0 && habit.reals() <= habit.integers()
                    ? (Object) value.longValueExact()
                    : value.doubleValue();
        };
    }

    private static Object julian(String text) throws UnfitValueException {
        long micros = micros(text);
        if (micros % 1_000 != 0) {
            throw new UnfitValueException("a time with a finer fraction than the milliseconds of a Julian day");
        }
        return (micros / 1_000 + JULIAN_EPOCH_MILLIS) / 86_400_000.0;
    }

    /** How ISO texts of a column look. */
    private record Style(boolean time, String separator, boolean seconds, int fraction, boolean fixed, String zone) {}

    private static SourceForm iso(PgType.Base base, ColumnHabit habit) {
        Style style = style(base, habit);
        return text -> {
            LocalDateTime at = moment(text);
            String date = at.toLocalDate().toString();
            if (base == PgType.Base.TIME) {
                return clock(at.toLocalTime(), style);
            }
            boolean midnight = at.toLocalTime().equals(LocalTime.MIDNIGHT);
            return !style.time() && midnight
                    ? date
                    : date + style.separator() + clock(at.toLocalTime(), style) + style.zone();
        };
    }

    private static Style style(PgType.Base base, ColumnHabit habit) {
        Optional<Matcher> newest = habit.texts().stream().map(WRITTEN::matcher).filter(Matcher::matches).findFirst();
        boolean zoned = base == PgType.Base.TIMESTAMPTZ;
        if (newest.isEmpty()) {
            return new Style(base != PgType.Base.DATE, " ", true, 0, false, zoned ? "+00:00" : "");
        }
        Matcher found = newest.get();
        // A fraction that always has the same length is one of them; otherwise it is as long as it has to be.
        long lengths = habit.texts().stream().map(WRITTEN::matcher).filter(Matcher::matches)
                .map(m -> m.group(4) == null ? 0 : m.group(4).length()).distinct().count();
        int fraction = found.group(4) == null ? 0 : found.group(4).length() - 1;
        String separator = found.group(1).isEmpty() ? " " : found.group(1);
        String zone = found.group(5) == null
                ? ""
                : found.group(5).replaceAll("[+-]\\d\\d(:?)\\d\\d", "+00$100")
                        .replaceAll("[+-]\\d\\d$", "+00");
        if (zoned && zone.isEmpty() && found.group(2) == null) {
            zone = "+00:00";
        }
        return new Style(found.group(2) != null, separator, found.group(2) == null || found.group(3) != null, fraction,
                lengths == 1 && fraction > 0, zone);
    }

    private static String clock(LocalTime time, Style style) {
        var text = new StringBuilder(String.format("%02d:%02d", time.getHour(), time.getMinute()));
        int micros = time.get(java.time.temporal.ChronoField.MICRO_OF_SECOND);
        if (style.seconds() || time.getSecond() != 0 || micros != 0) {
            text.append(String.format(":%02d", time.getSecond()));
        }
        String digits = String.format("%06d", micros).replaceAll("0+$", "");
        if (style.fixed()) {
            digits = digits.length() < style.fraction()
                    ? digits + "0".repeat(style.fraction() - digits.length())
                    : digits;
        }
        return digits.isEmpty() ? text.toString() : text.append('.').append(digits).toString();
    }

    private static long micros(String text) throws UnfitValueException {
        LocalDateTime at = moment(text);
        return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), at);
    }

    private static LocalDateTime moment(String text) throws UnfitValueException {
        Matcher found = OUTPUT.matcher(text);
        if (!found.matches()) {
            throw new UnfitValueException("the moment " + text + ", which the column's form cannot tell");
        }
        if (found.group(1) != null && found.group(1).length() > 4) {
            throw new UnfitValueException("a date after the year 9999");
        }
        LocalDate date = found.group(1) == null
                ? LocalDate.EPOCH
                : LocalDate.of(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3)));
        if (found.group(4) == null) {
            return date.atStartOfDay();
        }
        if (found.group(4).equals("24")) {
            throw new UnfitValueException("the time 24:00:00, which SQLite's texts do not have");
        }
        String fraction = found.group(7) == null ? "0" : found.group(7);
        return date.atTime(Integer.parseInt(found.group(4)), Integer.parseInt(found.group(5)),
                Integer.parseInt(found.group(6)), Integer.parseInt((fraction + "000000000").substring(0, 9)));
    }
}
