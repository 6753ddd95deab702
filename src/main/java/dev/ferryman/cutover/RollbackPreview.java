package dev.ferryman.cutover;

import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.SwitchSide;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback would do now.
 *
 * @param side on which side of the switch it would start
 * @param steps titles of the steps it would run
 * @param estimate sum of their estimates
 * @param measured the latest rehearsal that part of them was measured in; null where all come from the template
 * @param losses one sentence: which writes would be lost
 * @param risky whether any would be
 */
public record RollbackPreview(SwitchSide side, List<String> steps, Duration estimate,
        @Nullable Rehearsal measured, String losses, boolean risky) {
    public RollbackPreview {
        steps = List.copyOf(steps);
    }
}
