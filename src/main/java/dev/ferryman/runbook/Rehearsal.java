package dev.ferryman.runbook;

import java.time.Instant;

/**
 * A rehearsal that has ended.
 *
 * @param cutoverId its id
 * @param name what people call it
 * @param status completed or rolled back
 * @param ended when
 */
public record Rehearsal(String cutoverId, String name, Status status, Instant ended) {}
