package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Writes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Tells from the steps that stop and allow writes how long the application could not write. */
final class Maintenance {
    private Maintenance() {}

    /** Time without writes, empty where they were never stopped. */
    static Optional<Duration> readOnly(Cutover cutover, Instant now) {
        Optional<Instant> from = ends(cutover, Writes::stops).min(Comparator.naturalOrder());
        return from.map(start -> {
            Instant latest = cutover.status().terminal() ? cutover.updatedAt() : now;
            Instant to = Stream
                    .concat(ends(cutover, Writes::allows), Stream.ofNullable(cutover.report().writesConfirmedAt()))
                    .filter(end -> !end.isBefore(start)).min(Comparator.naturalOrder()).orElse(latest);
            return Duration.between(start, to);
        });
    }

    private static Stream<Instant> ends(Cutover cutover, Predicate<StepDefinition> which) {
        return cutover.steps().stream().filter(step -> which.test(step.definition()))
                .filter(step -> step.status() == StepStatus.PASSED).map(Step::lastAttempt).flatMap(Optional::stream)
                .filter(Writes::done).map(Attempt::endedAt).flatMap(Stream::ofNullable);
    }
}
