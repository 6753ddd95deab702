package dev.ferryman.schema.internal;

import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.internal.PgSql.Kind;
import dev.ferryman.schema.internal.ViewTranslator.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates one SELECT of a view: over named relations, joined by comma or INNER, CROSS and LEFT JOIN … ON, with WHERE,
 * GROUP BY and HAVING. Whatever else stands there is refused by name.
 */
final class SelectTranslator {
    private static final Set<String> AFTER_RELATION = Set.of("ON", "USING", "JOIN", "INNER", "LEFT", "CROSS", "NATURAL",
            "RIGHT", "FULL", "OUTER", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "INTERSECT",
            "EXCEPT", "INDEXED", "NOT");
    private static final Set<String> AFTER_RESULT = Set.of("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION",
            "INTERSECT", "EXCEPT");

    /** A number in ORDER BY is the position of a result, whatever it is written as in SQLite. */
    private static final Pattern CONSTANT = Pattern.compile("[(-]*[0-9.]+\\)*");

    private final Function<String, @Nullable Relation> relations;
    private final Map<String, Map<String, PgSql>> sources = new LinkedHashMap<>();
    private final ExpressionTranslator rows = new ExpressionTranslator(new Scope());
    private final Grouping grouping = new Grouping(new Scope(), rows);
    private final List<Value> values = new ArrayList<>();
    private boolean distinct;
    private boolean partial;
    private String from = "";
    private String rest = "";

    private record Result(@Nullable String name, @Nullable Expr expression, @Nullable String allOf) {}

    /**
     * A column of the result.
     *
     * @param name as the source has it, empty where it has none
     * @param column whether it is a column as it is
     */
    record Value(String name, PgSql sql, boolean column) {
        /** Its SQL, under the database's collation: two views whose columns have others could not be compared. */
        String text() {
            return column || sql.kind() != Kind.TEXT ? sql.text() : sql.text() + " COLLATE \"default\"";
        }
    }

    SelectTranslator(Function<String, @Nullable Relation> relations) {
        this.relations = relations;
    }

    /** Reads it, from the word after SELECT to the end of its GROUP BY or HAVING. */
    void read(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        distinct = reader.accept("DISTINCT");
        reader.accept("ALL");
        var results = results(reader);
        reader.expect("FROM");
        from = from(reader);
        if (reader.accept("WHERE")) {
            rest = " WHERE " + condition(rows, reader);
        }
        // Results come first in the statement, but what they may be depends on what it is grouped by.
        if (reader.accept("GROUP", "BY")) {
            rest += " GROUP BY " + grouping.terms(reader);
        }
        for (var result : results) {
            if (result.allOf() != null) {
                all(result.allOf());
            } else {
                values.add(new Value(result.name() == null ? "" : result.name(), value(result.expression()),
                        result.expression() instanceof Expr.Name));
            }
        }
        if (reader.is("HAVING") && !rest.contains(" GROUP BY ")) {
            throw new UntranslatableException("HAVING without GROUP BY");
        }
        if (reader.accept("HAVING")) {
            rest += " HAVING " + condition(grouping.expressions(), reader);
        }
        if (distinct) {
            for (var value : values) {
                requirePlain(value.sql(), "DISTINCT");
            }
        }
    }

    /** Values that both databases keep apart alike. */
    static void requirePlain(PgSql value, String where) throws UntranslatableException {
        if (value.kind() == Kind.OPAQUE || (value.collation() != null && !value.collation().equals("BINARY"))) {
            throw new UntranslatableException(where + " over converted values or under a collation");
        }
    }

    /** The columns of the result, in order. */
    List<Value> values() {
        return values;
    }

    /**
     * The statement, without ORDER BY.
     *
     * @param names quoted names of its columns
     */
    String sql(List<String> names) throws UntranslatableException {
        grouping.requireGrouped();
        var sql = new StringBuilder(distinct ? "SELECT DISTINCT " : "SELECT ");
        for (var i = 0; i < names.size(); i++) {
            sql.append(i == 0 ? "" : ", ").append(values.get(i).text()).append(" AS ").append(names.get(i));
        }
        return sql + " FROM " + from + rest;
    }

