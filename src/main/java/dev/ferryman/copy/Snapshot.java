package dev.ferryman.copy;

import dev.ferryman.copy.internal.SnapshotFiles;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Takes a consistent copy of a live SQLite file by SQLite's online backup ({@code DESIGN.md} § 2.2). In WAL mode the
 * application goes on writing; in rollback-journal mode its writes wait while pages are read, about a second per
 * 250 MB.
 */
public final class Snapshot {
    private Snapshot() {}

    /**
     * Takes a snapshot. What is returned is complete: copied inside one read transaction, synchronised to disk, checked
     * with {@code PRAGMA integrity_check}, hashed, and only then given its name. Whatever fails leaves no file behind.
     *
     * @param live the application's file; it is touched through its own SQLite library only (invariant I5)
     * @param directory where the snapshot goes; made if it is missing
     * @throws BadInputException if the directory cannot be written to, has too little room, or the source is damaged
     * @throws CopyFailedException if the disk filled up or failed on the way
     * @throws InterruptedException if the thread was interrupted; pages already under way are thrown away
     */
    public static SnapshotFile take(SqliteSource live, Path directory, SnapshotListener listener)
            throws InterruptedException {
        return take(live, directory, listener, Clock.systemUTC());
    }

    /** As {@link #take(SqliteSource, Path, SnapshotListener)}, by the clock given. */
    public static SnapshotFile take(SqliteSource live, Path directory, SnapshotListener listener, Clock clock)
            throws InterruptedException {
        return new SnapshotFiles(clock).take(live, directory, listener, _ -> true).file();
    }

    /**
     * A snapshot, and what was found in it while it was being checked.
     *
     * @param file complete, as {@link #take(SqliteSource, Path, SnapshotListener)} gives it
     */
    public record Read<T>(SnapshotFile file, T found) {}

    /**
     * As {@link #take(SqliteSource, Path, SnapshotListener)}, and has the snapshot read while it is checked, hashed and
     * synchronised. Whatever fails leaves no file behind.
     *
     * @throws E what the reading throws, unless the file is damaged
     */
    public static <T, E extends Exception> Read<T> take(SqliteSource live, Path directory, SnapshotListener listener,
            EarlyReading<T, E> reading) throws E, InterruptedException {
        return new SnapshotFiles(Clock.systemUTC()).take(live, directory, listener, reading);
    }

    /**
     * SHA-256 of a snapshot, for making sure that it is still the one it was. Never for a live file.
     *
     * @throws BadInputException if the file cannot be read
     */
    public static String sha256(Path snapshot) {
        return SnapshotFiles.sha256(snapshot);
    }
}
