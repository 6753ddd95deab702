package dev.ferryman.verify;

import java.util.List;

/**
 * Keys of one table, named by a query on the source. They are read by the verification itself, so that no value is
 * decoded on the way.
 *
 * @param table source table
 * @param key source names of the columns that the keys are values of, in the order of the query's columns; empty where
 *        the whole table is to be compared
 * @param sql the query, which gives each key as the source stores it; the same key may come more than once. Not looked at
 *        where the whole table is to be compared
 */
public record KeyQuery(String table, List<String> key, String sql) {
    public KeyQuery {
        key = List.copyOf(key);
    }
}
