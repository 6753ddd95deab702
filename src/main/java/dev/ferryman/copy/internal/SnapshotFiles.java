package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.EarlyReading;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.sqlite.SQLiteConnection;

/** Makes snapshot files: room, backup, synchronise, check, hash, name. */
public final class SnapshotFiles {
    private static final int PAGES_PER_STEP = 2_048;
    /** Room that must be left beside the snapshot, in bytes. */
    private static final long MARGIN = 64L * 1024 * 1024;
    /** An unfinished snapshot that nobody has written to for so long was left by a process that is gone. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);
    private static final String UNFINISHED = ".part";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'")
            .withZone(ZoneOffset.UTC);
    private final Clock clock;

    public SnapshotFiles(Clock clock) {
        this.clock = clock;
    }

    /** See {@code Snapshot.take}. */
    public <T, E extends Exception> Snapshot.Read<T> take(SqliteSource live, Path directory, SnapshotListener listener,
            EarlyReading<T, E> reading) throws E, InterruptedException {
        Instant takenAt = clock.instant();
        long started = System.nanoTime();
        String name = live.path().getFileName() + "-" + STAMP.format(takenAt) + ".sqlite";
        Path directoryMade = writable(directory);
        sweep(directoryMade);
        Path part = directoryMade.resolve(name + UNFINISHED);
        Duration stalled;
        try (Connection connection = live.connect()) {
            requireRoom(connection, live, directoryMade);
            stalled = backup(live, part, listener);
        } catch (SQLException | IOException e) {
            remove(part);
            throw failed(live, directoryMade, e);
        } catch (BadInputException e) {
            remove(part);
            throw e;
        }
        boolean finished = false;
        try {
            listener.checking();
            var checks = new SnapshotChecks(part);
            T read = read(reading, part, live, checks);
            SnapshotFile file = finish(checks, live, directoryMade, name, takenAt, started, stalled);
            finished = true;
            return new Snapshot.Read<>(file, read);
        } catch (SnapshotFailure e) {
            throw failed(live, directoryMade, e.reason);
        } finally {
            if (!finished) {
                remove(part);
            }
        }
    }

    /** What goes wrong with the file itself, told from what goes wrong with reading it. */
    private static final class SnapshotFailure extends Exception {
        private final Exception reason;

