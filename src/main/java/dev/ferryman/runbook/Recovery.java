package dev.ferryman.runbook;

import java.util.List;

/** A {@linkplain RecoveryDefinition recovery} of a cutover as it stands. */
public record Recovery(RecoveryDefinition definition, List<Step> steps) {
    /** Copies the steps. */
    public Recovery {
        steps = List.copyOf(steps);
    }

    /** Whether somebody has begun it. */
    public boolean begun() {
        return steps.stream().anyMatch(step -> !step.attempts().isEmpty());
    }

    /** Whether every step is passed or accepted. */
    public boolean done() {
        return steps.stream().allMatch(step -> step.status().done());
    }

    /** Whether it was begun and is not done. */
    public boolean underWay() {
        return begun() && !done();
    }
}
