package dev.ferryman.backup;

import dev.ferryman.backup.PostgresTools.Tool;
import dev.ferryman.backup.internal.ClientProgram;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.CommandOutcome;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Restores a dump into an empty database with {@code pg_restore}. */
public final class DumpRestore {
    /** What a newer pg_restore says to an older server of settings the server does not know; no data depends on them. */
    private static final String UNKNOWN_SETTING = "unrecognized configuration parameter";

    private final SealedFile backup;
    private final BackupSettings settings;
    private final Consumer<String> lines;

    /**
     * @param backup its content is compared with its checksum before it is used
     * @param lines hears what the program says, without secrets
     */
    public DumpRestore(SealedFile backup, BackupSettings settings, Consumer<String> lines) {
        this.backup = backup;
        this.settings = settings;
        this.lines = lines;
    }

    /** Whose objects are when they come back. */
    public enum Owners {
        /** Everything is the connected role's: owners, rights, tablespaces and publications are left out. */
        NOBODY,
        /** As they were. */
        AS_THEY_WERE
    }

    /**
     * Restores it. Subscriptions never come back: they would begin to receive.
     *
     * @param database an empty one
     * @return how long it took
     * @throws BadInputException if the file is not what was backed up, the program is missing, or the server refuses
     * @throws InterruptedException if the thread was interrupted; the program is gone by then
     */
    public Duration into(PostgresTarget database, Owners owners) throws InterruptedException {
        try {
            backup.requireSame(backup.path());
        } catch (IOException e) {
            throw new BadInputException("The backup " + backup.path() + " cannot be read: " + e,
                    "Look after the disk, or take another backup.", e);
        }
        Tool restore = settings.tools().find("pg_restore", major(database));
        long started = System.nanoTime();
        lines.accept(restore.words() + " of " + backup.path() + " to " + database.display());
        List<String> arguments = new ArrayList<>(List.of("--dbname=" + database.database(), "--no-password",
                "--no-subscriptions", "--jobs=2"));
        if (owners == Owners.NOBODY) {
            arguments.addAll(List.of("--no-owner", "--no-privileges", "--no-tablespaces", "--no-publications"));
        }
        arguments.add(backup.path().toString());
        require(new ClientProgram(restore, database, settings.timeLimit()).run(arguments, lines));
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static int major(PostgresTarget server) {
        try (Connection connection = server.connect()) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw server.refusal(e);
        }
    }

    private void require(CommandOutcome outcome) {
        List<String> errors = outcome.output().lines()
                .filter(line -> line.contains("error:") && !line.contains(UNKNOWN_SETTING)).toList();
        boolean onlySettings = errors.isEmpty() && outcome.output().contains(UNKNOWN_SETTING);
        if (!outcome.succeeded() && (outcome.timedOut() || !onlySettings)) {
            throw new BadInputException("The dump " + backup.path() + " could not be restored: "
                    + (errors.isEmpty() || outcome.timedOut()
                            ? ClientProgram.reason(outcome, settings.timeLimit())
                            : errors.getFirst()),
                    "The new database was dropped, and the target was not touched. "
                            + ClientProgram.next(outcome, backup.path()) + " Then retry.");
        }
    }
}
