package dev.ferryman.schemachange.internal;

import static dev.ferryman.schema.SqlNames.quote;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.KeyChangeColumn;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeTable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a change of keys calls the indexes, constraints and other things it makes for the time. */
public final class KeyChangeNames {
    private static final int LONGEST = 63;
    private static final int DIGEST = 8;

    private KeyChangeNames() {}

    /** Of the twin that takes an index's place at the switch. */
    public static String twin(KeyChangeTable.Index index) {
        return fitting(index.name(), "_uuid");
    }

    /** Of the one that keeps the old values unique after the switch. */
    public static String spare(KeyChangeTable.Index index) {
        return fitting(index.name(), "_old");
    }

    /** Of the check that every row has its UUID. */
    public static String check(KeyChangeColumn column) {
        return fitting(column.name(), "_uuid_filled");
    }

    /** Of the foreign key between UUIDs. */
    public static String foreignKey(KeyChangeColumn.Reference reference) {
        return fitting(reference.constraint(), "_uuid");
    }

    /** Of the sequence that goes on making old keys after the switch. */
    static String sequence(KeyChangeTable table, KeyChangeColumn column) {
        return fitting(table.name() + "_" + column.kept(), "_seq");
    }

    /** Of the function that fills in what a write leaves out, in the schema {@code ferryman}. */
    static String function(KeyChangeTable table) {
        return fitting("key_change of " + table.title(), "");
    }

    static boolean tooLong(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }

    /** PostgreSQL cuts what is too long, and two long names may differ at the end only: a digest tells them apart. */
    private static String fitting(String name, String suffix) {
        if (!tooLong(name + suffix)) {
            return name + suffix;
        }
        String end = "_" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString().substring(0, DIGEST)
                + suffix;
        String kept = name;
        while (tooLong(kept + end)) {
            kept = kept.substring(0, kept.length() - 1);
        }
        return kept + end;
    }

    /**
     * Makes sure that nothing of the application's has one of these names: it would be taken for ours.
     *
     * @throws BadInputException where it has, naming it
     */
    static void requireFree(Connection connection, KeyChangePlan plan) throws SQLException {
        for (KeyChangeTable table : plan.tables()) {
            for (String name : relations(table)) {
                require(PgText.yes(connection, "SELECT to_regclass(?) IS NULL", quote(table.schema(), name)), table,
                        name);
            }
            for (String name : constraints(table)) {
                require(PgText.yes(connection,
                        "SELECT NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = ?::regclass AND conname = ?)",
                        KeyChangeSql.table(table), name), table, name);
            }
        }
    }

    private static List<String> relations(KeyChangeTable table) {
        List<String> names = new ArrayList<>();
        table.indexes().forEach(index -> names.addAll(List.of(twin(index), spare(index))));
        table.columns().stream().filter(column -> column.reference() == null && !column.filled())
                .forEach(column -> names.add(sequence(table, column)));
        return names;
    }

    private static List<String> constraints(KeyChangeTable table) {
        List<String> names = new ArrayList<>();
        for (KeyChangeColumn column : table.columns()) {
            names.add(check(column));
            if (column.reference() != null) {
                names.add(foreignKey(column.reference()));
            }
        }
        return names;
    }

    private static void require(boolean free, KeyChangeTable table, String name) {
        if (!free) {
            throw new BadInputException(
                    "The change of " + table.title() + " would need the name " + name + ", which is taken.",
                    "Nothing was changed. Rename what has it, or drop it where an earlier attempt by hand left it.");
        }
    }
}
