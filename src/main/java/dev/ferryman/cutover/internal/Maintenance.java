package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Tells from the steps that stop and allow writes how long the application could not write. */
final class Maintenance {
    /** Argument that says what becomes of writes: {@code stopped} or {@code allowed}. */
    static final String WRITES = "writes";

    /** Key of the fact that nobody was called, since no address is given. */
    static final String SKIPPED = "skipped";

    private Maintenance() {}

    static boolean stops(StepDefinition step) {
        return is(step, "stopped");
    }

    static boolean allows(StepDefinition step) {
        return is(step, "allowed");
    }

    private static boolean is(StepDefinition step, String writes) {
        return MaintenanceStep.TYPE.equals(step.uses())
                && Objects.toString(step.with().get(WRITES), "").equals(writes);
    }

    /** Time without writes, empty where they were never stopped. */
    static Optional<Duration> readOnly(Cutover cutover, Instant now) {
        Optional<Instant> from = ends(cutover, Maintenance::stops).min(Comparator.naturalOrder());
        return from.map(start -> {
            Instant latest = cutover.status().terminal() ? cutover.updatedAt() : now;
            Instant to = ends(cutover, Maintenance::allows).filter(end -> !end.isBefore(start))
                    .min(Comparator.naturalOrder()).orElse(latest);
            return Duration.between(start, to);
        });
    }

    /**
     * Since when the application is kept from writing. Empty where it was never stopped or was allowed again later, and in a
     * rehearsal, which stops nobody.
     */
    static Optional<Instant> since(Cutover cutover) {
        Optional<Instant> allowed = ends(cutover, Maintenance::allows).max(Comparator.naturalOrder());
        return ends(cutover, Maintenance::stops).max(Comparator.naturalOrder())
                .filter(stopped -> !cutover.rehearsal())
                .filter(stopped -> allowed.filter(end -> !end.isBefore(stopped)).isEmpty());
    }

    private static Stream<Instant> ends(Cutover cutover, Predicate<StepDefinition> which) {
        return cutover.steps().stream().filter(step -> which.test(step.definition()))
                .filter(step -> step.status() == StepStatus.PASSED).map(Step::lastAttempt).flatMap(Optional::stream)
                .filter(attempt -> !attempt.facts().containsKey(SKIPPED)).map(Attempt::endedAt).filter(Objects::nonNull)
                .map(Objects::requireNonNull);
    }
}
