package dev.ferryman.runbook;

import java.time.Instant;

/**
 * A cutover as lists show it.
 *
 * @param rehearsal whether it rehearses a move
 * @param version the version to send with a command
 * @param headline one sentence: what happens, what it waits for, who can act
 */
public record CutoverSummary(String id, String name, String templateKey, String templateTitle, boolean rehearsal,
        Status status,
        Phase phase, String headline, long version, Instant created, Instant updated) {}
