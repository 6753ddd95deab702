package dev.ferryman.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A finished backup: complete, on disk, under its final name.
 *
 * @param kind what it is a backup of
 * @param path where it is
 * @param sha256 SHA-256 of the file, 64 lower-case hexadecimal digits
 * @param bytes size of the file
 * @param tool what made it, with its version
 * @param takenAt the moment whose data it holds; nothing written later is in it
 * @param took time until the file was finished, its checks included
 * @param rows rows of every table at that moment, by the table's name ({@code schema.table} in PostgreSQL)
 * @param entries entries of the dump's table of contents; for SQLite the number of tables
 */
public record Backup(Kind kind, Path path, String sha256, long bytes, String tool, Instant takenAt, Duration took,
        SortedMap<String, Long> rows, int entries) {
    /** What a backup is of, and how it comes back. */
    public enum Kind {
        /** A copy of an SQLite file, which is one itself. */
        SQLITE,
        /** A dump of a PostgreSQL database in {@code pg_dump}'s custom format. */
        POSTGRES
    }

    public Backup {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no SHA-256: " + sha256);
        }
        rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    }

    /** Rows of all tables together. */
    public long totalRows() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
