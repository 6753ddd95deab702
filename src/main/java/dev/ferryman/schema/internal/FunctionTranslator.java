package dev.ferryman.schema.internal;

import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Translates the functions of SQLite that PostgreSQL has too, or that its own functions can be put together to. */
final class FunctionTranslator {
    /** 32 bytes nobody can foretell, without an extension. */
    private static final String RANDOM_BYTES = "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))";
    private static final int MOST_RANDOM_BYTES = 1024;
    /** Bytes of the largest value that SQLite can be built for. */
    private static final double LONGEST = 0x1p31;

    private final ExpressionTranslator expressions;

    FunctionTranslator(ExpressionTranslator expressions) {
        this.expressions = expressions;
    }

    PgSql call(Expr.Call call) throws UntranslatableException {
        var name = call.name();
        if (NowFunctions.NAMES.contains(name)) {
            return NowFunctions.translate(call);
        }
        return switch (name) {
            case "lower", "upper" -> {
                var text = text(call, 0, 1);
                yield PgSql.of(name + "(" + text.text() + " COLLATE \"C\")", Kind.TEXT, text);
            }
            case "length" -> length(call);
            case "trim", "ltrim", "rtrim" -> trim(call);
            case "substr", "substring" -> substring(call);
            case "replace" -> {
                var text = text(call, 0, 3);
                var from = text(call, 1, 3);
                var to = text(call, 2, 3);
                yield PgSql.of("replace(" + text.text() + ", " + from.text() + ", " + to.text() + ")", Kind.TEXT, text,
                        from, to);
            }
            case "instr" -> {
                var text = text(call, 0, 2);
                var part = text(call, 1, 2);
                yield PgSql.of("strpos(" + text.text() + ", " + part.text() + ")", Kind.INTEGER, text, part)
                        .within(LONGEST);
            }
            case "abs" -> {
                var value = argument(call, 0, 1);
                if (!value.isNumber()) {
                    throw new UntranslatableException("abs() of " + ExpressionTranslator.describe(value));
                }
                yield PgSql.of("abs(" + value.text() + ")", value.kind(), value).computed(value.bound());
            }
            case "coalesce", "ifnull" -> list("COALESCE", call);
            case "nullif" -> nullIf(call);
            case "iif", "if" -> iif(call);
            case "typeof" -> typeOf(call);
            case "hex" -> hex(call);
            case "random" -> PgSql.changing(
                    "(('x' || encode(substring(" + RANDOM_BYTES + " FROM 1 FOR 8), 'hex'))::bit(64)::bigint)",
                    Kind.INTEGER);
            case "randomblob" -> randomBlob(call);
            default -> throw new UntranslatableException("the function " + name + "()");
        };
    }

    private PgSql argument(Expr.Call call, int position, int count) throws UntranslatableException {
        if (call.arguments().size() != count) {
            throw new UntranslatableException(call.name() + "() with " + call.arguments().size() + " arguments");
        }
        return expressions.translate(call.arguments().get(position));
    }

    private PgSql text(Expr.Call call, int position, int count) throws UntranslatableException {
        var value = argument(call, position, count);
        ExpressionTranslator.require(value, Kind.TEXT, call.name() + "()");
        return value;
    }

    private PgSql length(Expr.Call call) throws UntranslatableException {
        var value = argument(call, 0, 1);
        return switch (value.kind()) {
            case TEXT -> PgSql.of("char_length(" + value.text() + ")", Kind.INTEGER, value).within(LONGEST);
            case BYTES -> PgSql.of("octet_length(" + value.text() + ")", Kind.INTEGER, value).within(LONGEST);
            case INTEGER -> PgSql.of("char_length((" + value.text() + ")::text)", Kind.INTEGER, value).within(LONGEST);
            case BOOLEAN, NUMERIC, REAL, OPAQUE -> throw new UntranslatableException(
                    "length() of " + ExpressionTranslator.describe(value));
        };
    }

