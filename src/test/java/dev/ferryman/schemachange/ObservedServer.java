package dev.ferryman.schemachange;

import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL on which a statement runs while a second session looks at its locks. */
final class ObservedServer implements AutoCloseable {
    /** How long a statement may take to reach the lock that it waits for. */
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String LOCKS = """
                                        SELECT c.relname, l.mode, c.relkind FROM pg_locks l
                                        JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
                                        WHERE l.pid = %d AND l.locktype = 'relation' AND n.nspname = '%s'""";
    private static final String FILES = """
                                        SELECT c.relname, pg_relation_filenode(c.oid) AS file FROM pg_class c
                                        JOIN pg_namespace n ON n.oid = c.relnamespace
                                        WHERE n.nspname = '%s' AND c.relkind IN ('r', 'i', 'm')""";
    private static final String READ = """
                                       SELECT c.relname, pg_stat_get%1$s_tuples_returned(c.oid) + pg_stat_get%1$s_tuples_fetched(c.oid) AS rows
                                       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                       WHERE n.nspname = '%2$s' AND c.relkind IN ('r', 'm')""";
    private static final long ROWS_OF_A_TABLE = 150;

    private final TestPostgres.Database database;
    private final int version;
    private final Connection second;
    private int cases;
    private String schema = "";

    /** What a statement did: strongest lock per relation, relations with a new file, and whether a table was read. */
    record Observed(Map<String, LockMode> locks, Set<String> newFiles, Set<String> scanned) {}

    ObservedServer(TestPostgres server, int version) {
        database = server.freshDatabase();
        second = database.connect();
        this.version = version;
        try {
            execute(second, "SET allow_in_place_tablespaces = on");
            execute(second, "CREATE TABLESPACE elsewhere LOCATION ''");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    int version() {
        return version;
    }

    /** A session in a schema of its own, which holds the tables of all cases. */
    Connection freshSchema(String setup) throws SQLException {
        schema = "c" + ++cases;
        Connection connection = database.connect();
        execute(connection, "CREATE SCHEMA " + schema + "; SET search_path = " + schema + ", public");
        execute(connection, StatementCase.base());
        if (!setup.isEmpty()) {
            execute(connection, setup);
        }
        execute(connection, "SET timezone = 'Europe/Berlin'; SET enable_seqscan = off");
        return connection;
    }

    void dropSchema() throws SQLException {
        execute(second, "SET client_min_messages = warning; DROP SCHEMA " + schema + " CASCADE");
    }

    /** Runs a statement in a transaction, looks, and rolls back. */
    Observed inTransaction(Connection connection, @Nullable String session, String statement) throws SQLException {
        if (session != null) {
            execute(connection, session);
        }
        Map<String, String> before = files(connection);
        connection.setAutoCommit(false);
        try {
            Map<String, Long> read = rowsRead(connection, "_xact");
            execute(connection, statement);
            return new Observed(locks(connection), changed(before, files(connection)),
                    more(read, rowsRead(connection, "_xact")));
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Runs a statement that refuses transactions, and looks at its locks while another session is in its way. */
    Observed whileBlocked(Connection connection, String blocker, String statement) throws Exception {
        String table = blocker.substring(0, blocker.indexOf(' '));
        Map<String, String> before = files(connection);
        Map<String, Long> read = rowsRead(connection, "");
        Map<String, LockMode> locks;
        CompletableFuture<Void> running;
        try (Connection blocking = database.connect()) {
            blocking.setAutoCommit(false);
            execute(blocking, "LOCK TABLE " + schema + "." + table + " IN " + blocker.substring(table.length() + 1)
                    + " MODE");
            int pid = pid(connection);
            running = CompletableFuture.runAsync(() -> run(connection, statement));
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            while (!waits(pid)) {
                if (running.isDone() || System.nanoTime() > deadline) {
                    throw new AssertionError("It never waited for " + blocker);
                }
                Thread.onSpinWait();
            }
            locks = locks(pid);
            blocking.rollback();
        }
        running.get();
        execute(connection, "SELECT pg_stat_force_next_flush()");
        return new Observed(locks, changed(before, files(connection)),
                more(read, rowsRead(connection, "")));
    }

    private static void run(Connection connection, String statement) {
        try {
            execute(connection, statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    private boolean waits(int pid) throws SQLException {
        try (Statement look = second.createStatement();
                ResultSet row = look.executeQuery("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = " + pid
                        + " AND NOT granted)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private Map<String, LockMode> locks(Connection connection) throws SQLException {
        return locks(pid(connection));
    }

    private Map<String, LockMode> locks(int pid) throws SQLException {
        Map<String, LockMode> locks = new TreeMap<>();
        try (Statement look = second.createStatement();
                ResultSet rows = look.executeQuery(LOCKS.formatted(pid, schema))) {
            while (rows.next()) {
                locks.merge(
                        rows.getString("relname")
                                + (Set.of("i", "S").contains(rows.getString("relkind")) ? "#part" : ""),
                        LockMode.ofCatalog(rows.getString("mode")), LockMode::orStronger);
            }
        }
        return locks;
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    }

    private Map<String, String> files(Connection connection) throws SQLException {
        Map<String, String> files = new TreeMap<>();
        try (Statement look = connection.createStatement();
                ResultSet rows = look.executeQuery(FILES.formatted(schema))) {
            while (rows.next()) {
                files.put(rows.getString("relname"), rows.getString("file"));
            }
        }
        return files;
    }

    private Map<String, Long> rowsRead(Connection connection, String scope) throws SQLException {
        Map<String, Long> read = new TreeMap<>();
        try (Statement look = connection.createStatement();
                ResultSet rows = look.executeQuery(READ.formatted(scope, schema))) {
            while (rows.next()) {
                read.put(rows.getString("relname"), rows.getLong("rows"));
            }
        }
        return read;
    }

    private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
        Set<String> changed = new TreeSet<>();
        before.forEach((name, file) -> {
            if (after.containsKey(name) && !Objects.equals(after.get(name), file)) {
                changed.add(name);
            }
        });
        return changed;
    }

    private static Set<String> more(Map<String, Long> before, Map<String, Long> after) {
        Set<String> read = new TreeSet<>();
        after.forEach((name, rows) -> {
            if (before.containsKey(name) && rows - before.get(name) >= ROWS_OF_A_TABLE) {
                read.add(name);
            }
        });
        return read;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        execute(second, "DROP TABLESPACE elsewhere");
        second.close();
        database.close();
    }
}
