package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.CutoverEvent.Created;
import dev.ferryman.runbook.Decision;
import dev.ferryman.runbook.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision in the making: a cutover and the events a command adds to it, each seen by the rules that come after it.
 * Nothing is stored until the whole decision stands.
 */
public final class Draft {
    private final Instant at;
    private final List<RecordedEvent> events = new ArrayList<>();
    private final Interrupted interrupted;
    private final @Nullable Cutover before;
    private Cutover cutover;

    /** Whether stopping a running attempt now leaves it open whether its effect has happened. */
    @FunctionalInterface
    public interface Interrupted {
        /** Nothing is open. */
        Interrupted CLEANLY = (step, attempt) -> false;

        /** Whether the effect of this attempt may or may not have happened. */
        boolean leavesUnknown(String stepKey, int attempt);
    }

    /** A decision about a cutover as it stands at this instant. */
    public Draft(Cutover cutover, Instant at, Interrupted interrupted) {
        this(cutover, cutover, at, interrupted);
    }

    private Draft(@Nullable Cutover before, Cutover cutover, Instant at, Interrupted interrupted) {
        this.before = before;
        this.cutover = cutover;
        this.at = at;
        this.interrupted = interrupted;
    }

    /** The decision to create a cutover. */
    public static Draft create(String id, Actor actor, Instant at, Created created) {
        RecordedEvent first = new RecordedEvent(1, at, actor.username(), actor.displayName(), created);
        Draft draft = new Draft(null, Cutover.begin(id, first), at, Interrupted.CLEANLY);
        draft.events.add(first);
        return draft;
    }

    /** The cutover with everything decided so far. */
    public Cutover cutover() {
        return cutover;
    }

    /** What was decided so far, in order. */
    public List<RecordedEvent> events() {
        return List.copyOf(events);
    }

    /** All of it, as others are told. */
    Decision decision() {
        return new Decision(Optional.ofNullable(before), cutover, events);
    }

    Instant at() {
        return at;
    }

    Interrupted interrupted() {
        return interrupted;
    }

    void emit(Actor actor, CutoverEvent event) {
        RecordedEvent recorded = new RecordedEvent(cutover.version() + 1, at, actor.username(), actor.displayName(),
                event);
        cutover = cutover.apply(recorded);
        events.add(recorded);
    }
}
