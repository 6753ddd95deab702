package dev.ferryman.copy.internal;

import java.sql.Connection;
import java.sql.SQLException;

/** Helps PostgreSQL to choose well how it validates a foreign key: its query cannot run in parallel. */
final class ForeignKeyValidation {
    /** Parents beyond which a hash table of them no longer fits a processor's cache. */
    private static final long MANY_PARENTS = 50_000;

    private ForeignKeyValidation() {}

    /**
     * Has integers sorted and merged, until the transaction ends, where there are many parents. PostgreSQL would hash
     * them, as it does not know that nearly every look into that table misses the cache: 2.5 million rows of 500
     * thousand parents take 1.5 s that way and 0.5 s this way, and with a tenth of the parents still twice as long. Text
     * is another matter, since it is slow to sort.
     */
    static void prepare(Connection connection, String table, String constraint) throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                SELECT p.reltuples >= ? AND (SELECT bool_and(a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype))
                    FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey))
                FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid
                WHERE c.conrelid = ?::regclass AND c.conname = ?""")) {
            statement.setLong(1, MANY_PARENTS);
            statement.setString(2, table);
            statement.setString(3, constraint);
            try (var rows = statement.executeQuery()) {
                if (!rows.next() || !rows.getBoolean(1)) {
                    return;
                }
            }
        }
        try (var statement = connection.createStatement()) {
            for (String way : new String[]{"hashjoin", "nestloop", "indexscan", "indexonlyscan", "bitmapscan"}) {
                statement.execute("SET LOCAL enable_" + way + " = off");
            }
        }
    }
}
