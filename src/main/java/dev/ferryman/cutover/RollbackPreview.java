package dev.ferryman.cutover;

import dev.ferryman.runbook.SwitchSide;
import java.time.Duration;
import java.util.List;

/**
 * What a rollback would do now.
 *
 * @param side on which side of the switch it would start
 * @param steps titles of the steps it would run
 * @param estimate sum of their estimates
 * @param losses one sentence: which writes would be lost
 * @param risky whether any would be
 */
public record RollbackPreview(SwitchSide side, List<String> steps, Duration estimate, String losses, boolean risky) {
    public RollbackPreview {
        steps = List.copyOf(steps);
    }
}
