package dev.ferryman.runbook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One phase as the template gives it.
 *
 * @param phase which phase
 * @param title what pages call it
 * @param steps in order
 * @param gate  what ends it; null when it ends with its last step
 */
public record PhaseDefinition(Phase phase, String title, List<StepDefinition> steps, @Nullable GateDefinition gate) {
    /** Copies the steps. */
    public PhaseDefinition {
        steps = List.copyOf(steps);
    }
}
