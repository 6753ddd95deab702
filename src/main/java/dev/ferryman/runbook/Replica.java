package dev.ferryman.runbook;

import java.time.Instant;

/**
 * A Ferryman process that works on the state store.
 *
 * @param name tells it from every other process
 * @param node label of what it can reach: {@code ferryman.node}
 * @param startedAt when it came up
 * @param seenAt its last sign of life
 */
public record Replica(String name, String node, Instant startedAt, Instant seenAt) {}
