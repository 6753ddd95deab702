package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup or archive that a step has made.
 *
 * @param id its number in the state store
 * @param step key of the step that made it
 * @param kind what it is
 * @param location where it is: a path of Ferryman's host, or an address such as {@code s3://bucket/key}
 * @param secondLocation where a second copy of it is, null where there is none
 * @param bytes its size
 * @param sha256 its SHA-256, 64 lower-case hexadecimal digits
 * @param tool what made it, with its version
 * @param takenAt the moment whose data it holds
 * @param took time until it was finished, its checks included
 * @param tables tables whose rows were counted in it
 * @param rows rows of all of them
 * @param entries entries of its table of contents
 * @param keep how long it is kept after the cutover has ended; null: an archive that Ferryman never removes
 * @param restored its latest proof by restoring it, null where there was none
 * @param removedAt when Ferryman removed it, null while it is there
 */
public record BackupView(long id, String step, Kind kind, String location, @Nullable String secondLocation, long bytes,
        String sha256, String tool, Instant takenAt, Duration took, int tables, long rows, long entries,
        @Nullable Duration keep, @Nullable Restored restored, @Nullable Instant removedAt) {
    /** Its name without the directories. */
    public String fileName() {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** What it is. */
    public enum Kind {
        /** A copy of the SQLite file. */
        SQLITE,
        /** A dump of the PostgreSQL database. */
        POSTGRES,
        /** Configuration and the final SQLite file, for the long term. */
        ARCHIVE
    }

    /**
     * A proof by restoring.
     *
     * @param at when
     * @param took how long restoring took, without the counting
     * @param sentence what was found
     */
    public record Restored(Instant at, Duration took, String sentence) {}
}
