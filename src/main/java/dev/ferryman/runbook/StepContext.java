package dev.ferryman.runbook;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a running {@link StepAction} sees of its step, and where it reports. Safe to use from several threads. */
public interface StepContext {
    /** The cutover's id. */
    String cutoverId();

    /** Whether the cutover is a rehearsal: nothing but its own two databases may be reached. */
    boolean rehearsal();

    /** The step's key. */
    String stepKey();

    /** The attempt's number, from 1. */
    int attempt();

    /** Fencing token: grows with every pick-up of any step of this cutover. To be written with every effect. */
    long generation();

    /** {@code cutover/step/attempt}: the same after a crash, another one for a retry. */
    default String idempotencyKey() {
        return cutoverId() + "/" + stepKey() + "/" + attempt();
    }

    /** When this attempt was first started; the same after a crash. */
    Instant startedAt();

    /** When the point of no return was passed; empty before. */
    Optional<Instant> switchedAt();

    /** The cutover's parameters by key. */
    Map<String, Object> parameters();

    /** The cutover's references to its connections, for example {@code source} and {@code target}. */
    Map<String, String> connections();

    /** The step's arguments with every placeholder replaced. */
    Map<String, Object> with();

    /** What an earlier step passed on; empty when it has not passed or passed nothing on. */
    Map<String, Object> facts(String earlierStepKey);

    /** Keeps a line of output with the step: masked, and capped in length and number. */
    void output(String line);

    /** A value that must never be shown: masked in everything this attempt writes from now on. */
    void conceal(String secret);

    /**
     * How far one item (a table, a chunk set, a soak) is. Cheap to call often; written twice a second.
     *
     * @param total 0 when not known
     * @param bytes carried so far, 0 when it has no meaning
     */
    void progress(String item, long done, long total, long bytes);

    /**
     * Throws when this attempt is no longer the one that may act: cancelled, timed out, forced to failed, or picked up by
     * another process.
     *
     * @throws LeaseLostException let it through
     */
    void ensureOwner();

    /** Checks ownership and writes down, durably, what is about to be done outside. */
    void intent(String description);

    /** Writes down, durably, what came of the last intent. */
    void outcome(String description);

    /** The time everything is measured with. */
    Clock clock();
}
