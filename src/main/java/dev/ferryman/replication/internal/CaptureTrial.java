package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureCost;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tries capture on a file of its own: the largest table that is followed by key, with its indexes, some of its rows and the
 * live file's journal mode. Each commit updates one row. Rounds without and with the triggers take turns, so that whatever
 * else the machine does hits both.
 */
public final class CaptureTrial {
    private static final int ROWS = 500;
    private static final int ROUNDS = 5;
    private static final int COMMITS = 60;

    private CaptureTrial() {}

    /** See {@code Capture.cost}. */
    public static Optional<CaptureCost> run(SqliteSource live, Plan plan, List<CapturedTable> captured, Path directory)
            throws SQLException {
        Map<String, Long> sizes = plan.tables().stream()
                .collect(Collectors.toMap(TablePlan::source, TablePlan::rows, (first, _) -> first));
        Optional<CapturedTable> largest = captured.stream().filter(CapturedTable::byKey)
                .filter(table -> sizes.getOrDefault(table.table(), 0L) > 0)
                .max(Comparator.comparing(table -> sizes.getOrDefault(table.table(), 0L)));
        if (largest.isEmpty()) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(directory);
            Path file = Files.createTempFile(directory, "capture-trial", ".db");
            try (Connection source = live.connect();
                    Connection trial = DriverManager.getConnection("jdbc:sqlite:" + file)) {
                return tried(source, trial, largest.get());
            } finally {
                for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
                    Files.deleteIfExists(Path.of(file + suffix));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The trial of capture could not be made in " + directory, e);
        }
    }

    private static Optional<CaptureCost> tried(Connection source, Connection trial, CapturedTable captured)
            throws SQLException {
        SourceTable table = SourceSchema.read(source).table(captured.table());
        if (table == null) {
            return Optional.empty();
        }
        Sql.execute(trial, "PRAGMA journal_mode = "
                + Sql.query(source, "PRAGMA journal_mode", row -> row.getString(1)).getFirst());
        Sql.execute(trial, "PRAGMA foreign_keys = OFF");
        Sql.execute(trial, table.sql());
        for (String index : Sql.query(source,
                "SELECT sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND type = 'index' AND sql IS NOT NULL",
                row -> row.getString(1), table.name())) {
            Sql.execute(trial, index);
        }
        int rows = fill(source, trial, table);
        String update = update(table, captured.key());
        double[] without = new double[ROUNDS];
        double[] with = new double[ROUNDS];
        List<String> install = new CaptureDdl(table, 1, captured.key()).statements();
        for (int round = 0; round < ROUNDS; round++) {
            without[round] = commitsPerSecond(trial, update, rows);
            for (String sql : install) {
                Sql.execute(trial, sql);
            }
            with[round] = commitsPerSecond(trial, update, rows);
            remove(trial);
        }
        Arrays.sort(without);
        Arrays.sort(with);
        return Optional.of(new CaptureCost(table.name(), rows, without[ROUNDS / 2], with[ROUNDS / 2]));
    }

    private static int fill(Connection source, Connection trial, SourceTable table) throws SQLException {
        List<String> columns = table.columns().stream().filter(column -> column.generated() == SourceTable.Generated.NO)
                .map(SourceColumn::name)
                .map(SqlNames::quoteSqlite).toList();
        String names = String.join(", ", columns);
        String quoted = SqlNames.quoteSqlite(table.name());
        int rows = 0;
        trial.setAutoCommit(false);
        try (var statement = source.createStatement();
                ResultSet found = statement.executeQuery("SELECT " + names + " FROM " + quoted + " LIMIT " + ROWS);
                PreparedStatement insert = trial.prepareStatement("INSERT INTO " + quoted + "(" + names + ") VALUES ("
                        + String.join(", ", columns.stream().map(_ -> "?").toList()) + ")")) {
            while (found.next()) {
                for (int i = 1; i <= columns.size(); i++) {
                    insert.setObject(i, found.getObject(i));
                }
                insert.executeUpdate();
                rows++;
            }
        }
        trial.commit();
        trial.setAutoCommit(true);
        return rows;
    }

    /** Sets one column, which is not of the key where there is such a one, to what it is, in the n-th row. */
    private static String update(SourceTable table, List<String> key) {
        List<String> free = new ArrayList<>(
                table.columns().stream().filter(column -> column.generated() == SourceTable.Generated.NO)
                        .map(SourceColumn::name).toList());
        String first = free.getFirst();
        free.removeAll(key);
        String column = SqlNames.quoteSqlite(free.isEmpty() ? first : free.getLast());
        String keys = key.stream().map(SqlNames::quoteSqlite).collect(Collectors.joining(", "));
        String quoted = SqlNames.quoteSqlite(table.name());
        return "UPDATE " + quoted + " SET " + column + " = " + column + " WHERE (" + keys + ") = (SELECT " + keys
                + " FROM " + quoted + " LIMIT 1 OFFSET ?)";
    }

    private static double commitsPerSecond(Connection trial, String update, int rows) throws SQLException {
        try (PreparedStatement statement = trial.prepareStatement(update)) {
            long begun = System.nanoTime();
            for (int i = 0; i < COMMITS; i++) {
                statement.setInt(1, i * 7 % rows);
                statement.executeUpdate();
            }
            return COMMITS / ((System.nanoTime() - begun) / 1e9);
        }
    }

    private static void remove(Connection trial) throws SQLException {
        for (String type : List.of("trigger", "table")) {
            for (String name : Sql.query(trial,
                    "SELECT name FROM sqlite_schema WHERE type = ? AND substr(name, 1, ?) = ?", row -> row.getString(1),
                    type, Names.PREFIX.length(), Names.PREFIX)) {
                Sql.execute(trial, "DROP " + type + " " + Names.quote(name));
            }
        }
    }
}
