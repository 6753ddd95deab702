package dev.ferryman.backup;

import dev.ferryman.backup.PostgresTools.Tool;
import dev.ferryman.backup.internal.ClientProgram;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.CommandOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Puts a backup of the state store in its place. What was there before is kept where that is a file. */
public final class StateRestore {
    private static final String SQLITE = "SQLite format 3\0";
    private static final String DUMP = "PGDMP";
    /** What a run that was killed leaves is dropped by the next. */
    private static final String BESIDE = "ferryman_state_proof";

    private final PostgresTools tools;
    private final Duration timeLimit;
    private final Clock clock;

    /** @param timeLimit how long PostgreSQL's program may run */
    public StateRestore(PostgresTools tools, Duration timeLimit, Clock clock) {
        this.tools = tools;
        this.timeLimit = timeLimit;
        this.clock = clock;
    }

    /**
     * Restores an SQLite file; nobody may have the store open. The copy is proved before it takes the place.
     *
     * @param broken names event logs that are not whole
     * @return where the store is that was there before; itself where there was none
     * @throws BadInputException if the backup is not one, or damaged; the store is as it was
     */
    public Path sqlite(Path backup, Path store, Function<Connection, List<String>> broken) {
        requireKind(backup, SQLITE, "SQLite");
        Path part = store.resolveSibling(store.getFileName() + ".restoring");
        Path before = store.resolveSibling(store.getFileName() + ".before-" + clock.instant().getEpochSecond());
        try {
            Files.copy(backup, part, StandardCopyOption.REPLACE_EXISTING);
            StateBackup.prove(part, broken);
            boolean replaces = Files.exists(store);
            if (replaces) {
                foldLog(store);
                Files.move(store, before, StandardCopyOption.ATOMIC_MOVE);
            }
            setLogsAside(store, before);
            SealedFile.finish(part, store);
            return replaces ? before : store;
        } catch (SQLException | IOException e) {
            throw new BadInputException(
                    "The backup " + backup + " cannot be restored to " + store + ": " + e.getMessage(),
                    Files.exists(before)
                            ? "The store that was there is " + before + "."
                            : "The state store is as it was. Look after the disk and the rights, then repeat it.",
                    e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // The next restore writes over it.
            }
        }
    }

    /** Brings what is in the write-ahead log of a store into its file, so that the file alone is the store. */
    private static void foldLog(Path store) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = DELETE");
        } catch (SQLException damaged) {
            // Then its log is kept as it is, beside it.
        }
    }

    /** SQLite would bring whatever log lies beside a file into it, also one of a file that is gone. */
    private static void setLogsAside(Path store, Path before) throws IOException {
        for (String log : List.of("-wal", "-shm", "-journal")) {
            Path file = store.resolveSibling(store.getFileName() + log);
            if (Files.exists(file)) {
                Files.move(file, before.resolveSibling(before.getFileName() + log));
            }
        }
    }

    /**
     * Restores a dump, in one transaction: all of it or nothing. Where the role may create databases, the dump is restored
     * into one beside it first and its logs are looked at there; where it may not, they are looked at afterwards.
     *
     * @throws BadInputException if a service is connected, the dump is none, or PostgreSQL refuses; the store is as it was
     *         then. Or if an event log in it is not whole: the message says whether the store is as it was
     */
    public void postgres(Path backup, PostgresTarget database, Function<Connection, List<String>> broken)
            throws InterruptedException {
        requireKind(backup, DUMP, "PostgreSQL");
        try (Connection connection = database.connect()) {
            requireAlone(connection, database);
            Tool restore = tools.find("pg_restore", connection.getMetaData().getDatabaseMajorVersion());
            boolean beside = mayCreateDatabases(connection);
            if (beside) {
                try (ScratchDatabase scratch = ScratchDatabase.create(database, BESIDE, true)) {
                    restore(restore, backup, scratch.target(), List.of());
                    try (Connection proof = scratch.target().connect()) {
                        StateBackup.requireWhole(broken.apply(proof));
                    }
                }
            }
            restore(restore, backup, database, List.of("--clean", "--if-exists"));
            List<String> found = beside ? List.of() : broken.apply(connection);
            if (!found.isEmpty()) {
                throw new BadInputException(
                        "The event log of " + String.join(", ", found) + " is not as it was written,"
                                + " and the state store " + database.display() + " holds it now.",
                        "Start no service on it. Restore a backup from before; with the right to create databases it is"
                                + " looked at first (ALTER ROLE … CREATEDB).");
            }
        } catch (SQLException e) {
            throw database.refusal(e);
        }
    }

    private void restore(Tool program, Path backup, PostgresTarget into, List<String> more)
            throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--dbname=" + into.database(), "--single-transaction",
                "--no-owner", "--no-privileges", "--no-password"));
        arguments.addAll(more);
        arguments.add(backup.toAbsolutePath().toString());
        CommandOutcome outcome = new ClientProgram(program, into, timeLimit).run(arguments, _ -> {});
        if (!outcome.succeeded()) {
            throw new BadInputException("The dump " + backup + " cannot be restored: "
                    + ClientProgram.reason(outcome, timeLimit),
                    "The state store is as it was. " + ClientProgram.next(outcome, backup));
        }
    }

    private static boolean mayCreateDatabases(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void requireAlone(Connection connection, PostgresTarget database) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND application_name = 'ferryman' AND pid <> pg_backend_pid()")) {
            row.next();
            if (row.getInt(1) > 0) {
                throw new BadInputException("A Ferryman is connected to the state store " + database.display() + ".",
                        "Stop every replica, then repeat the command.");
            }
        }
    }

    private static void requireKind(Path backup, String begins, String what) {
        try (InputStream in = Files.newInputStream(backup)) {
            byte[] head = in.readNBytes(begins.length());
            if (!new String(head, StandardCharsets.US_ASCII).equals(begins)) {
                throw new BadInputException("The file " + backup + " is no backup of a state store on " + what + ".",
                        "Give a file that ‘ferryman backup-store’ has made of a store of the same kind.");
            }
        } catch (IOException e) {
            throw new BadInputException("The file " + backup + " cannot be read: " + e.getMessage(),
                    "Check the path and the rights.", e);
        }
    }
}
