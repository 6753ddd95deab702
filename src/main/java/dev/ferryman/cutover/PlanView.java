package dev.ferryman.cutover;

import dev.ferryman.schema.Plan;
import java.time.Instant;
import java.util.List;

/**
 * The plan in force.
 *
 * @param hash hash of its decisions; sign-offs are bound to it
 * @param summary one sentence
 * @param created when it was worked out
 * @param plan the plan
 * @param changes what differs from the plan before, as sentences; empty for the first
 */
public record PlanView(String hash, String summary, Instant created, Plan plan, List<String> changes) {
    public PlanView {
        changes = List.copyOf(changes);
    }
}