        SnapshotFailure(Exception reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private static CopyFailedException failed(SqliteSource live, Path directory, Exception e) {
        return new CopyFailedException(
                "The snapshot of " + live.path() + " into " + directory + " failed: " + e.getMessage(),
                "No file was left behind and the source is untouched. Look after the disk, then try again.", e);
    }

    private static <T, E extends Exception> T read(EarlyReading<T, E> reading, Path part, SqliteSource live,
            SnapshotChecks checks) throws E, InterruptedException, SnapshotFailure {
        try {
            return reading.read(SqliteSource.snapshot(part));
        } catch (Exception e) {
            if (!(e instanceof InterruptedException)) {
                // Damage explains whatever else went wrong.
                result(checks, live);
            }
            throw e;
        }
    }

    private static String result(SnapshotChecks checks, SqliteSource live)
            throws InterruptedException, SnapshotFailure {
        try {
            return checks.result(live);
        } catch (SQLException | IOException e) {
            throw new SnapshotFailure(e);
        }
    }

    private static SnapshotFile finish(SnapshotChecks checks, SqliteSource live, Path directory, String name,
            Instant takenAt, long started, Duration stalled) throws InterruptedException, SnapshotFailure {
        String sha256 = result(checks, live);
        Path finished = directory.resolve(name);
        try {
            Files.move(directory.resolve(name + UNFINISHED), finished, StandardCopyOption.ATOMIC_MOVE);
            synchroniseDirectory(directory);
            return new SnapshotFile(finished, sha256, Files.size(finished), takenAt,
                    Duration.ofNanos(System.nanoTime() - started), stalled);
        } catch (IOException e) {
            throw new SnapshotFailure(e);
        }
    }

    private static Path writable(Path directory) {
        try {
            Path made = Files.createDirectories(directory.toAbsolutePath());
            if (Files.isWritable(made)) {
                return made.toRealPath();
            }
        } catch (IOException e) {
            throw new BadInputException("The snapshot directory " + directory + " cannot be made: " + e.getMessage(),
                    "Name a directory that Ferryman may write to.", e);
        }
        throw new BadInputException("The snapshot directory " + directory + " cannot be written to.",
                "Give the user Ferryman runs as the right to write there, or name another directory.");
    }

    private void sweep(Path directory) {
        try (var parts = Files.newDirectoryStream(directory, "*.sqlite" + UNFINISHED)) {
            for (Path part : parts) {
                Instant touched = Files.getLastModifiedTime(part).toInstant();
                if (touched.isBefore(clock.instant().minus(ABANDONED))) {
                    remove(part);
                }
            }
        } catch (IOException e) {
            // Left-overs cost room, nothing else: what follows says so if there is too little of it.
        }
    }

    private static void requireRoom(Connection connection, SqliteSource live, Path directory)
            throws SQLException, IOException {
        long needed = number(connection, "PRAGMA page_count") * number(connection, "PRAGMA page_size") + MARGIN;
        long usable = Files.getFileStore(directory).getUsableSpace();
        if (usable < needed) {
            throw new BadInputException(
                    "The snapshot of " + live.path() + " needs " + megabytes(needed) + " MB, and " + directory
                            + " has " + megabytes(usable) + " MB left.",
                    "Make room there, or name a snapshot directory on another disk.");
        }
    }

    private static long megabytes(long bytes) {
        return bytes / (1024 * 1024);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * Copies all pages inside one read transaction: without it, every write of the application would make the backup
     * start over. sqlite-jdbc cannot stop a backup half-way, so it runs in a thread of its own, which on an interrupt is
     * left to end by itself and to remove its file.
     */
    private static Duration backup(SqliteSource live, Path part, SnapshotListener listener)
            throws SQLException, InterruptedException {
        // A second connection, so that an interrupted caller may close its own.
        var task = new FutureTask<>(() -> {
            try (Connection source = live.connect()) {
                return copyPages(source, part, listener);
            }
        });
        var abandoned = new Thread(task, "ferryman-snapshot") {
            @Override
            public void run() {
                super.run();
                if (task.isCancelled()) {
                    remove(part);
                }
            }
        };
        abandoned.setDaemon(true);
        abandoned.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            // Not interrupting: an interrupted thread inside SQLite's file calls gains nothing.
            if (!task.cancel(false)) {
                remove(part);
            }
            throw e;
        } catch (CancellationException e) {
            throw new IllegalStateException("nobody but this method cancels", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** How long writers had to wait for it. */
    private static Duration copyPages(Connection source, Path part, SnapshotListener listener) throws SQLException {
        boolean writersWait = !journalMode(source).equalsIgnoreCase("wal");
        long pageSize = number(source, "PRAGMA page_size");
        source.setAutoCommit(false);
        long begun = System.nanoTime();
        number(source, "SELECT count(*) FROM sqlite_schema");
        var database = source.unwrap(SQLiteConnection.class).getDatabase();
        int code = database.backup("main", part.toString(),
                (remaining, total) -> listener.copied((total - remaining) * pageSize, total * pageSize), 0, 0,
                PAGES_PER_STEP);
        source.rollback();
        if (code != 0) {
            database.throwex(code);
        }
        return writersWait ? Duration.ofNanos(System.nanoTime() - begun) : Duration.ZERO;
    }

    private static String journalMode(Connection source) throws SQLException {
        try (var statement = source.createStatement(); var row = statement.executeQuery("PRAGMA journal_mode")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void synchroniseDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** See {@code Snapshot.sha256}. */
    public static String sha256(Path snapshot) {
        try (var channel = FileChannel.open(snapshot, StandardOpenOption.READ)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new BadInputException("The snapshot " + snapshot + " cannot be read: " + e.getMessage(),
                    "Check that it is still there.", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
            Files.deleteIfExists(part.resolveSibling(part.getFileName() + "-journal"));
        } catch (IOException e) {
            // The next snapshot into this directory sweeps it.
        }
    }
}