    /** Reads and translates the terms of ORDER BY. */
    String order(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        List<String> terms = new ArrayList<>();
        do {
            var expression = new ExpressionParser(reader).expression();
            if (expression instanceof Expr.IntegerLiteral) {
                throw new UntranslatableException("ORDER BY a number");
            }
            var value = ordered(expression);
            if (value.kind() == Kind.OPAQUE || value.kind() == Kind.BOOLEAN) {
                throw new UntranslatableException("ORDER BY a converted value");
            }
            if (CONSTANT.matcher(value.text()).matches()) {
                throw new UntranslatableException("ORDER BY a number");
            }
            var descending = reader.accept("DESC");
            reader.accept("ASC");
            var text = value.kind() == Kind.TEXT
                    ? ExpressionTranslator.collated(value.text(), value.collation()) + " COLLATE \"C\""
                    : value.text();
            if (distinct && values.stream().noneMatch(result -> result.text().equals(text))) {
                throw new UntranslatableException("DISTINCT with an ORDER BY that is none of its results");
            }
            // SQLite takes NULL for less than everything.
            terms.add(text + (descending ? " DESC NULLS LAST" : " NULLS FIRST"));
        } while (reader.accept(","));
        return String.join(", ", terms);
    }

    /** A name alone is that of a result, if there is such a one; anything else is about the columns of the tables. */
    private PgSql ordered(Expr expression) throws UntranslatableException {
        if (expression instanceof Expr.Name name && name.qualifier() == null) {
            for (var value : values) {
                if (value.name().equalsIgnoreCase(name.name())) {
                    return value.sql();
                }
            }
        }
        return grouping.translate(expression);
    }

    private static List<Result> results(TokenReader reader) throws SqlSyntaxException {
        List<Result> results = new ArrayList<>();
        do {
            if (reader.accept("*")) {
                results.add(new Result(null, null, ""));
            } else if (reader.peek(1).is(".") && reader.peek(2).is("*")) {
                results.add(new Result(null, null, reader.name()));
                reader.take();
                reader.take();
            } else {
                var expression = new ExpressionParser(reader).expression();
                String name = null;
                if (reader.accept("AS")) {
                    name = reader.name();
                } else if (reader.peek().kind() == Token.Kind.NAME || reader.peek().kind() == Token.Kind.STRING
                        || (reader.peek().kind() == Token.Kind.WORD
                                && !AFTER_RESULT.contains(reader.peek().text().toUpperCase(Locale.ROOT)))) {
                    name = reader.name();
                } else if (expression instanceof Expr.Name column) {
                    name = column.name();
                }
                results.add(new Result(name, expression, null));
            }
        } while (reader.accept(","));
        return results;
    }

    private String from(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        var sql = new StringBuilder(relation(reader));
        var commas = false;
        var joins = false;
        while (true) {
            if (reader.accept(",")) {
                commas = true;
                sql.append(", ").append(relation(reader));
            } else {
                var join = join(reader);
                if (join == null) {
                    if (commas && joins) {
                        throw new UntranslatableException("commas and JOIN in one FROM");
                    }
                    return sql.toString();
                }
                joins = true;
                sql.append(join).append(relation(reader));
                if (reader.is("USING")) {
                    throw new UntranslatableException("JOIN … USING");
                }
                if (reader.accept("ON")) {
                    // Only what stands before is in scope, as in PostgreSQL.
                    sql.append(" ON ").append(condition(new ExpressionTranslator(new Scope()), reader));
                } else if (join.contains("LEFT")) {
                    throw new UntranslatableException("LEFT JOIN without ON");
                } else {
                    sql.append(" ON true");
                }
            }
        }
    }

    private static @Nullable String join(TokenReader reader) throws UntranslatableException {
        if (reader.is("NATURAL") || reader.is("RIGHT") || reader.is("FULL")) {
            throw new UntranslatableException(reader.peek().text().toUpperCase(Locale.ROOT) + " JOIN");
        }
        if (reader.accept("JOIN") || reader.accept("INNER", "JOIN") || reader.accept("CROSS", "JOIN")) {
            return " JOIN ";
        }
        return reader.accept("LEFT", "JOIN") || reader.accept("LEFT", "OUTER", "JOIN") ? " LEFT JOIN " : null;
    }

