package dev.ferryman.schema.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.IsoText;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.internal.PgSql.Kind;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Translates defaults: literals by the affinity SQLite would give them, moments, and expressions. */
final class DefaultTranslator {
    private static final ExpressionTranslator EXPRESSIONS = new ExpressionTranslator(_ -> null);

    private final PgType type;
    private final Conversion conversion;

    DefaultTranslator(PgType type, Conversion conversion) {
        this.type = type;
        this.conversion = conversion;
    }

    /** SQL of the default; null where SQLite's default is NULL. */
    @Nullable
    String translate(String sql) throws UntranslatableException {
        Expr expression;
        try {
            expression = ExpressionParser.parse(sql);
        } catch (SqlSyntaxException e) {
            throw new UntranslatableException(String.valueOf(e.getMessage()));
        }
        return translate(plain(expression));
    }

    /** A bare word or a name in double quotes is text here; signs join their numbers. */
    private static Expr plain(Expr expression) {
        return switch (expression) {
            case Expr.Name(var _, var name, var quoted) when !quoted && name.equalsIgnoreCase("true") ->
                new Expr.IntegerLiteral("1");
            case Expr.Name(var _, var name, var quoted) when !quoted && name.equalsIgnoreCase("false") ->
                new Expr.IntegerLiteral("0");
            case Expr.Name(var _, var name, var _) -> new Expr.StringLiteral(name);
            case Expr.Unary(var operator, var operand) when operator.equals("+") -> plain(operand);
            case Expr.Unary(var operator, Expr.IntegerLiteral(var text)) when operator.equals("-") ->
                new Expr.IntegerLiteral("-" + text);
            case Expr.Unary(var operator, Expr.RealLiteral(var text)) when operator.equals("-") ->
                new Expr.RealLiteral("-" + text);
            case Expr other -> other;
        };
    }

    private @Nullable String translate(Expr expression) throws UntranslatableException {
        return switch (expression) {
            case Expr.NullLiteral _ -> null;
            case Expr.IntegerLiteral(var text) -> number(text, ExpressionTranslator.integer(text));
            case Expr.RealLiteral(var text) -> number(text, ExpressionTranslator.real(text));
            case Expr.StringLiteral(var text) -> string(text);
            case Expr.BlobLiteral(var hex) when type.base() == Base.BYTEA -> "'\\x" + hex + "'::bytea";
            case Expr _ -> moment(expression);
        };
    }

    private String number(String written, String text) throws UntranslatableException {
        return switch (type.base()) {
            case INT2, INT4, INT8 -> integer(text);
            case NUMERIC, FLOAT8, FLOAT4 -> text;
            case BOOLEAN -> bool(text);
            case TEXT, VARCHAR -> {
                // Text affinity stores the number's text; that of reals is left to SQLite's own rounding.
                if (new BigDecimal(text).scale() > 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
                    throw new UntranslatableException("the number " + written + " for a text column");
                }
                yield ExpressionTranslator.string(text);
            }
            case CHAR, CITEXT, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB, ENUM, TEXT_ARRAY, DOMAIN,
                    OTHER ->
                throw new UntranslatableException(
                        "the number " + written + " for a column of type " + PgTypes.sql(type));
        };
    }

    private static String integer(String text) throws UntranslatableException {
        try {
            return new BigDecimal(text.strip()).toBigIntegerExact().toString();
        } catch (ArithmeticException | NumberFormatException _) {
            throw new UntranslatableException("'" + text + "' for an integer column");
        }
    }

