package dev.ferryman.schema.internal;

import dev.ferryman.schema.SqlNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Translates one CREATE VIEW: a SELECT with ORDER BY, or several of the same types joined by UNION and UNION ALL. Whatever
 * else stands there is refused by name.
 */
final class ViewTranslator {
    private final Function<String, @Nullable Relation> relations;
    private final TargetNames names;

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
        var first = select(reader);
        var given = declared.isEmpty()
                ? first.values().stream().map(SelectTranslator.Value::name).toList()
                : declared;
        var columns = columns(given, first);
        var quoted = columns.values().stream().map(PgSql::text).toList();
        var sql = new StringBuilder(first.sql(quoted));
        var united = false;
        while (reader.accept("UNION")) {
            united = true;
            var all = reader.accept("ALL");
            var next = select(reader);
            requireSame(first, next, all);
            sql.append(all ? " UNION ALL " : " UNION ").append(next.sql(quoted));
        }
        if (!united && reader.accept("ORDER", "BY")) {
            var order = first.order(reader);
            // Once more, for ORDER BY may be the first to call an aggregate.
            sql = new StringBuilder(first.sql(quoted)).append(" ORDER BY ").append(order);
        }
        if (!reader.atEnd()) {
            throw new UntranslatableException("‘" + reader.peek().text() + "’ in a view");
        }
        return new Translated(sql.toString(), columns);
    }

    private SelectTranslator select(TokenReader reader) throws SqlSyntaxException, UntranslatableException {
        reader.expect("SELECT");
        var select = new SelectTranslator(relations);
        select.read(reader);
        return select;
    }

    /** The view's columns by their names in the source, each as its quoted name in the target. */
    private Map<String, PgSql> columns(List<String> given, SelectTranslator first) throws UntranslatableException {
        if (given.size() != first.values().size()) {
            throw new UntranslatableException("its list of columns does not match its SELECT");
        }
        var columns = new LinkedHashMap<String, PgSql>();
        Set<String> targets = new HashSet<>();
        for (var i = 0; i < given.size(); i++) {
            var name = given.get(i);
            var value = first.values().get(i).sql();
            if (name.isEmpty()) {
                throw new UntranslatableException("an expression without a name (AS)");
            }
            var target = names.cased(name);
            if (!targets.add(target)) {
                throw new UntranslatableException("two columns of the name " + name);
            }
            columns.put(name, new PgSql(SqlNames.quote(target), value.kind(), value.collation(), value.immutable(),
                    value.bound()));
        }
        return columns;
    }

    /** PostgreSQL wants one type per column, where SQLite takes each value as it comes. */
    private static void requireSame(SelectTranslator first, SelectTranslator next, boolean all)
            throws UntranslatableException {
        if (first.values().size() != next.values().size()) {
            throw new UntranslatableException("a UNION of different numbers of columns");
        }
        for (var i = 0; i < first.values().size(); i++) {
            var one = first.values().get(i).sql();
            var other = next.values().get(i).sql();
            ExpressionTranslator.oneKind(List.of(one, other));
            if (!all) {
                SelectTranslator.requirePlain(one, "UNION");
                SelectTranslator.requirePlain(other, "UNION");
            } else if (!Objects.equals(one.collation(), other.collation())) {
                throw new UntranslatableException("a UNION of different collations");
            }
        }
    }
}
