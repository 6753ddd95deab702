package dev.ferryman.replication;

import java.util.List;

/**
 * A table whose changes are captured.
 *
 * @param number its number in the names of Ferryman's objects, from 1
 * @param table source table
 * @param key source names of the columns that are recorded, in key order; empty where the table has no usable key
 * @param why empty for a table with a key; otherwise one sentence: why there is none and what is done instead
 */
public record CapturedTable(int number, String table, List<String> key, String why) {
    public CapturedTable {
        key = List.copyOf(key);
        if (number < 1) {
            throw new IllegalArgumentException("tables are numbered from 1, not " + number);
        }
        if (key.isEmpty() == why.isEmpty()) {
            throw new IllegalArgumentException("a table has a key, or a reason why it has none");
        }
    }

    /** Whether rows are followed by key; otherwise the whole table is copied again when anything in it changed. */
    public boolean byKey() {
        return !key.isEmpty();
    }
}
