package dev.ferryman.schema.internal;

import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Translates one CREATE VIEW: a SELECT without aggregates over named relations, joined by comma or INNER, CROSS and LEFT
 * JOIN … ON, with WHERE and ORDER BY. Whatever else stands there is refused by name.
 */
final class ViewTranslator {
    private static final Set<String> AFTER_RELATION = Set.of("ON", "USING", "JOIN", "INNER", "LEFT", "CROSS", "NATURAL",
            "RIGHT", "FULL", "OUTER", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "INTERSECT",
            "EXCEPT", "INDEXED", "NOT");
    private static final Set<String> AFTER_RESULT = Set.of("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION",
            "INTERSECT", "EXCEPT");

    private final Function<String, @Nullable Relation> relations;
    private final TargetNames names;
    private final Map<String, Map<String, PgSql>> sources = new LinkedHashMap<>();
    private boolean partial;

    /**
     * A table or view that can be selected from.
     *
     * @param sql its quoted name
     * @param columns its columns by source name, in order, as expressions without a qualifier
     * @param partial whether columns of the source's are missing
     */
    record Relation(String sql, Map<String, PgSql> columns, boolean partial) {
        Relation {
            columns = new LinkedHashMap<>(columns);
        }
    }

    /** What a view becomes: its SELECT and its columns. */
    record Translated(String sql, Map<String, PgSql> columns) {}

    private record Result(@Nullable String name, @Nullable Expr expression, @Nullable String allOf) {}

    /** @param names says how names are written in the target */
    ViewTranslator(Function<String, @Nullable Relation> relations, TargetNames names) {
        this.relations = relations;
        this.names = names;
    }

    Translated translate(String sql) throws UntranslatableException {
        try {
            return view(new TokenReader(sql));
        } catch (SqlSyntaxException e) {
            throw new UntranslatableException(String.valueOf(e.getMessage()));
        }
    }

    private Translated view(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        reader.expect("CREATE");
        if (reader.accept("TEMP") || reader.accept("TEMPORARY")) {
            throw new UntranslatableException("a temporary view");
        }
        reader.expect("VIEW");
        reader.accept("IF", "NOT", "EXISTS");
        reader.name();
        if (reader.accept(".")) {
            reader.name();
        }
        List<String> declared = new ArrayList<>();
        if (reader.accept("(")) {
            do {
                declared.add(reader.name());
            } while (reader.accept(","));
            reader.expect(")");
        }
        reader.expect("AS");
        reader.expect("SELECT");
        var distinct = reader.accept("DISTINCT");
        reader.accept("ALL");
        var results = results(reader);
        reader.expect("FROM");
        var from = from(reader);
        var expressions = new ExpressionTranslator(new Scope());
        var where = reader.accept("WHERE") ? condition(expressions, reader) : null;
        // Results are named after their expressions are known, and ORDER BY may use their names.
        var columns = new LinkedHashMap<String, PgSql>();
        var select = select(results, declared, distinct, expressions, columns);
        var order = reader.accept("ORDER", "BY") ? order(reader, expressions, columns) : null;
        if (!reader.atEnd()) {
            throw new UntranslatableException("‘" + reader.peek().text() + "’ in a view");
        }
        return new Translated("SELECT " + (distinct ? "DISTINCT " : "") + select + " FROM " + from
                + (where == null ? "" : " WHERE " + where) + (order == null ? "" : " ORDER BY " + order), columns);
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

    private String select(List<Result> results, List<String> declared, boolean distinct,
            ExpressionTranslator expressions, Map<String, PgSql> columns) throws UntranslatableException {
        var selected = new LinkedHashMap<String, PgSql>();
        List<String> given = new ArrayList<>();
        List<PgSql> values = new ArrayList<>();
        for (var result : results) {
            if (result.allOf() != null) {
                all(result.allOf(), given, values);
            } else {
                given.add(result.name() == null ? "" : result.name());
                values.add(value(result.expression(), expressions));
            }
        }
        if (!declared.isEmpty() && declared.size() != given.size()) {
            throw new UntranslatableException("its list of columns does not match its SELECT");
        }
        var sql = new StringBuilder();
        for (var i = 0; i < given.size(); i++) {
            var name = declared.isEmpty() ? given.get(i) : declared.get(i);
            var value = values.get(i);
            if (name.isEmpty()) {
                throw new UntranslatableException("an expression without a name (AS)");
            }
            if (distinct && (value.kind() == Kind.OPAQUE
                    || (value.collation() != null && !value.collation().equals("BINARY")))) {
                throw new UntranslatableException("DISTINCT over converted values or under a collation");
            }
            var target = names.cased(name);
            var quoted = SqlNames.quote(target);
            if (selected.put(target, value) != null) {
                throw new UntranslatableException("two columns of the name " + name);
            }
            columns.put(name, new PgSql(quoted, value.kind(), value.collation(), value.immutable(), value.bound()));
            sql.append(i == 0 ? "" : ", ").append(value.text()).append(" AS ").append(quoted);
        }
        return sql.toString();
    }

    private void all(String of, List<String> given, List<PgSql> values) throws UntranslatableException {
        if (partial) {
            throw new UntranslatableException("* over a table with columns that stay behind");
        }
        var found = of.isEmpty() ? sources.values() : List.of(source(of));
        found.forEach(columns -> columns.forEach((name, column) -> {
            given.add(name);
            values.add(column);
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
    private PgSql value(@Nullable Expr expression, ExpressionTranslator expressions) throws UntranslatableException {
        if (expression == null) {
            throw new UntranslatableException("a result without an expression");
        }
        var value = expressions.translate(expression);
        if (expression instanceof Expr.Name) {
            return value;
        }
        return switch (value.kind()) {
            case OPAQUE -> throw new UntranslatableException("an expression over a converted value");
            case BOOLEAN -> PgSql.of("(" + value.text() + ")::integer::bigint", Kind.INTEGER, value);
            case INTEGER, NUMERIC, REAL, TEXT, BYTES -> value;
        };
    }

    private static String order(TokenReader reader, ExpressionTranslator expressions, Map<String, PgSql> results)
            throws SqlSyntaxException, UntranslatableException {
        List<String> terms = new ArrayList<>();
        do {
            var expression = new ExpressionParser(reader).expression();
            var named = expression instanceof Expr.Name name && name.qualifier() == null
                    ? find(results, name.name())
                    : null;
            if (expression instanceof Expr.IntegerLiteral) {
                throw new UntranslatableException("ORDER BY a number");
            }
            // A name in an expression of PostgreSQL's ORDER BY is a column of a table, alone it is one of the results.
            var value = expressions.translate(expression);
            if (value.kind() == Kind.OPAQUE || value.kind() == Kind.BOOLEAN || (named != null
                    && named.kind() != value.kind())) {
                throw new UntranslatableException("ORDER BY a converted value");
            }
            var descending = reader.accept("DESC");
            reader.accept("ASC");
            var text = value.kind() == Kind.TEXT
                    ? ExpressionTranslator.collated(value.text(), value.collation()) + " COLLATE \"C\""
                    : value.text();
            // SQLite takes NULL for less than everything.
            terms.add(text + (descending ? " DESC NULLS LAST" : " NULLS FIRST"));
        } while (reader.accept(","));
        return String.join(", ", terms);
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
                var found = ViewTranslator.find(columns, name);
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
            return columns == null ? null : ViewTranslator.find(columns, name);
        }
    }
}
