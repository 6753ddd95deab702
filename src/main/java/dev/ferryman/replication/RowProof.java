package dev.ferryman.replication;

import java.time.Duration;
import java.util.List;

/**
 * Proves that rows are equal on both sides. Given by whoever composes replication with a verification that shares no code
 * with it.
 */
@FunctionalInterface
public interface RowProof {
    /**
     * Compares the rows of some keys, which nobody changes meanwhile.
     *
     * @param changed the keys
     * @param limit time there is for it
     * @return differences, one sentence each with table, key and column; empty where all are equal
     */
    List<String> differences(List<ChangedKeys> changed, Duration limit) throws InterruptedException;
}
