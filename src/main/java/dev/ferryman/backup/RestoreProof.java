package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Proves a backup by restoring it somewhere else and counting its rows. Nothing of what it was taken from is touched. */
public final class RestoreProof {
    private static final int LISTED = 10;

    private RestoreProof() {}

    /**
     * What was found.
     *
     * @param took how long restoring took, without the counting: what it would take in earnest, from the same place
     * @param tables how many tables have as many rows as were counted when the backup was taken: all
     * @param rows rows of all of them
     */
    public record Proof(Duration took, int tables, long rows) {}

    /**
     * Restores a copy of an SQLite file: copies it, opens the copy, checks its integrity and counts.
     *
     * @param backup its content is compared with its checksum first
     * @param scratch file to restore to; removed in the end
     * @throws BadInputException if anything is not as it was
     */
    public static Proof sqlite(SealedFile backup, SortedMap<String, Long> rows, Path scratch)
            throws InterruptedException {
        long started = System.nanoTime();
        try {
            backup.requireSame(backup.path());
            Files.copy(backup.path(), scratch, StandardCopyOption.REPLACE_EXISTING);
            backup.requireSame(scratch);
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            try (Connection connection = SqliteSource.snapshot(scratch).connect()) {
                requireIntegrity(connection, backup.path());
                return compared(backup.path(), rows, TableCounts.sqlite(connection), took);
            }
        } catch (IOException | SQLException e) {
            throw new BadInputException("The backup " + backup.path() + " cannot be restored to " + scratch + ": " + e,
                    "Look after the disk, or take another backup.", e);
        } finally {
            remove(scratch);
        }
    }

    /**
     * Restores a dump into a scratch database and counts.
     *
     * @param backup its content is compared with its checksum first
     * @param server any database of the server to restore to
     * @param name name of the scratch database; what has it is dropped before and after
     * @param origin whether it is the server the dump is from
     * @throws BadInputException if the program is missing, the server refuses, or anything is not as it was
     */
    public static Proof postgres(SealedFile backup, SortedMap<String, Long> rows, PostgresTarget server, String name,
            boolean origin, BackupSettings settings, Consumer<String> lines) throws InterruptedException {
        var dump = new DumpRestore(backup, settings, lines);
        try (ScratchDatabase scratch = ScratchDatabase.create(server, name, origin)) {
            Duration took = dump.into(scratch.target(), DumpRestore.Owners.NOBODY);
            return counted(backup, rows, scratch.target(), took);
        }
    }

    /**
     * Counts what was restored.
     *
     * @param rows rows of each table when the backup was taken
     * @param restored the database it was restored into
     * @param took how long that took
     * @throws BadInputException if a table has another number of rows
     */
    public static Proof counted(SealedFile backup, SortedMap<String, Long> rows, PostgresTarget restored, Duration took)
            throws InterruptedException {
        try (Connection connection = restored.connect()) {
            return compared(backup.path(), rows, TableCounts.postgres(connection), took);
        } catch (SQLException e) {
            throw restored.refusal(e);
        }
    }

    private static void requireIntegrity(Connection connection, Path file) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA integrity_check(1)")) {
            row.next();
            if (!row.getString(1).equals("ok")) {
                throw new BadInputException("The backup " + file + " is damaged: " + row.getString(1) + ".",
                        "Do not use it. Take another backup.");
            }
        }
    }

    private static Proof compared(Path backup, SortedMap<String, Long> then, SortedMap<String, Long> now,
            Duration took) {
        SortedSet<String> tables = new TreeSet<>(then.keySet());
        tables.addAll(now.keySet());
        List<String> differing = new ArrayList<>();
        for (String table : tables) {
            Long before = then.get(table);
            Long after = now.get(table);
            if (before == null || !before.equals(after)) {
                differing.add(table + " (" + (before == null ? "none" : before) + " rows then, "
                        + (after == null ? "no such table" : after) + " restored)");
            }
        }
        if (!differing.isEmpty()) {
            throw new BadInputException("The backup " + backup + " does not come back as it was taken: "
                    + String.join(", ", differing.subList(0, Math.min(LISTED, differing.size())))
                    + (differing.size() > LISTED ? " and " + (differing.size() - LISTED) + " more" : "") + ".",
                    "Do not rely on it. Take another backup and prove that.");
        }
        return new Proof(took, now.size(), now.values().stream().mapToLong(Long::longValue).sum());
    }

    private static void remove(Path scratch) {
        try {
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            // It costs room, nothing else: the step's next run removes it.
        }
    }
}
