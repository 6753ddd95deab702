package dev.ferryman.schema;

import java.util.List;

/**
 * What identifies a row of a table on both sides. Column names are source names, in key order.
 *
 * @param columns the declared primary key, or a UNIQUE constraint over NOT NULL columns; empty where the table has
 *        neither, in which case it is compared as a multiset
 * @param sameOrder whether both sides sort the key alike (integers; text by bytes, {@code COLLATE "C"}), so that ranges
 *        and merges by key are possible
 */
public record TableKey(List<String> columns, boolean sameOrder) {
    public TableKey {
        columns = List.copyOf(columns);
        if (columns.isEmpty() && sameOrder) {
            throw new IllegalArgumentException("a table without a key has no key order");
        }
    }

    /** The key of a table that has none. */
    public static TableKey none() {
        return new TableKey(List.of(), false);
    }

    /** Whether there is a key at all. */
    public boolean present() {
        return !columns.isEmpty();
    }
}