    private PgSql trim(Expr.Call call) throws UntranslatableException {
        var function = call.name().equals("trim") ? "btrim" : call.name();
        if (call.arguments().size() == 2) {
            var text = text(call, 0, 2);
            var characters = text(call, 1, 2);
            return PgSql.of(function + "(" + text.text() + ", " + characters.text() + ")", Kind.TEXT, text, characters);
        }
        var text = text(call, 0, 1);
        return PgSql.of(function + "(" + text.text() + ", ' ')", Kind.TEXT, text);
    }

    private PgSql substring(Expr.Call call) throws UntranslatableException {
        var count = call.arguments().size();
        if (count != 2 && count != 3) {
            throw new UntranslatableException(call.name() + "() with " + count + " arguments");
        }
        var text = argument(call, 0, count);
        if (text.kind() != Kind.TEXT && text.kind() != Kind.BYTES) {
            throw new UntranslatableException("substr() of " + ExpressionTranslator.describe(text));
        }
        var start = argument(call, 1, count);
        ExpressionTranslator.require(start, Kind.INTEGER, "substr()");
        // Only what counts from the left means the same: SQLite counts negative positions from the end.
        var literal = call.arguments().get(1);
        var safe = literal instanceof Expr.IntegerLiteral(var digits) && !digits.equals("0") || isRandomIndex(literal);
        if (!safe || (count == 3 && !(call.arguments().get(2) instanceof Expr.IntegerLiteral))) {
            throw new UntranslatableException("substr() from a position that may not be positive");
        }
        var length = count == 3 ? argument(call, 2, count) : null;
        return length == null
                ? PgSql.of("substr(" + text.text() + ", (" + start.text() + ")::integer)", text.kind(), text, start)
                : PgSql.of("substr(" + text.text() + ", (" + start.text() + ")::integer, " + length.text() + ")",
                        text.kind(), text, start);
    }

    /** {@code abs(…) % n + m} with literals: how version-4 UUIDs are put together in SQLite. */
    private static boolean isRandomIndex(Expr expression) {
        return expression instanceof Expr.Binary(var plus, var left, var right) && plus.equals("+")
                && (isModulo(left) && isPositive(right) || isPositive(left) && isModulo(right));
    }

    private static boolean isModulo(Expr expression) {
        return expression instanceof Expr.Binary(var operator, Expr.Call call, var right) && operator.equals("%")
                && call.name().equals("abs") && isPositive(right);
    }

    private static boolean isPositive(Expr expression) {
        return expression instanceof Expr.IntegerLiteral(var digits) && !digits.equals("0") && digits.length() < 9;
    }

    private PgSql list(String function, Expr.Call call) throws UntranslatableException {
        var values = new ArrayList<PgSql>();
        var texts = new ArrayList<String>();
        for (var argument : call.arguments()) {
            if (argument instanceof Expr.NullLiteral) {
                texts.add("NULL");
            } else {
                var value = expressions.translate(argument);
                values.add(value);
                texts.add(value.text());
            }
        }
        var numbers = values.stream().allMatch(PgSql::isNumber);
        if (numbers && values.stream().map(PgSql::kind).distinct().count() > 1) {
            throw new UntranslatableException(call.name() + "() of integers and reals");
        }
        return PgSql.of(function + "(" + String.join(", ", texts) + ")", ExpressionTranslator.oneKind(values),
                values.toArray(PgSql[]::new))
                .within(values.stream().mapToDouble(PgSql::bound).max().orElse(Double.POSITIVE_INFINITY));
    }

    private PgSql nullIf(Expr.Call call) throws UntranslatableException {
        var left = argument(call, 0, 2);
        var right = argument(call, 1, 2);
        ExpressionTranslator.oneKind(List.of(left, right));
        if (left.collation() != null && !left.collation().equals("BINARY")) {
            throw new UntranslatableException("nullif() under the collation " + left.collation());
        }
        return PgSql.of("NULLIF(" + left.text() + ", " + right.text() + ")", left.kind(), left, right)
                .within(left.bound());
    }

    private PgSql iif(Expr.Call call) throws UntranslatableException {
        if (call.arguments().size() != 3) {
            throw new UntranslatableException("iif() with " + call.arguments().size() + " arguments");
        }
        return expressions.translate(new Expr.Case(null,
                List.of(new Expr.When(call.arguments().get(0), call.arguments().get(1))), call.arguments().get(2)));
    }