    private String relation(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        if (reader.is("(")) {
            throw new UntranslatableException("a SELECT or a join in parentheses");
        }
        var name = reader.name();
        if (reader.accept(".")) {
            name = reader.name();
        }
        if (reader.is("(")) {
            throw new UntranslatableException("the table function " + name);
        }
        var relation = relations.apply(name);
        if (relation == null) {
            throw new UntranslatableException("it selects from " + name + ", which is not in the target");
        }
        var alias = name;
        if (reader.accept("AS")) {
            alias = reader.name();
        } else if (reader.peek().kind() == Token.Kind.NAME || (reader.peek().kind() == Token.Kind.WORD
                && !AFTER_RELATION.contains(reader.peek().text().toUpperCase(Locale.ROOT)))) {
            alias = reader.name();
        }
        if (reader.is("INDEXED") || reader.is("NOT")) {
            throw new UntranslatableException("INDEXED BY");
        }
        var columns = new LinkedHashMap<String, PgSql>();
        var quoted = SqlNames.quote(alias);
        relation.columns().forEach((source, column) -> columns.put(source,
                new PgSql(quoted + "." + column.text(), column.kind(), column.collation(), column.immutable(),
                        column.bound())));
        if (sources.putIfAbsent(alias.toLowerCase(Locale.ROOT), columns) != null) {
            throw new UntranslatableException("two relations of the name " + alias);
        }
        partial |= relation.partial();
        return relation.sql() + " AS " + quoted;
    }

    private static String condition(ExpressionTranslator expressions, TokenReader reader)
            throws SqlSyntaxException, UntranslatableException {
        return expressions.condition(expressions.translate(new ExpressionParser(reader).expression())).text();
    }

    private void all(String of) throws UntranslatableException {
        if (partial) {
            throw new UntranslatableException("* over a table with columns that stay behind");
        }
        var found = of.isEmpty() ? sources.values() : List.of(source(of));
        found.forEach(columns -> columns.forEach((name, column) -> {
            grouping.speaksOf(column);
            values.add(new Value(name, column, true));
        }));
    }

    private Map<String, PgSql> source(String alias) throws UntranslatableException {
        var columns = sources.get(alias.toLowerCase(Locale.ROOT));
        if (columns == null) {
            throw new UntranslatableException("the name " + alias);
        }
        return columns;
    }

    /** A column as it is, whatever its type; an expression only where its value has SQLite's own form. */
    private PgSql value(@Nullable Expr expression) throws UntranslatableException {
        if (expression == null) {
            throw new UntranslatableException("a result without an expression");
        }
        var value = grouping.translate(expression);
        if (expression instanceof Expr.Name) {
            return value;
        }
        return switch (value.kind()) {
            case OPAQUE -> throw new UntranslatableException("an expression over a converted value");
            case BOOLEAN -> PgSql.of("(" + value.text() + ")::integer::bigint", Kind.INTEGER, value);
            case INTEGER, NUMERIC, REAL, TEXT, BYTES -> value;
        };
    }

    private static @Nullable PgSql find(Map<String, PgSql> columns, String name) {
        for (var entry : columns.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** Finds columns among the relations taken so far. */
    private final class Scope implements ExpressionTranslator.Columns {
        @Override
        public @Nullable PgSql find(String name) {
            PgSql only = null;
            for (var columns : sources.values()) {
                var found = SelectTranslator.find(columns, name);
                if (found != null && only != null) {
                    // SQLite refuses the view as ambiguous when it is used; so does PostgreSQL when it is made.
                    return null;
                }
                only = found == null ? only : found;
            }
            return only;
        }

        @Override
        public @Nullable PgSql find(@Nullable String qualifier, String name) {
            if (qualifier == null) {
                return find(name);
            }
            var columns = sources.get(qualifier.toLowerCase(Locale.ROOT));
            return columns == null ? null : SelectTranslator.find(columns, name);
        }
    }
}
