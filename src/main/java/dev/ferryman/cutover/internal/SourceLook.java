package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.SourceFacts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.SqlNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks at a source through its one SQLite library (I5) and says what it is. */
final class SourceLook {
    private static final String TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

    private SourceLook() {}

    static SourceFacts facts(SqliteSource source) {
        try (Connection connection = source.connect()) {
            return new SourceFacts(source.path().toString(), bytes(source.path()),
                    single(connection, "PRAGMA journal_mode"), tables(connection).size(),
                    single(connection, "SELECT sqlite_version()"));
        } catch (SQLException e) {
            throw unreadable(source, e);
        }
    }

    /**
     * Checks the file's structure, one table at a time so that a rollback-journal database's writers wait for the length
     * of one table only.
     *
     * @throws BadInputException where it is damaged
     */
    static void quickCheck(SqliteSource source, Consumer<String> told) throws InterruptedException {
        try (Connection connection = source.connect()) {
            for (String table : tables(connection)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                String answer = single(connection, "PRAGMA quick_check(" + SqlNames.quoteSqlite(table) + ")");
                if (!answer.equals("ok")) {
                    throw new BadInputException("The source is damaged at table " + table + ": " + answer + ".",
                            "Repair it first (sqlite3's .recover, or a backup): nothing has been touched.");
                }
                told.accept("quick_check of " + table + ": ok");
            }
        } catch (SQLException e) {
            throw unreadable(source, e);
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private static long bytes(Path path) {
        try {
            Path log = path.resolveSibling(path.getFileName() + "-wal");
            return Files.size(path) + (Files.exists(log) ? Files.size(log) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BadInputException unreadable(SqliteSource source, SQLException e) {
        return new BadInputException("The source " + source.path() + " cannot be read: " + e.getMessage() + ".",
                "Check that no other process holds it locked, then try again.", e);
    }
}
