package dev.ferryman.cutover;

import dev.ferryman.runbook.Recovery;
import java.util.List;

/** A recovery of a cutover with its steps as one user sees them. */
public record RecoveryView(Recovery recovery, List<StepView> steps) {
    /** Copies the steps. */
    public RecoveryView {
        steps = List.copyOf(steps);
    }
}
