package dev.ferryman.runbook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cutover as lists show it.
 *
 * @param rehearsal whether it rehearses a move
 * @param window when it is to happen; null where that is not agreed
 * @param version the version to send with a command
 * @param keptSince since when the application is kept from writing, or may be; null where it writes
 * @param headline one sentence: what happens, what it waits for, who can act
 * @param archived where its log is now; null while it is in the state store
 */
public record CutoverSummary(String id, String name, String templateKey, String templateTitle, boolean rehearsal,
        Status status, Phase phase, @Nullable Window window, @Nullable Instant keptSince, String headline, long version,
        Instant created, Instant updated, @Nullable ArchivedLog archived) {}
