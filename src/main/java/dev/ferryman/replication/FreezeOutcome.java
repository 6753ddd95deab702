package dev.ferryman.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How a freeze ended. */
public sealed interface FreezeOutcome {
    /**
     * Writes belong to PostgreSQL now.
     *
     * @param at when the source was fenced: the point of no return
     * @param waited time the write lock was waited for; the application went on
     * @param held time from the lock to the fence's commit, in which writers waited
     * @param opened time from the lock until PostgreSQL took writes
     * @param drained changes applied under the lock
     * @param token token that went through the stream and was read back
     */
    record Switched(Instant at, Duration waited, Duration held, Duration opened, long drained,
            String token) implements FreezeOutcome {}

    /**
     * Nothing has changed: the application works on SQLite as before.
     *
     * @param what why, one sentence
     * @param next what to do next
     * @param held time in which writers waited; zero where the lock was never taken
     */
    record Cancelled(String what, String next, Duration held) implements FreezeOutcome {}

    /**
     * Guardrails did not hold: the freeze did not begin.
     *
     * @param failed those that did not
     */
    record Refused(List<Guardrail> failed) implements FreezeOutcome {
        public Refused {
            failed = List.copyOf(failed);
        }
    }
}