    private static String bool(String text) throws UntranslatableException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "y", "yes", "on" -> "true";
            case "0", "f", "false", "n", "no", "off" -> "false";
            default -> throw new UntranslatableException("'" + text + "' for a boolean column");
        };
    }

    private String string(String text) throws UntranslatableException {
        return switch (type.base()) {
            case TEXT, VARCHAR, CHAR, CITEXT -> {
                if (type.length() != null && text.codePointCount(0, text.length()) > type.length()) {
                    throw new UntranslatableException("a text longer than the column");
                }
                yield ExpressionTranslator.string(text);
            }
            case INT2, INT4, INT8 -> integer(text);
            case NUMERIC, FLOAT4, FLOAT8 -> decimal(text);
            case BOOLEAN -> bool(text);
            case BYTEA -> "convert_to(" + ExpressionTranslator.string(text) + ", 'UTF8')";
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> date(text);
            case JSON, JSONB -> {
                if (JsonText.of(text) == JsonText.Verdict.NEITHER) {
                    throw new UntranslatableException("'" + text + "', which is no JSON");
                }
                yield ExpressionTranslator.string(text);
            }
            case UUID, ENUM, TEXT_ARRAY, DOMAIN, OTHER -> throw new UntranslatableException(
                    "'" + text + "' for a column of type " + PgTypes.sql(type));
        };
    }

    private static String decimal(String text) throws UntranslatableException {
        try {
            return new BigDecimal(text.strip()).toString();
        } catch (NumberFormatException _) {
            throw new UntranslatableException("'" + text + "' for a number");
        }
    }

    private String date(String text) throws UntranslatableException {
        var iso = IsoText.parse(text);
        var fits = iso != null && switch (iso.form()) {
            case DATE -> type.base() == Base.DATE || type.base() == Base.TIMESTAMP;
            case TIME -> type.base() == Base.TIME;
            case TIMESTAMP -> type.base() == Base.TIMESTAMP;
            case TIMESTAMPTZ -> type.base() == Base.TIMESTAMPTZ;
        };
        if (!fits) {
            throw new UntranslatableException("'" + text + "' for a column of type " + PgTypes.sql(type));
        }
        return ExpressionTranslator.string(text);
    }

    private String moment(Expr expression) throws UntranslatableException {
        var moment = NowFunctions.momentOf(expression);
        var cut = moment == null ? null : moment.cut();
        return switch (type.base()) {
            case TIMESTAMP -> require(cut);
            case TIMESTAMPTZ -> "(" + require(cut) + " AT TIME ZONE 'UTC')";
            case DATE -> require(cut) + "::date";
            case TIME -> {
                if (moment == null || !moment.format().equals("%H:%M:%S")) {
                    throw new UntranslatableException("this expression for a column of type time");
                }
                yield "date_trunc('second', " + moment.timestamp() + ")::time";
            }
            case INT2, INT4, INT8 -> {
                // Integer affinity turns the text of strftime('%s') into a number.
                yield expression instanceof Expr.Call call && NowFunctions.isEpochText(call)
                        ? NowFunctions.epochSeconds(call).text()
                        : Coercion.to(type, conversion, EXPRESSIONS.translate(expression));
            }
            case BOOLEAN, FLOAT4, FLOAT8, NUMERIC, TEXT, VARCHAR, CHAR, CITEXT, BYTEA, UUID, JSON, JSONB, ENUM,
                    TEXT_ARRAY, DOMAIN, OTHER ->
                Coercion
                        .to(type, conversion, EXPRESSIONS.translate(expression));
        };
    }

    private static String require(@Nullable String cut) throws UntranslatableException {
        if (cut == null) {
            throw new UntranslatableException("an expression that is no plain date of the present moment");
        }
        return cut;
    }

    /** Makes a translated value a value of a column's type. */
    static final class Coercion {
        private Coercion() {}

        static String to(PgType type, Conversion conversion, PgSql value) throws UntranslatableException {
            var fits = switch (type.base()) {
                case BOOLEAN -> value.kind() == Kind.BOOLEAN;
                case INT2, INT4, INT8 -> value.kind() == Kind.INTEGER;
                case NUMERIC -> value.kind() == Kind.INTEGER || value.kind() == Kind.NUMERIC;
                case FLOAT8 -> value.isNumber();
                case TEXT, VARCHAR -> value.kind() == Kind.TEXT && conversion != Conversion.AS_TEXT;
                case BYTEA -> value.kind() == Kind.BYTES;
                case FLOAT4, CHAR, CITEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB, ENUM, TEXT_ARRAY,
                        DOMAIN, OTHER ->
                    false;
            };
            if (fits) {
                return value.text();
            }
            if (type.base() == Base.INT8 && value.kind() == Kind.BOOLEAN) {
                return "(" + value.text() + ")::integer";
            }
            if (type.base() == Base.BOOLEAN && value.kind() == Kind.INTEGER) {
                return "(" + value.text() + " <> 0)";
            }
            if (type.base() == Base.NUMERIC && value.kind() == Kind.REAL) {
                // By way of text, which is exact: the direct cast keeps 15 digits only.
                return "((" + value.text() + ")::text)::numeric";
            }
            throw new UntranslatableException(
                    ExpressionTranslator.describe(value) + " for a column of type " + PgTypes.sql(type));
        }
    }
}
