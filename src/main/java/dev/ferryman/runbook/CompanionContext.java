package dev.ferryman.runbook;

import java.time.Clock;

/** What a running {@link Companion} sees of its cutover. Safe to use from several threads. */
public interface CompanionContext {
    /** The cutover's id. */
    String cutoverId();

    /** Fencing token: grows with every pick-up of anything in this cutover. To be written with every effect. */
    long generation();

    /**
     * Throws when this run may act no more: it is not wanted, or another process has taken over.
     *
     * @throws LeaseLostException let it through
     */
    void ensureOwner();

    /** Tells whoever looks at the cutover that there is something new to see. */
    void changed();

    /** The time everything is measured with. */
    Clock clock();
}
