package dev.ferryman.runbook;

import java.time.Instant;

/**
 * An event with its place in the log.
 *
 * @param seq       from 1, without gaps; the cutover's version after it
 * @param actor     username of who did it, {@code @ferryman} for Ferryman
 * @param actorName display name at that time
 */
public record RecordedEvent(long seq, Instant at, String actor, String actorName, CutoverEvent event) {}
