package dev.ferryman.cutover;

import dev.ferryman.runbook.Rehearsal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way out, as it stands now.
 *
 * @param key          names it among the others: {@code rollback}, {@code by-hand}, or the key of a recovery
 * @param kind         how it is taken
 * @param title        what pages call it
 * @param possible     whether it can work now
 * @param needs        what it needs where it can work, else why it cannot
 * @param takes        how long it is expected to take
 * @param measured     the rehearsal that part of this was measured in, null where all comes from the template
 * @param writesAtRisk acknowledged writes that would be lost, null where nobody can count them
 * @param losses       the same in a sentence
 * @param steps        titles of what would be done, in order
 */
public record RecoveryOption(String key, Kind kind, String title, boolean possible, String needs, Duration takes,
        @Nullable Rehearsal measured, @Nullable Long writesAtRisk, String losses, List<String> steps) {
    /** Copies the steps. */
    public RecoveryOption {
        steps = List.copyOf(steps);
    }

    /** How an option is taken. */
    public enum Kind {
        /** By the runbook's rollback. */
        ROLLBACK,
        /** By a recovery of the runbook: the application stays on the target. */
        RECOVERY,
        /** By people, outside of the runbook. */
        BY_HAND
    }
}