    /** The type of a column is fixed in the target, so only NULL is left to ask. */
    private PgSql typeOf(Expr.Call call) throws UntranslatableException {
        var value = argument(call, 0, 1);
        var type = switch (value.kind()) {
            case BOOLEAN, INTEGER -> "integer";
            case REAL -> "real";
            case TEXT -> "text";
            case BYTES -> "blob";
            case NUMERIC, OPAQUE -> throw new UntranslatableException(
                    "typeof() of " + ExpressionTranslator.describe(value));
        };
        return PgSql.of("(CASE WHEN " + value.text() + " IS NULL THEN 'null' ELSE '" + type + "' END)", Kind.TEXT,
                value);
    }

    private PgSql hex(Expr.Call call) throws UntranslatableException {
        var value = argument(call, 0, 1);
        return switch (value.kind()) {
            case BYTES -> PgSql.of("upper(encode(" + value.text() + ", 'hex'))", Kind.TEXT, value);
            // convert_to is not immutable in PostgreSQL.
            case TEXT -> PgSql.changing("upper(encode(convert_to(" + value.text() + ", 'UTF8'), 'hex'))", Kind.TEXT);
            case BOOLEAN, INTEGER, NUMERIC, REAL, OPAQUE -> throw new UntranslatableException(
                    "hex() of " + ExpressionTranslator.describe(value));
        };
    }

    private PgSql randomBlob(Expr.Call call) throws UntranslatableException {
        if (call.arguments().size() != 1 || !(call.arguments().getFirst() instanceof Expr.IntegerLiteral(var digits))) {
            throw new UntranslatableException("randomblob() of a number that is no literal");
        }
        var bytes = Long.parseLong(ExpressionTranslator.integer(digits));
        if (bytes < 1 || bytes > MOST_RANDOM_BYTES) {
            throw new UntranslatableException("randomblob(" + bytes + ")");
        }
        var pieces = new ArrayList<String>();
        for (var i = 0; i < (bytes + 31) / 32; i++) {
            pieces.add(RANDOM_BYTES);
        }
        return PgSql.changing("substring(" + String.join(" || ", pieces) + " FROM 1 FOR " + bytes + ")", Kind.BYTES);
    }

    PgSql cast(Expr.Cast cast) throws UntranslatableException {
        var affinity = DeclaredType.of(cast.type()).affinity();
        // strftime('%s', …) is text that is always an integer.
        if (affinity == DeclaredType.Affinity.INTEGER && cast.value() instanceof Expr.Call call
                && NowFunctions.isEpochText(call)) {
            return NowFunctions.epochSeconds(call);
        }
        var value = expressions.translate(cast.value());
        var same = switch (affinity) {
            case INTEGER -> value.kind() == Kind.INTEGER;
            case REAL -> value.kind() == Kind.REAL;
            case TEXT -> value.kind() == Kind.TEXT;
            case BLOB -> value.kind() == Kind.BYTES;
            case NUMERIC -> value.isNumber();
        };
        if (same) {
            return value;
        }
        if (affinity == DeclaredType.Affinity.TEXT && value.kind() == Kind.INTEGER) {
            return PgSql.of("(" + value.text() + ")::text", Kind.TEXT, value);
        }
        if (affinity == DeclaredType.Affinity.REAL && value.isNumber()) {
            return PgSql.of("(" + value.text() + ")::double precision", Kind.REAL, value)
                    .within(value.bound());
        }
        if (affinity == DeclaredType.Affinity.INTEGER && value.kind() == Kind.BOOLEAN) {
            return PgSql.of("(" + value.text() + ")::integer", Kind.INTEGER, value).within(1);
        }
        if (affinity == DeclaredType.Affinity.INTEGER && value.isNumber()) {
            return PgSql.of("trunc(" + value.text() + ")::bigint", Kind.INTEGER, value).computed(value.bound());
        }
        throw new UntranslatableException("CAST of " + ExpressionTranslator.describe(value) + " as "
                + cast.type().toUpperCase(Locale.ROOT));
    }
}
