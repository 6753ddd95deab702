package dev.ferryman.schema.internal;

import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Translates expressions of SQLite's SQL where they are known to mean the same in PostgreSQL: ASCII-only case rules,
 * comparison by bytes, NULL instead of an error at a division by zero, text never compared with numbers. What is not
 * known to be the same is refused by name.
 */
final class ExpressionTranslator {
    /** Finds a column of the table at hand by its SQLite name; null where there is none. */
    @FunctionalInterface
    interface Columns {
        @Nullable
        PgSql find(String name);

        /** Finds a column by the name or alias of its table and its own. */
        default @Nullable PgSql find(@Nullable String qualifier, String name) {
            return find(name);
        }
    }

    /** Translates calls of aggregate functions, where these are allowed. */
    @FunctionalInterface
    interface Aggregates {
        /** The call; null where the function is no aggregate. */
        @Nullable
        PgSql call(Expr.Call call) throws UntranslatableException;
    }

    private static final double EXACT_IN_DOUBLE = 0x1p53;

    private final Columns columns;
    private final Aggregates aggregates;
    private final FunctionTranslator functions = new FunctionTranslator(this);

    ExpressionTranslator(Columns columns) {
        this(columns, _ -> null);
    }

    ExpressionTranslator(Columns columns, Aggregates aggregates) {
        this.columns = columns;
        this.aggregates = aggregates;
    }

