package dev.ferryman.api.internal;

import dev.ferryman.runbook.Rehearsal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rehearsal that a time was measured in. */
record RehearsalJson(String id, String name, Instant ended) {
    static @Nullable RehearsalJson of(@Nullable Rehearsal rehearsal) {
        return rehearsal == null
                ? null
                : new RehearsalJson(rehearsal.cutoverId(), rehearsal.name(), rehearsal.ended());
    }
}
