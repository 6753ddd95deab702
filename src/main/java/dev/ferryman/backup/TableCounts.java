package dev.ferryman.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Counts every row of every table. */
public final class TableCounts {
    /** What pg_dump dumps the rows of: no system tables, and none that an extension creates again. */
    private static final String POSTGRES_TABLES = """
                                                  SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                                  WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                                                      AND NOT EXISTS (SELECT FROM pg_depend d
                                                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                                                  ORDER BY 1, 2""";
    private static final String SQLITE_TABLES = """
                                                SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                                                    AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1""";

    private TableCounts() {}

    /**
     * By {@code schema.table}, of the transaction the connection is in.
     *
     * @throws InterruptedException if the caller was interrupted; the statement under way is cancelled
     */
    public static SortedMap<String, Long> postgres(Connection connection) throws SQLException, InterruptedException {
        List<String[]> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement(); var row = statement.executeQuery(POSTGRES_TABLES)) {
            while (row.next()) {
                tables.add(new String[]{row.getString(1), row.getString(2)});
            }
        }
        SortedMap<String, Long> counts = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String[] table : tables) {
                counts.put(table[0] + "." + table[1], count(statement,
                        "SELECT count(*) FROM ONLY " + quoted(table[0]) + "." + quoted(table[1])));
            }
        }
        return counts;
    }

    /** By table, of an SQLite file that nobody writes to; virtual tables are not counted. */
    public static SortedMap<String, Long> sqlite(Connection connection) throws SQLException, InterruptedException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement(); var row = statement.executeQuery(SQLITE_TABLES)) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        SortedMap<String, Long> counts = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : tables) {
                counts.put(table, count(statement, "SELECT count(*) FROM " + quoted(table)));
            }
        }
        return counts;
    }

    /** In a thread of its own, since a driver does not hear an interrupt. */
    private static long count(Statement statement, String sql) throws SQLException, InterruptedException {
        var task = new FutureTask<>(() -> {
            try (var row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        });
        Thread counting = Thread.ofVirtual().name("ferryman-count").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            statement.cancel();
            counting.join();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
