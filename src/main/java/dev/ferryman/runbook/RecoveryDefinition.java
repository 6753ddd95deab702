package dev.ferryman.runbook;

import java.util.List;

/**
 * Another way out than the rollback, as the template gives it: steps that bring the application back to work on the target,
 * such as promoting its replica. A person starts it; it is no part of the course.
 *
 * @param key   unique in the template
 * @param title what pages call it
 * @param help  what to look at before it is started, empty if none
 * @param steps in order; each is done before the next begins
 */
public record RecoveryDefinition(String key, String title, String help, List<StepDefinition> steps) {
    /** Copies the steps. */
    public RecoveryDefinition {
        steps = List.copyOf(steps);
    }
}
