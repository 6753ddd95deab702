package dev.ferryman.runbook;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How long what checks have proved counts at the gate of their phase. {@code src/docs/scheduling.md}. */
public final class Freshness {
    private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Freshness() {}

    /** Until when a check that has passed counts; empty where it counts for good, or has not passed. */
    public static Optional<Instant> until(Step step) {
        Duration freshFor = step.definition().timing().freshFor();
        return freshFor == null || step.status() != StepStatus.PASSED
                ? Optional.empty()
                : step.lastAttempt().map(Attempt::endedAt).map(ended -> ended.plus(freshFor));
    }

    /** The first check of a phase that has passed too long ago to count. */
    public static Optional<Step> old(Cutover cutover, Phase phase, Instant now) {
        return cutover.steps(phase).stream()
                .filter(step -> until(step).filter(end -> !now.isBefore(end)).isPresent()).findFirst();
    }

    /** Why nobody can sign the gate of a phase for a check that is too old, half a sentence; empty where none is. */
    public static Optional<String> objection(Cutover cutover, Phase phase, Instant now) {
        return old(cutover, phase, now).map(step -> "‘" + step.title() + "’ counted until "
                + AT.format(until(step).orElseThrow()) + " and is older by now.");
    }
}
