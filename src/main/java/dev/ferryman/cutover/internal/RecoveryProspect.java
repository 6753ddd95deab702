package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Cutover;
import org.jspecify.annotations.Nullable;

/** Implemented by step actions that repair something: whether that could work now, and what it would lose. */
interface RecoveryProspect {
    /** The action's type. */
    String type();

    /** Looks, within a few seconds and without changing anything. */
    Prospect look(Cutover cutover, Arguments arguments);

    /**
     * What was found.
     *
     * @param possible     whether it could work now
     * @param needs        what it needs, or why it cannot work
     * @param writesAtRisk acknowledged writes it would lose, null where nobody can count them
     * @param losses       the same in a sentence
     */
    record Prospect(boolean possible, String needs, @Nullable Long writesAtRisk, String losses) {}
}
