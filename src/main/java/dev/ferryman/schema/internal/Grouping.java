package dev.ferryman.schema.internal;

import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a SELECT is grouped by, and what its results may speak of then: what it is grouped by, and aggregates that give the
 * same in PostgreSQL. SQLite lets a result name any column, and takes it from a row of its choice; that is refused.
 */
final class Grouping implements ExpressionTranslator.Aggregates {
    /** Sums of so many rows that no table has stay below 2^63. */
    private static final double SMALL = 0x1p31;
    /** More than a file of SQLite can hold. */
    private static final double MOST_ROWS = 0x1p48;

    private final ExpressionTranslator rows;
    private final ExpressionTranslator expressions;
    private final List<String> terms = new ArrayList<>();
    /** Columns that results speak of outside of aggregates. */
    private final Set<String> bare = new LinkedHashSet<>();
    private boolean grouped;

    /**
     * @param scope the columns of the relations
     * @param rows translates what is said of single rows
     */
    Grouping(ExpressionTranslator.Columns scope, ExpressionTranslator rows) {
        this.rows = rows;
        this.expressions = new ExpressionTranslator(new ExpressionTranslator.Columns() {
            @Override
            public @Nullable PgSql find(String name) {
                return find(null, name);
            }

            @Override
            public @Nullable PgSql find(@Nullable String qualifier, String name) {
                var column = scope.find(qualifier, name);
                if (column != null) {
                    speaksOf(column);
                }
                return column;
            }
        }, this);
    }

    /** Reads the terms of GROUP BY. */
    String terms(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        grouped = true;
        do {
            var expression = new ExpressionParser(reader).expression();
            if (expression instanceof Expr.IntegerLiteral) {
                throw new UntranslatableException("GROUP BY a number");
            }
            var term = rows.translate(expression);
            SelectTranslator.requirePlain(term, "GROUP BY");
            // Equal numbers may be written in several ways, and either database shows the one it comes upon.
            if (term.kind() == Kind.NUMERIC || term.kind() == Kind.REAL) {
                throw new UntranslatableException("GROUP BY numbers that are no integers");
            }
            bare.clear();
            expressions.translate(expression);
            if (bare.isEmpty()) {
                throw new UntranslatableException("GROUP BY a constant");
            }
            bare.clear();
            terms.add(term.text());
        } while (reader.accept(","));
        return String.join(", ", terms);
    }

    /** A result or condition over groups, or over rows where there are none. */
    PgSql translate(Expr expression) throws UntranslatableException {
        if (grouped) {
            try {
                var whole = rows.translate(expression);
                if (terms.contains(whole.text())) {
                    return whole;
                }
            } catch (UntranslatableException _) {
                // It calls an aggregate, or cannot be translated below either.
            }
        }
        return expressions.translate(expression);
    }

    /** Translates what stands in results and HAVING. */
    ExpressionTranslator expressions() {
        return expressions;
    }

    /** A result is or holds this column. */
    void speaksOf(PgSql column) {
        bare.add(column.text());
    }

    /** To be asked when everything is translated: whether each group has one value of everything that was spoken of. */
    void requireGrouped() throws UntranslatableException {
        if (!grouped) {
            return;
        }
        for (var column : bare) {
            if (!terms.contains(column)) {
                throw new UntranslatableException("the column " + column
                        + " beside an aggregate, which it is not grouped by: SQLite takes it from any row");
            }
        }
    }

    @Override
    public @Nullable PgSql call(Expr.Call call) throws UntranslatableException {
        var arguments = call.arguments().size();
        var known = switch (call.name()) {
            case "count" -> arguments <= 1;
            case "min", "max", "sum", "avg" -> arguments == 1;
            case "total", "group_concat", "string_agg" -> throw new UntranslatableException(
                    "the function " + call.name() + "()");
            default -> false;
        };
        if (!known) {
            return null;
        }
        grouped = true;
        if (arguments == 0) {
            return PgSql.of("count(*)", Kind.INTEGER).within(MOST_ROWS);
        }
        var value = rows.translate(call.arguments().getFirst());
        return switch (call.name()) {
            case "count" -> PgSql.of("count(" + value.text() + ")", Kind.INTEGER, value).within(MOST_ROWS);
            case "sum" -> PgSql.of("sum(" + integer(value, "sum") + ")::bigint", Kind.INTEGER, value);
            case "avg" -> average(value);
            default -> extreme(call.name(), value);
        };
    }

    /** SQLite adds reals with a correction that PostgreSQL does not know, so only integers are summed. */
    private static String integer(PgSql value, String function) throws UntranslatableException {
        return switch (value.kind()) {
            case INTEGER -> value.text();
            case BOOLEAN -> "(" + value.text() + ")::integer";
            case NUMERIC, REAL, TEXT, BYTES, OPAQUE -> throw new UntranslatableException(
                    function + "() of " + ExpressionTranslator.describe(value) + ", not all of which are integers");
        };
    }

    private static PgSql average(PgSql value) throws UntranslatableException {
        var integer = integer(value, "avg");
        if (value.kind() == Kind.INTEGER && value.bound() > SMALL) {
            throw new UntranslatableException("avg() of large integers");
        }
        return PgSql.of("(sum(" + integer + ")::double precision / count(" + integer + "))", Kind.REAL, value);
    }

    private static PgSql extreme(String function, PgSql value) throws UntranslatableException {
        return switch (value.kind()) {
            case INTEGER, NUMERIC, REAL -> PgSql.of(function + "(" + value.text() + ")", value.kind(), value)
                    .within(value.bound());
            case BOOLEAN -> PgSql.of(function + "((" + value.text() + ")::integer)::bigint", Kind.INTEGER, value);
            case TEXT -> {
                SelectTranslator.requirePlain(value, function + "()");
                yield PgSql.of(function + "(" + value.text() + " COLLATE \"C\")", Kind.TEXT, value);
            }
            case BYTES, OPAQUE -> throw new UntranslatableException(
                    function + "() of " + ExpressionTranslator.describe(value));
        };
    }
}
