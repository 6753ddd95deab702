package dev.ferryman.replication;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A SQLite file that an application works on, played by a connection of the test's own. */
final class LiveFile implements AutoCloseable {
    static final Lease LEASE = new Lease("test", 1);

    final Path path;
    final Connection application;

    private LiveFile(Path path, Connection application) {
        this.path = path;
        this.application = application;
    }

    /** A file that is there already. */
    static LiveFile of(Path path) {
        try {
            return new LiveFile(path, DriverManager.getConnection("jdbc:sqlite:" + path));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file in WAL mode. */
    static LiveFile create(Path directory, String... statements) {
        return inMode("wal", directory, statements);
    }

    static LiveFile inMode(String journalMode, Path directory, String... statements) {
        Path path = directory.resolve("live-" + System.nanoTime() + ".db");
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
            var file = new LiveFile(path, connection);
            file.run("PRAGMA journal_mode = " + journalMode);
            file.run(statements);
            return file;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void run(String... statements) {
        try (var statement = application.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** Runs one statement that may break a constraint. */
    boolean attempt(String sql) {
        try (var statement = application.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    List<String> query(String sql) {
        try (var statement = application.createStatement(); var rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    String scalar(String sql) {
        return query(sql).getFirst();
    }

    /** The file's schema, everything in it. */
    List<String> schema() {
        return query("SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                + " ORDER BY type, name");
    }

    SqliteSource source() {
        return SqliteSource.live(path);
    }

    Plan plan() {
        return plan(PlanOptions.create());
    }

    Plan plan(PlanOptions options) {
        var source = source();
        try (var connection = source.connect()) {
            var schema = SourceSchema.read(connection);
            return Planner.plan(schema, Profiler.profile(source, schema, ProfileListener.silent()), options);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Capture capture() {
        return new Capture(source(), Clock.systemUTC(), Duration.ofSeconds(20));
    }

    CaptureState install() throws InterruptedException {
        return capture().install(plan(), LEASE);
    }

    /** Keys recorded for a table so far, as SQLite's literals. */
    List<String> recorded(CaptureState state, String table) {
        CapturedTable captured = table(state, table);
        return query("SELECT " + literal("k", captured.key().size()) + " FROM \"_ferryman_change_" + captured.number()
                + "\" ORDER BY seq");
    }

    static CapturedTable table(CaptureState state, String table) {
        return state.tables().stream().filter(t -> t.table().equals(table)).findFirst().orElseThrow();
    }

    private static String literal(String prefix, int columns) {
        List<String> parts = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
            parts.add("quote(" + prefix + i + ")");
        }
        return String.join(" || ',' || ", parts);
    }

    /** All rows of a table by key, both as SQLite's literals. */
    Map<String, String> rows(String table, List<String> key) {
        List<String> columns = query("SELECT name FROM pragma_table_xinfo('" + table.replace("'", "''") + "')");
        String keys = String.join(" || ',' || ", key.stream().map(k -> "quote(\"" + k + "\")").toList());
        String row = String.join(" || ',' || ", columns.stream().map(c -> "quote(\"" + c + "\")").toList());
        Map<String, String> found = new TreeMap<>();
        try (var statement = application.createStatement();
                var rows = statement.executeQuery("SELECT " + keys + ", " + row + " FROM \"" + table + "\"")) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(table, e);
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        application.close();
    }
}
