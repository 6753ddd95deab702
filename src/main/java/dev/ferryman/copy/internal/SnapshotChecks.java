package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Makes sure of a copied file: it is on disk, undamaged, and hashed. Each is done by a thread of its own, since all three
 * read the whole file and none needs the others; whoever does not wait for them leaves nothing behind.
 */
final class SnapshotChecks {
    private static final int SQLITE_CORRUPT = 11;
    /** What integrity_check says of values rather than of the file: found again, with counts, by the profile. */
    private static final List<String> ABOUT_VALUES = List.of("NULL value in ", "CHECK constraint failed in ",
            "NUMERIC value in ", "TEXT value in ", "non-INTEGER value in ", "non-NUMERIC value in ",
            "non-BLOB value in ",
            "non-TEXT value in ", "non-REAL value in ");

    private final FutureTask<Boolean> synchronised;
    private final FutureTask<String> hash;
    private final FutureTask<List<String>> damage;

    /** Begins with all of them. */
    SnapshotChecks(Path part) {
        synchronised = start("sync", () -> {
            synchronise(part);
            return true;
        });
        hash = start("hash", () -> SnapshotFiles.sha256(part));
        damage = start("check", () -> damage(part));
    }

    private static <T> FutureTask<T> start(String name, Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("ferryman-snapshot-" + name).start(task);
        return task;
    }

    private static void synchronise(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static List<String> damage(Path part) throws SQLException {
        List<String> damage = new ArrayList<>();
        try (Connection connection = SqliteSource.snapshot(part).connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA integrity_check")) {
            while (rows.next()) {
                String line = rows.getString(1);
                if (!"ok".equals(line) && ABOUT_VALUES.stream().noneMatch(line::startsWith)) {
                    damage.add(line);
                }
            }
        } catch (SQLException e) {
            // Damage in the right place keeps even the check from running.
            if ((e.getErrorCode() & 0xff) != SQLITE_CORRUPT) {
                throw e;
            }
            damage.add(String.valueOf(e.getMessage()));
        }
        return damage;
    }

    /**
     * Waits for them.
     *
     * @param live what was copied, for saying so
     * @return the file's SHA-256
     * @throws BadInputException if the file is damaged
     */
    String result(SqliteSource live) throws SQLException, IOException, InterruptedException {
        List<String> found = get(damage);
        if (!found.isEmpty()) {
            throw new BadInputException(
                    "The source " + live.path() + " is damaged; PRAGMA integrity_check says: " + found.getFirst()
                            + (found.size() > 1 ? " (and " + (found.size() - 1) + " more)" : ""),
                    "Repair it first (REINDEX, or .recover in the sqlite3 shell): what is damaged cannot be moved exactly.");
        }
        get(synchronised);
        return get(hash);
    }

    private static <T> T get(FutureTask<T> task) throws SQLException, IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw cause;
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }
}
