package dev.ferryman.verify;

import org.jspecify.annotations.Nullable;

/**
 * One difference between snapshot and target. Values are rendered for a person: cut at 200 characters with their length
 * and SHA-256 behind the cut, bytes as a hexadecimal prefix with length and SHA-256.
 *
 * @param kind what is wrong
 * @param table source table
 * @param key the row's key, several columns in parentheses; the row's values where the table has no key
 * @param column source column, null where the whole row is missing or extra
 * @param source value in the snapshot; null is SQL NULL. The row's values where it is missing in the target, null
 *        where it is extra
 * @param target value in the target; null is SQL NULL. The row's values where it is extra, null where it is missing
 */
public record Difference(Kind kind, String table, String key, @Nullable String column, @Nullable String source,
        @Nullable String target) {

    /** What can be wrong with a row. */
    public enum Kind {
        /** In the snapshot, not in the target. */
        MISSING,
        /** In the target, not in the snapshot. */
        EXTRA,
        /** On both sides, with another value; or the source value cannot be read under the plan's conversion. */
        CHANGED
    }
}
