package dev.ferryman.runbook;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One phase as the template gives it.
 *
 * @param phase which phase
 * @param title what pages call it
 * @param steps in order
 * @param gate  what ends it; null when it ends with its last step
 * @param planned when it is planned to happen; null where the template does not say
 */
public record PhaseDefinition(Phase phase, String title, List<StepDefinition> steps, @Nullable GateDefinition gate,
        @Nullable Planned planned) {
    /** Copies the steps. */
    public PhaseDefinition {
        steps = List.copyOf(steps);
    }

    /** From and to, counted from the start of the window, negative before it. */
    public record Planned(Duration from, Duration to) {
        /** Checks their order. */
        public Planned {
            if (to.compareTo(from) < 0) {
                throw new IllegalArgumentException("What is planned does not end before it begins");
            }
        }
    }
}
