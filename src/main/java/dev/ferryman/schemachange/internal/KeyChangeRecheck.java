package dev.ferryman.schemachange.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.KeyChangeColumn;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares the catalog with the plan of a change of keys just before the switch, under its locks. Days may have passed, and
 * others change the schema too: what has come to a changing column would go on with the old values.
 */
public final class KeyChangeRecheck {
    private static final String FOREIGN_KEYS = """
                                               SELECT format('%s of %s.%s', k.conname, n.nspname, c.relname)
                                               FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                                               WHERE k.contype = 'f' AND (k.confrelid = ?::regclass AND EXISTS (SELECT FROM pg_attribute a
                                                       WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey) AND a.attname = ANY (?))
                                                   OR k.conrelid = ?::regclass AND EXISTS (SELECT FROM pg_attribute a
                                                       WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND a.attname = ANY (?)))""";

    private KeyChangeRecheck() {}

    /**
     * Makes sure that what hangs on the changing columns is what was planned.
     *
     * @throws BadInputException naming what has come or gone
     */
    public static void requireAsPlanned(Connection connection, KeyChangePlan plan) throws SQLException {
        List<String> other = new ArrayList<>();
        for (KeyChangeTable table : plan.tables()) {
            KeyChangeCatalog.dependents(connection, KeyChangeSql.table(table), table.columns())
                    .forEach(each -> other.add(each + " has come to " + table.title()));
            compare(other, indexes(table.indexes(), table.title()), indexes(now(connection, table), table.title()));
            compare(other, planned(plan, table), foreignKeys(connection, table));
        }
        if (!other.isEmpty()) {
            throw new BadInputException("Since the change of keys was planned, the schema has changed: "
                    + String.join("; ", other) + ".",
                    "Nothing was changed, and nobody waits. Drop what has come and create it again after the switch, and put"
                            + " back what has gone, then retry; or take the change of keys back and plan it anew.");
        }
    }

    private static void compare(List<String> other, Set<String> planned, Set<String> now) {
        now.stream().filter(each -> !planned.contains(each)).forEach(each -> other.add(each + " has come"));
        planned.stream().filter(each -> !now.contains(each)).forEach(each -> other.add(each + " has gone"));
    }

    /** Without those that keep the old values unique after the switch. */
    private static List<KeyChangeTable.Index> now(Connection connection, KeyChangeTable table) throws SQLException {
        Set<String> spare = table.indexes().stream().filter(KeyChangeSql::constrains).map(KeyChangeNames::spare)
                .collect(Collectors.toSet());
        return KeyChangeCatalog.indexes(connection, table.schema(), table.name(), table.columns()).stream()
                .filter(index -> !spare.contains(index.name())).toList();
    }

    /** With all that tells one definition from another. */
    private static Set<String> indexes(List<KeyChangeTable.Index> indexes, String table) {
        return indexes.stream().map(index -> "the index " + index.name() + " (" + index.method() + ", "
                + String.join(", ", index.columns()) + String.join("", index.options()) + index.tail() + ", "
                + index.role() + ") of " + table).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> planned(KeyChangePlan plan, KeyChangeTable table) {
        Set<String> found = new TreeSet<>();
        for (KeyChangeTable child : plan.tables()) {
            child.columns().stream().map(KeyChangeColumn::reference).filter(Objects::nonNull)
                    .filter(reference -> child.equals(table) || plan.table(reference).equals(table))
                    .forEach(reference -> found.add("the foreign key " + reference.constraint() + " of "
                            + child.title()));
        }
        return found;
    }

    private static Set<String> foreignKeys(Connection connection, KeyChangeTable table) throws SQLException {
        Array names = connection.createArrayOf("text",
                table.columns().stream().map(KeyChangeColumn::name).toArray());
        String name = KeyChangeSql.table(table);
        return PgText.query(connection, FOREIGN_KEYS, row -> "the foreign key " + row.getString(1), name, names, name,
                names).stream().collect(Collectors.toCollection(TreeSet::new));
    }
}