    /** Reads and translates. */
    PgSql translate(String sql) throws UntranslatableException {
        try {
            return translate(ExpressionParser.parse(sql));
        } catch (SqlSyntaxException e) {
            throw new UntranslatableException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads and translates what stands for true or false. */
    PgSql translateCondition(String sql) throws UntranslatableException {
        return condition(translate(sql));
    }

    PgSql translate(Expr expression) throws UntranslatableException {
        return switch (expression) {
            case Expr.NullLiteral _ -> throw new UntranslatableException("NULL as a value");
            case Expr.IntegerLiteral literal -> {
                var text = integer(literal.text());
                yield PgSql.of(text, Kind.INTEGER).within(Math.abs(Double.parseDouble(text)));
            }
            case Expr.RealLiteral literal -> PgSql.of(real(literal.text()), Kind.REAL)
                    .within(Math.abs(Double.parseDouble(literal.text())));
            case Expr.StringLiteral literal -> PgSql.of(string(literal.text()), Kind.TEXT);
            case Expr.BlobLiteral literal -> PgSql.of("'\\x" + literal.hex() + "'::bytea", Kind.BYTES);
            case Expr.Current current -> NowFunctions.current(current.word());
            case Expr.Name name -> name(name);
            case Expr.Unary unary -> unary(unary);
            case Expr.Binary binary -> binary(binary);
            case Expr.Match match -> match(match);
            case Expr.Between between -> between(between);
            case Expr.In in -> in(in);
            case Expr.IsNull isNull -> {
                var value = translate(isNull.value());
                yield PgSql.of("(" + value.text() + (isNull.negated() ? " IS NOT NULL)" : " IS NULL)"), Kind.BOOLEAN,
                        value);
            }
            case Expr.Case choice -> choice(choice);
            case Expr.Cast cast -> functions.cast(cast);
            case Expr.Call call -> {
                var aggregate = aggregates.call(call);
                yield aggregate != null ? aggregate : functions.call(call);
            }
            case Expr.Collate collate -> {
                var value = translate(collate.value());
                require(value, Kind.TEXT, "COLLATE");
                yield new PgSql(value.text(), Kind.TEXT, collate.collation().toUpperCase(Locale.ROOT),
                        value.immutable());
            }
            case Expr.Row _ -> throw new UntranslatableException("a row value");
        };
    }

    static String integer(String text) throws UntranslatableException {
        try {
            return text.regionMatches(true, 0, "0x", 0, 2)
                    ? String.valueOf(Long.parseUnsignedLong(text.substring(2), 16))
                    : String.valueOf(Long.parseLong(text));
        } catch (NumberFormatException _) {
            throw new UntranslatableException("the number " + text);
        }
    }

    /** A number that a double holds; SQLite reads larger ones as infinity. */
    static String real(String text) throws UntranslatableException {
        if (Double.isInfinite(Double.parseDouble(text))) {
            throw new UntranslatableException("the number " + text + ", which is infinity");
        }
        return text;
    }

    static String string(String text) throws UntranslatableException {
        if (text.indexOf('\0') >= 0) {
            throw new UntranslatableException("text with a NUL character");
        }
        return SqlNames.literal(text);
    }

    private PgSql name(Expr.Name name) throws UntranslatableException {
        var column = columns.find(name.qualifier(), name.name());
        if (column != null) {
            return column;
        }
        if (!name.quoted() && name.name().equalsIgnoreCase("true")) {
            return PgSql.of("1", Kind.INTEGER);
        }
        if (!name.quoted() && name.name().equalsIgnoreCase("false")) {
            return PgSql.of("0", Kind.INTEGER);
        }
        if (name.quoted() && name.qualifier() == null) {
            return PgSql.of(string(name.name()), Kind.TEXT);
        }
        throw new UntranslatableException("the name " + name.name());
    }

    private PgSql unary(Expr.Unary unary) throws UntranslatableException {
        if (unary.operator().equals("-") && unary.operand() instanceof Expr.IntegerLiteral(var text)
                && !text.regionMatches(true, 0, "0x", 0, 2)) {
            var number = integer("-" + text);
            return PgSql.of("(" + number + ")", Kind.INTEGER).within(Math.abs(Double.parseDouble(number)));
        }
        var operand = translate(unary.operand());
        return switch (unary.operator()) {
            case "NOT" -> PgSql.of("(NOT " + condition(operand).text() + ")", Kind.BOOLEAN, operand);
            case "+" -> operand;
            case "-" -> {
                if (!operand.isNumber()) {
                    throw new UntranslatableException("a minus before what is no number");
                }
                yield PgSql.of("(-" + operand.text() + ")", operand.kind(), operand).computed(operand.bound());
            }
            default -> throw new UntranslatableException("the operator " + unary.operator());
        };
    }

    /** What SQLite takes for true: any number but 0. */
    PgSql condition(PgSql value) throws UntranslatableException {
        return switch (value.kind()) {
            case BOOLEAN -> value;
            case INTEGER, NUMERIC, REAL -> PgSql.of("(" + value.text() + " <> 0)", Kind.BOOLEAN, value);
            case TEXT, BYTES, OPAQUE -> throw new UntranslatableException("a condition that is no number");
        };
    }

    private PgSql binary(Expr.Binary binary) throws UntranslatableException {
        return switch (binary.operator()) {
            case "AND", "OR" -> {
                var left = condition(translate(binary.left()));
                var right = condition(translate(binary.right()));
                yield PgSql.of("(" + left.text() + " " + binary.operator() + " " + right.text() + ")", Kind.BOOLEAN,
                        left, right);
            }
            case "=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT" -> compare(binary.operator(), binary.left(),
                    binary.right());
            case "+", "-", "*", "/", "%" -> arithmetic(binary.operator(), translate(binary.left()),
                    translate(binary.right()));
            case "||" -> {
                var left = asText(translate(binary.left()));
                var right = asText(translate(binary.right()));
                yield PgSql.of("(" + left.text() + " || " + right.text() + ")", Kind.TEXT, left, right);
            }
            default -> throw new UntranslatableException("the operator " + binary.operator());
        };
    }

    private static PgSql asText(PgSql value) throws UntranslatableException {
        return switch (value.kind()) {
            case TEXT -> value;
            case INTEGER -> PgSql.of("(" + value.text() + ")::text", Kind.TEXT, value);
            case BOOLEAN, NUMERIC, REAL, BYTES, OPAQUE -> throw new UntranslatableException(
                    "|| with what is neither text nor integer");
        };
    }

    private static PgSql arithmetic(String operator, PgSql left, PgSql right) throws UntranslatableException {
        if (!left.isNumber() || !right.isNumber()) {
            throw new UntranslatableException(operator + " with what is no number");
        }
        if (left.kind() == Kind.INTEGER && right.kind() == Kind.INTEGER) {
            // SQLite answers NULL where PostgreSQL refuses to divide.
            var divisor = operator.equals("/") || operator.equals("%")
                    ? "NULLIF(" + right.text() + ", 0)"
                    : right.text();
            return PgSql.of("(" + left.text() + " " + operator + " " + divisor + ")", Kind.INTEGER, left, right)
                    .computed(bound(operator, left, right));
        }
        if (operator.equals("%")) {
            throw new UntranslatableException("% with reals");
        }
        // A numeric of the target holds SQLite's integers and reals alike.
        if ((left.kind() == Kind.NUMERIC || right.kind() == Kind.NUMERIC)
                && (operator.equals("/") || !(bound(operator, left, right) <= EXACT_IN_DOUBLE))) {
            throw new UntranslatableException(operator + " with numbers some of which are integers");
        }
        // SQLite computes in doubles as soon as one side is not an integer.
        var divisor = operator.equals("/") ? "NULLIF(" + toReal(right) + ", 0)" : toReal(right);
        return PgSql.of("(" + toReal(left) + " " + operator + " " + divisor + ")", Kind.REAL, left, right)
                .computed(bound(operator, left, right));
    }

    private static double bound(String operator, PgSql left, PgSql right) {
        return switch (operator) {
            case "*" -> left.bound() * right.bound();
            case "/" -> left.bound();
            case "%" -> Math.min(left.bound(), right.bound());
            default -> left.bound() + right.bound();
        };
    }

    private static String toReal(PgSql value) {
        return "(" + value.text() + ")::double precision";
    }

    private PgSql compare(String operator, Expr leftSide, Expr rightSide) throws UntranslatableException {
        return compare(operator, translate(leftSide), translate(rightSide));
    }

    private static PgSql compare(String operator, PgSql first, PgSql second) throws UntranslatableException {
        var left = toBoolean(first, second);
        var right = toBoolean(second, first);
        if ((left.kind() == Kind.INTEGER && right.kind() == Kind.REAL && left.bound() > EXACT_IN_DOUBLE)
                || (left.kind() == Kind.REAL && right.kind() == Kind.INTEGER && right.bound() > EXACT_IN_DOUBLE)) {
            throw new UntranslatableException("a comparison of a real with integers that no double holds");
        }
        var pg = operator.equals("IS")
                ? "IS NOT DISTINCT FROM"
                : operator.equals("IS NOT")
                        ? "IS DISTINCT FROM"
                        : operator;
        if ((left.isNumber() && right.isNumber()) || (left.kind() == Kind.BYTES && right.kind() == Kind.BYTES)
                || (left.kind() == Kind.BOOLEAN && right.kind() == Kind.BOOLEAN)) {
            return PgSql.of("(" + left.text() + " " + pg + " " + right.text() + ")", Kind.BOOLEAN, left, right);
        }
        if (left.kind() == Kind.TEXT && right.kind() == Kind.TEXT) {
            var collation = left.collation() != null ? left.collation() : right.collation();
            var order = operator.startsWith("<") && !operator.equals("<>") || operator.startsWith(">");
            return PgSql.of("(" + collated(left.text(), collation) + (order ? " COLLATE \"C\"" : "") + " " + pg + " "
                    + collated(right.text(), collation) + ")", Kind.BOOLEAN, left, right);
        }
        throw new UntranslatableException("a comparison of " + describe(left) + " with " + describe(right));
    }

    /** SQLite's booleans are the numbers 0 and 1. */
    private static PgSql toBoolean(PgSql value, PgSql other) throws UntranslatableException {
        if (other.kind() != Kind.BOOLEAN || value.kind() != Kind.INTEGER) {
            return value;
        }
        return switch (value.text()) {
            case "0" -> PgSql.of("false", Kind.BOOLEAN);
            case "1" -> PgSql.of("true", Kind.BOOLEAN);
            default -> throw new UntranslatableException("a comparison of a boolean with a number");
        };
    }

    static String describe(PgSql value) {
        return switch (value.kind()) {
            case BOOLEAN -> "a boolean";
            case INTEGER -> "an integer";
            case NUMERIC, REAL -> "a number";
            case TEXT -> "text";
            case BYTES -> "bytes";
            case OPAQUE -> "a converted value";
        };
    }

    /** A text as it is compared under one of SQLite's collations. */
    static String collated(String text, @Nullable String collation) throws UntranslatableException {
        return switch (collation) {
            case null -> text;
            case "BINARY" -> text;
            // SQLite folds ASCII letters only, and so does lower() under C.
            case "NOCASE" -> "lower(" + text + " COLLATE \"C\")";
            case "RTRIM" -> "rtrim(" + text + ", ' ')";
            default -> throw new UntranslatableException("the collation " + collation);
        };
    }

    private PgSql between(Expr.Between between) throws UntranslatableException {
        var low = compare(">=", between.value(), between.low());
        var high = compare("<=", between.value(), between.high());
        var both = "(" + low.text() + " AND " + high.text() + ")";
        return PgSql.of(between.negated() ? "(NOT " + both + ")" : both, Kind.BOOLEAN, low, high);
    }

    private PgSql in(Expr.In in) throws UntranslatableException {
        if (in.list().isEmpty()) {
            return PgSql.of(in.negated() ? "true" : "false", Kind.BOOLEAN);
        }
        var value = translate(in.value());
        var texts = new ArrayList<String>();
        var immutable = value.immutable();
        for (var item : in.list()) {
            var comparison = compare("=", value, translate(item));
            texts.add(comparison.text());
            immutable &= comparison.immutable();
        }
        return new PgSql((in.negated() ? "(NOT (" : "((") + String.join(" OR ", texts) + "))", Kind.BOOLEAN, null,
                immutable);
    }

    private PgSql match(Expr.Match match) throws UntranslatableException {
        var value = translate(match.value());
        require(value, Kind.TEXT, match.operator());
        if (!(match.pattern() instanceof Expr.StringLiteral(var pattern))) {
            throw new UntranslatableException(match.operator() + " with a pattern that is no literal");
        }
        var not = match.negated() ? "NOT " : "";
        return switch (match.operator()) {
            case "LIKE" -> {
                var escape = match.escape() == null
                        ? ""
                        : match.escape() instanceof Expr.StringLiteral(var character) ? character : "too long";
                if (escape.length() > 1) {
                    throw new UntranslatableException("LIKE with an unusual ESCAPE");
                }
                yield PgSql.of("(" + collated(value.text(), "NOCASE") + " " + not + "LIKE "
                        + string(asciiLower(pattern)) + " ESCAPE " + string(asciiLower(escape)) + ")", Kind.BOOLEAN,
                        value);
            }
            case "GLOB" -> PgSql.of("(" + value.text() + " COLLATE \"C\" " + (match.negated() ? "!~ " : "~ ")
                    + string(GlobPattern.toRegularExpression(pattern)) + ")", Kind.BOOLEAN, value);
            default -> throw new UntranslatableException(match.operator());
        };
    }

    private static String asciiLower(String text) {
        return text.chars().map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                .collect(StringBuilder::new, (builder, c) -> builder.append((char) c), StringBuilder::append)
                .toString();
    }

    private PgSql choice(Expr.Case choice) throws UntranslatableException {
        var sql = new StringBuilder("(CASE");
        var results = new ArrayList<PgSql>();
        var immutable = true;
        for (var branch : choice.branches()) {
            var condition = choice.base() == null
                    ? condition(translate(branch.condition()))
                    : compare("=", choice.base(), branch.condition());
            immutable &= condition.immutable();
            sql.append(" WHEN ").append(condition.text()).append(" THEN ");
            sql.append(branchResult(branch.result(), results));
        }
        if (choice.otherwise() != null) {
            sql.append(" ELSE ").append(branchResult(choice.otherwise(), results));
        }
        sql.append(" END)");
        for (var result : results) {
            immutable &= result.immutable();
        }
        return new PgSql(sql.toString(), oneKind(results), null, immutable)
                .within(results.stream().mapToDouble(PgSql::bound).max().orElse(Double.POSITIVE_INFINITY));
    }

    private String branchResult(Expr result, List<PgSql> results) throws UntranslatableException {
        if (result instanceof Expr.NullLiteral) {
            return "NULL";
        }
        var translated = translate(result);
        results.add(translated);
        return translated.text();
    }

    /** The kind that several results share. */
    static Kind oneKind(Collection<PgSql> results) throws UntranslatableException {
        var kinds = results.stream().map(PgSql::kind).distinct().toList();
        if (kinds.size() != 1 || kinds.contains(Kind.OPAQUE)) {
            throw new UntranslatableException("results of different types ("
                    + results.stream().map(ExpressionTranslator::describe).distinct().collect(Collectors.joining(", "))
                    + ")");
        }
        return kinds.getFirst();
    }

    static void require(PgSql value, Kind kind, String where) throws UntranslatableException {
        if (value.kind() != kind) {
            throw new UntranslatableException(where + " with " + describe(value));
        }
    }
}
