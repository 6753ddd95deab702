package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * Backs up the state store beside a service that goes on: an SQLite file by the online backup, a database by
 * {@code pg_dump}. What is handed back was proved: integrity, and that every event log in it is whole. Sessions stay out:
 * whoever reads a backup must not get in with it, and a restore must not revive what has ended.
 */
public final class StateBackup {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int BUSY_MILLIS = 10_000;
    /** Sessions of people who are logged in. */
    private static final Set<String> LEFT_OUT = Set.of("access_session", "access_session_attributes");

    private final PostgresTools tools;
    private final Duration timeLimit;
    private final Clock clock;

    /** @param timeLimit how long each of PostgreSQL's programs may run */
    public StateBackup(PostgresTools tools, Duration timeLimit, Clock clock) {
        this.tools = tools;
        this.timeLimit = timeLimit;
        this.clock = clock;
    }

    /**
     * Takes one.
     *
     * @param to a directory, or the file's name; an existing file is never written over
     * @param broken is given the backup (of PostgreSQL the database it is from) and names event logs that are not whole
     * @throws BadInputException if it cannot be taken, or is not whole; then it is not there
     */
    public SealedFile take(StateStore store, Path to, Function<Connection, List<String>> broken)
            throws InterruptedException {
        store.requireThere();
        Path file = named(store, to.toAbsolutePath());
        try {
            return switch (store) {
                case StateStore.Sqlite sqlite -> sqlite(sqlite.file(), file, broken);
                case StateStore.Postgres postgres -> postgres(postgres, file, broken);
            };
        } catch (SQLException | IOException e) {
            throw new BadInputException("The backup of " + store.display() + " failed: " + e.getMessage(),
                    "The state store is as it was. Look after the disk and the rights, then repeat it.", e);
        }
    }

    private Path named(StateStore store, Path to) {
        String suffix = store instanceof StateStore.Sqlite ? ".db" : ".dump";
        Path file = Files.isDirectory(to) ? to.resolve("ferryman-" + STAMP.format(clock.instant()) + suffix) : to;
        if (Files.exists(file)) {
            throw new BadInputException("The file " + file + " is there already.", "Name another one, or a directory.");
        }
        if (!Files.isDirectory(file.resolveSibling(""))) {
            throw new BadInputException("There is no directory " + file.resolveSibling("") + ".", "Make it first.");
        }
        return file;
    }

    private static SealedFile sqlite(Path store, Path file, Function<Connection, List<String>> broken)
            throws SQLException, IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".whole");
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(whole);
            Files.deleteIfExists(part);
            var config = new SQLiteConfig();
            config.setBusyTimeout(BUSY_MILLIS);
            try (Connection connection = config.createConnection("jdbc:sqlite:" + store)) {
                DB database = connection.unwrap(SQLiteConnection.class).getDatabase();
                int code = database.backup("main", whole.toString(), null);
                if (code != 0) {
                    throw new SQLException("SQLite's backup ended with code " + code);
                }
            }
            leaveOut(whole, part);
            prove(part, broken);
            return SealedFile.finish(part, file);
        } finally {
            for (Path made : List.of(whole, part)) {
                for (String rest : new String[]{"", "-wal", "-shm", "-journal"}) {
                    Files.deleteIfExists(made.resolveSibling(made.getFileName() + rest));
                }
            }
        }
    }

    /** Writes anew what is kept: deleted rows would still be in the free space of the file. */
    private static void leaveOut(Path whole, Path part) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + whole);
                var statement = connection.createStatement()) {
            // What is written anew has new indexes, and would not show that the store's own are damaged.
            requireSound(statement);
            for (String table : LEFT_OUT) {
                if (isThere(connection, table)) {
                    statement.execute("DELETE FROM " + table);
                }
            }
            statement.execute("VACUUM INTO '" + part.toString().replace("'", "''") + "'");
        }
    }

    /** A store that only an older version has opened yet has no sessions. */
    private static boolean isThere(Connection connection, String table) throws SQLException {
        try (var tables = connection.getMetaData().getTables(null, null, table, null)) {
            return tables.next();
        }
    }

    /** Makes a copy a file of its own, and looks at all of it. */
    static void prove(Path file, Function<Connection, List<String>> broken) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            // A file that says it has a write-ahead log would make one wherever it is opened.
            statement.execute("PRAGMA journal_mode = DELETE");
            requireSound(statement);
            requireWhole(broken.apply(connection));
        }
    }

    private static void requireSound(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("PRAGMA integrity_check(1)")) {
            row.next();
            if (!row.getString(1).equals("ok")) {
                throw new BadInputException("The file is damaged: " + row.getString(1) + ".",
                        "Use another backup. The state store that it is from may be damaged as well: look after it.");
            }
        }
    }

    /** Refuses what has logs that are not as they were written. */
    static void requireWhole(List<String> broken) {
        if (!broken.isEmpty()) {
            throw new BadInputException("The event log of " + String.join(", ", broken) + " is not as it was written.",
                    "Look at it with ‘ferryman verify-log’, and use a backup from before.");
        }
    }

    private SealedFile postgres(StateStore.Postgres store, Path file, Function<Connection, List<String>> broken)
            throws InterruptedException, SQLException, IOException {
        try (Connection connection = store.database().connect()) {
            connection.setReadOnly(true);
            requireWhole(broken.apply(connection));
        }
        Backup taken = new TargetDump(store.database(), tools, timeLimit, clock, LEFT_OUT)
                .take(file.resolveSibling(""), _ -> {});
        Files.move(taken.path(), file);
        return new SealedFile(file, taken.bytes(), taken.sha256());
    }
}
