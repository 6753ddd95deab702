package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Cutover;
import java.time.Duration;
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
     * @param takes        how long its step takes, where that was measured; null where it was not
     */
    record Prospect(boolean possible, String needs, @Nullable Long writesAtRisk, String losses,
            @Nullable Duration takes) {
        /** One whose time nobody has measured. */
        Prospect(boolean possible, String needs, @Nullable Long writesAtRisk, String losses) {
            this(possible, needs, writesAtRisk, losses, null);
        }
    }
}
