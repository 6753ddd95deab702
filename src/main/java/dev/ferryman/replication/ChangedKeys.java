package dev.ferryman.replication;

import java.util.List;

/**
 * Recorded keys of one table that wait for their proof. They are rows of the source's change table, readable through any
 * connection to the source: {@code SELECT DISTINCT k1, … FROM changeTable WHERE seq > after AND seq <= upTo}.
 *
 * @param number number of the table
 * @param table source table
 * @param key source names of the key's columns, in the order of {@code k1, k2, …}; empty where the whole table changed
 * @param changeTable name of the change table in the source, unquoted
 * @param after number after which they begin
 * @param upTo last number among them
 */
public record ChangedKeys(int number, String table, List<String> key, String changeTable, long after, long upTo) {
    public ChangedKeys {
        key = List.copyOf(key);
    }
}
