package dev.ferryman.runbook;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an automatic step does. Spring beans of this type are found by their {@link #type()}. An action may be run again
 * at any time after a crash (DESIGN.md I3): an idempotent one continues or finds itself done; one that is not is asked
 * {@link #probe} and otherwise left to a person, never repeated by itself.
 */
public interface StepAction {
    /** The name templates use in {@code uses:}, for example {@code http-hook}. */
    String type();

    /** Whether running it a second time does no harm. Only these are retried and continued by themselves. */
    boolean idempotent();

    /**
     * Does it. Cancel and timeout arrive as thread interrupts; let {@link InterruptedException} through. Call
     * {@link StepContext#ensureOwner()} just before every effect outside.
     *
     * @throws Exception whatever goes wrong; recorded as an error verdict, masked, and never rolls back by itself
     */
    StepResult run(StepContext context) throws Exception;

    /**
     * Whether an earlier run that was cut off has done it already. Asked only of actions that are not idempotent.
     *
     * @return passed: it is done; failed: it surely is not; empty or inconclusive: nobody can tell, a person decides
     * @throws Exception counts as empty
     */
    default Optional<StepResult> probe(StepContext context) throws Exception {
        return Optional.empty();
    }

    /**
     * What it would do, in words, where a rehearsal must not do it because it reaches the application, its traffic or
     * whatever else is not one of the cutover's own two databases; empty where a rehearsal does it too. Looks at the
     * arguments only. Whoever does not say otherwise is not run in a rehearsal.
     */
    default Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would run ‘" + type() + "’.");
    }

    /** Whether it works on the SQLite file that is moved: not to be used where there is none. */
    default boolean needsSource() {
        return false;
    }

    /**
     * Whether any replica may run it. It may where it opens neither the source nor a file beside it, and starts no program
     * there; whoever does not say so is run only where the source is.
     */
    default boolean anywhere() {
        return false;
    }

    /**
     * What is wrong with these arguments, one sentence each, empty when they are fine. Called when a template is read,
     * where a value that still holds a placeholder <code>${…}</code> must be let through, and again with the values of
     * the cutover when one is created.
     */
    default List<String> check(Map<String, Object> with) {
        return List.of();
    }
}
