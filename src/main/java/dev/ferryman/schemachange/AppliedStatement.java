package dev.ferryman.schemachange;

import java.time.Duration;

/**
 * A statement that was applied.
 *
 * @param number position in the script, from 1
 * @param sql the statement as written
 * @param took how long its last try took
 * @param attempts how many tries it or its transaction took
 * @param waited how long it was seen to wait for locks, in all tries
 */
public record AppliedStatement(int number, String sql, Duration took, int attempts, Duration waited) {}
