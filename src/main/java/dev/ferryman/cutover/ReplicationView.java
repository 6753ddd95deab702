package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the side that does not take writes follows the one that does.
 *
 * @param direction which side follows which
 * @param state whether it is followed now
 * @param at when this was found
 * @param syncedAt up to when every write has arrived on the other side; null before anything has
 * @param backlog recorded changes that have not arrived, repeated ones included
 * @param lag how old the oldest of them may be now; zero where nothing is pending
 * @param changes recorded changes that were brought over in this direction
 * @param rows rows inserted, updated or deleted for them
 * @param unproved changes that were brought over and whose rows were not compared by value yet
 * @param wholeTables tables without a usable key that changed since they were copied, to be copied again as a whole
 * @param guardrails what has to hold before writes may change sides
 * @param what why it does not go on, null while it does
 * @param next what is safe and what to do, null while it goes on
 */
public record ReplicationView(Direction direction, State state, Instant at, @Nullable Instant syncedAt, long backlog,
        Duration lag, long changes, long rows, long unproved, List<String> wholeTables,
        List<GuardrailView> guardrails, @Nullable String what, @Nullable String next) {
    /** Copies the lists. */
    public ReplicationView {
        wholeTables = List.copyOf(wholeTables);
        guardrails = List.copyOf(guardrails);
    }

    /** Which side follows. */
    public enum Direction {
        /** PostgreSQL follows SQLite. */
        FORWARD,
        /** SQLite follows PostgreSQL. */
        BACK
    }

    /** Whether it is followed. */
    public enum State {
        /** Yes. */
        FOLLOWING,
        /** Something stops it; it is tried again and again. */
        STOPPED,
        /** It is no longer followed: the cutover has gone on, or has ended. */
        ENDED
    }

    /** Whether all guardrails held when they were last looked at. */
    public boolean ready() {
        return state == State.FOLLOWING && !guardrails.isEmpty()
                && guardrails.stream().allMatch(GuardrailView::passed);
    }

    /** What has to hold before writes change sides; that it is followed at all is the first of it. */
    public List<GuardrailView> asGuardrails() {
        return switch (state) {
            case FOLLOWING -> guardrails;
            case STOPPED -> List.of(new GuardrailView("followed", false, what + " " + next));
            case ENDED -> List.of();
        };
    }
}
