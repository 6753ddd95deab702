package dev.ferryman.runbook;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a step or gate of a cutover as it stands. Nothing fails for want of it; people are told.
 *
 * @param on        key of the step or gate
 * @param title     what people call it
 * @param due       when it has to be done; null where it has no such time, or the cutover no window
 * @param since     since when it has waited for a person; null while it waits for none
 * @param patience  how long it may wait; null for any time
 * @param done      whether it is done
 */
public record Deadline(String on, String title, @Nullable Instant due, @Nullable Instant since,
        @Nullable Duration patience, boolean done) {
    /** How long before its time it is told that it comes near. */
    public static final Duration SOON = Duration.ofDays(1);

    /** Whether it should have been done by now. */
    public boolean overdue(Instant now) {
        return !done && due != null && !now.isBefore(due);
    }

    /** When it has waited too long; empty where that cannot be. */
    public Optional<Instant> patienceEnds() {
        return done || since == null || patience == null ? Optional.empty() : Optional.of(since.plus(patience));
    }

    /** Whether it has waited too long. */
    public boolean tooLong(Instant now) {
        return patienceEnds().filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Those of a cutover in the order of its phases; of a rollback only while it is under way. */
    public static List<Deadline> of(Cutover cutover) {
        List<Deadline> all = new ArrayList<>();
        for (PhaseDefinition phase : cutover.template().phases()) {
            if (phase.phase() == Phase.ROLLBACK && cutover.status() != Status.ROLLING_BACK) {
                continue;
            }
            cutover.steps(phase.phase()).forEach(step -> all.add(of(cutover, step)));
            cutover.gate(phase.phase()).ifPresent(gate -> all.add(of(cutover, gate)));
        }
        return all;
    }

    /** That of a step. */
    public static Deadline of(Cutover cutover, Step step) {
        StepTiming timing = step.definition().timing();
        return new Deadline(step.key(), step.title(), at(cutover, timing.due()), since(cutover, step),
                timing.patience(), step.status().done());
    }

    /** That of a gate. */
    public static Deadline of(Cutover cutover, Gate gate) {
        GateDefinition definition = gate.definition();
        Instant since = gate.state() == Gate.State.OPEN
                ? latest(cutover, cutover.steps(gate.phase()).stream().map(Deadline::doneAt))
                : null;
        return new Deadline(gate.key(), definition.title(), at(cutover, definition.due()), since,
                definition.patience(), gate.state() == Gate.State.PASSED);
    }

    /** A time counted from the start of the window. */
    public static @Nullable Instant at(Cutover cutover, @Nullable Duration offset) {
        return offset == null ? null : cutover.window().map(window -> window.start().plus(offset)).orElse(null);
    }

    private static @Nullable Instant since(Cutover cutover, Step step) {
        boolean waits = switch (step.status()) {
            case FAILED, INCONCLUSIVE, UNKNOWN, CANCELLED -> true;
            case READY -> !step.definition().automatic();
            case PENDING, RUNNING, PASSED, SKIPPED -> false;
        };
        if (!waits) {
            return null;
        }
        Instant ended = doneAt(step);
        if (ended != null) {
            return ended;
        }
        List<Step> phase = cutover.steps(step.phase());
        boolean anyOrder = step.phase() == Phase.CHECKLIST && step.definition().kind() == StepKind.MANUAL;
        return latest(cutover, phase.stream().takeWhile(earlier -> !earlier.key().equals(step.key()))
                .filter(earlier -> !anyOrder || earlier.definition().kind() != StepKind.MANUAL)
                .map(Deadline::doneAt));
    }

    private static @Nullable Instant doneAt(Step step) {
        return step.acceptance().map(Step.Acceptance::at)
                .orElseGet(() -> step.lastAttempt().map(Attempt::endedAt).orElse(null));
    }

    private static Instant latest(Cutover cutover, Stream<@Nullable Instant> times) {
        return Stream.concat(Stream.of(cutover.phaseSince()), times.filter(Objects::nonNull))
                .max(Instant::compareTo).orElseThrow();
    }
}
