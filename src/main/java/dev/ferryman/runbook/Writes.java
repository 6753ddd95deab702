package dev.ferryman.runbook;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells from the steps that stop and allow the application's writes whether it is kept from writing. */
public final class Writes {
    /** Type of the steps that stop and allow writes. */
    public static final String STEP = "app.maintenance";

    /** Their argument: what becomes of writes, {@link #STOPPED} or {@link #ALLOWED}. */
    public static final String ARGUMENT = "writes";

    /** The application is kept from writing. */
    public static final String STOPPED = "stopped";

    /** It may write again. */
    public static final String ALLOWED = "allowed";

    /** Key of the fact that nobody was called, since no address is given. */
    public static final String SKIPPED = "skipped";

    private Writes() {}

    /**
     * The application is kept from writing.
     *
     * @param since when it began
     * @param certain false where the call that stops writes did not end well: it may have taken effect or not
     */
    public record Kept(Instant since, boolean certain) {}

    /** Whether a step stops writes. */
    public static boolean stops(StepDefinition step) {
        return is(step, STOPPED);
    }

    /** Whether a step allows writes. */
    public static boolean allows(StepDefinition step) {
        return is(step, ALLOWED);
    }

    private static boolean is(StepDefinition step, String writes) {
        return STEP.equals(step.uses()) && Objects.toString(step.with().get(ARGUMENT), "").equals(writes);
    }

    /** Whether an attempt has called somebody and was answered as it was to be. */
    public static boolean done(Attempt attempt) {
        return attempt.verdict() == Verdict.PASSED && !attempt.facts().containsKey(SKIPPED);
    }

    /**
     * Empty where writes were never stopped, where a step or a person allowed them later, and in a rehearsal, which stops
     * nobody.
     */
    static Optional<Kept> kept(Cutover cutover) {
        if (cutover.rehearsal()) {
            return Optional.empty();
        }
        Instant allowed = Stream.concat(
                cutover.steps().stream().filter(step -> allows(step.definition()))
                        .flatMap(step -> step.attempts().stream()).filter(Writes::done).map(Attempt::endedAt),
                Stream.ofNullable(cutover.report().writesConfirmedAt())).flatMap(Stream::ofNullable)
                .max(Comparator.naturalOrder()).orElse(Instant.MIN);
        return cutover.steps().stream().filter(step -> stops(step.definition()))
                .flatMap(step -> step.attempts().stream()).flatMap(attempt -> stopped(attempt).stream())
                .filter(kept -> kept.since().isAfter(allowed))
                .max(Comparator.comparing(Kept::certain).thenComparing(Kept::since, Comparator.reverseOrder()));
    }

    /** What an attempt at stopping writes has left; nothing where it runs still, or called nobody. */
    private static Optional<Kept> stopped(Attempt attempt) {
        @Nullable
        Instant ended = attempt.endedAt();
        return ended == null || attempt.facts().containsKey(SKIPPED)
                ? Optional.empty()
                : Optional.of(new Kept(ended, attempt.verdict() == Verdict.PASSED));
    }
}
