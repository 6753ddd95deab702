package dev.ferryman.verify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the comparison of one table found.
 *
 * @param table source table
 * @param target table in the target, with its schema
 * @param sourceRows rows of the snapshot that were compared with the target's
 * @param targetRows rows read from the target
 * @param quarantined rows of the snapshot that are in quarantine instead, every value as it was
 * @param resumed rows of the snapshot that an interrupted verification had compared before, and that neither side has
 *        changed since; they are among the source's rows
 * @param missing rows of the snapshot that the target does not have
 * @param extra rows of the target that the snapshot does not have
 * @param changed rows on both sides that differ in at least one value
 * @param duration time from the start of its first part to the end of its last
 * @param error why the table could not be compared to the end, null where it was; the counts then cover what was read
 */
public record TableVerification(String table, String target, long sourceRows, long targetRows, long quarantined,
        long resumed, long missing, long extra, long changed, Duration duration, @Nullable String error) {

    /** Rows that differ, of any kind. */
    public long differing() {
        return missing + extra + changed;
    }

    /** Whether the table was compared to the end and is equal. */
    public boolean equal() {
        return error == null && differing() == 0;
    }
}
