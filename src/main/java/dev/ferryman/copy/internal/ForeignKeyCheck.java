package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the target's own foreign keys after a load that did not fire them: PostgreSQL believes them to hold, so nobody
 * else would ever notice an orphan.
 */
final class ForeignKeyCheck {
    private ForeignKeyCheck() {}

    /** @throws CopyFailedException naming the first foreign key that does not hold, with the number of orphans */
    static void run(Connection connection, Plan plan) throws SQLException {
        for (TablePlan table : plan.tables()) {
            String name = SqlNames.quote(table.targetSchema(), table.target());
            for (ForeignKey key : keys(connection, name)) {
                long orphans = orphans(connection, name, key);
                if (orphans > 0) {
                    throw new CopyFailedException(
                            "Table " + table.source() + ": " + Counted.of(orphans, "row breaks", "rows break")
                                    + " the foreign key " + key.name() + ", no parent is there.",
                            "SQLite checks foreign keys only when told to. Correct these rows in the source, clean the"
                                    + " target, and copy a new snapshot.");
                }
            }
        }
    }

    private record ForeignKey(String name, String parent, List<String> columns, List<String> parentColumns) {}

    private static List<ForeignKey> keys(Connection connection, String table) throws SQLException {
        List<ForeignKey> keys = new ArrayList<>();
        try (var statement = connection.prepareStatement(
                """
                SELECT conname, confrelid::regclass::text,
                    (SELECT array_agg(quote_ident(attname) ORDER BY i) FROM unnest(conkey) WITH ORDINALITY k(n, i)
                        JOIN pg_attribute ON attrelid = conrelid AND attnum = n),
                    (SELECT array_agg(quote_ident(attname) ORDER BY i) FROM unnest(confkey) WITH ORDINALITY k(n, i)
                        JOIN pg_attribute ON attrelid = confrelid AND attnum = n)
                FROM pg_constraint WHERE contype = 'f' AND conrelid = ?::regclass ORDER BY conname""")) {
            statement.setString(1, table);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new ForeignKey(rows.getString(1), rows.getString(2),
                            List.of((String[]) rows.getArray(3).getArray()),
                            List.of((String[]) rows.getArray(4).getArray())));
                }
            }
        }
        return keys;
    }

    private static long orphans(Connection connection, String table, ForeignKey key) throws SQLException {
        List<String> present = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int i = 0; i < key.columns().size(); i++) {
            present.add("c." + key.columns().get(i) + " IS NOT NULL");
            same.add("p." + key.parentColumns().get(i) + " = c." + key.columns().get(i));
        }
        String sql = "SELECT count(*) FROM " + table + " c WHERE " + String.join(" AND ", present)
                + " AND NOT EXISTS (SELECT 1 FROM " + key.parent() + " p WHERE " + String.join(" AND ", same) + ")";
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
