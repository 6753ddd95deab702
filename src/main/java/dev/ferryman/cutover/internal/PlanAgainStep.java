package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.PlanView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Plan;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code engine.plan}: plans anew from the snapshot, which is what will be copied. Where the application has changed since
 * the plan was accepted so that other decisions follow, sign-offs die and the step stops once, for people to look at what
 * is different; a retry goes on with the new plan.
 */
@Component
class PlanAgainStep extends EngineStep {
    private final PlanStep first;

    PlanAgainStep(Material material, PlanStep first) {
        super("engine.plan", material);
        this.first = first;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException, SQLException {
        PostgresTarget target = material().target(context);
        Plan plan = first.plan(context, material().requiredSnapshot(context).open(), target);
        Optional<PlanView> before = material().plan(context);
        List<String> changes = before.map(was -> PlanChanges.between(was.plan(), plan)).orElse(List.of());
        boolean same = before.filter(was -> was.hash().equals(PlanHash.of(plan))).isPresent();
        StepResult kept = first.keep(context, plan, same ? List.of() : changes);
        if (same || !(kept instanceof StepResult.Passed)) {
            return kept;
        }
        changes.forEach(context::output);
        return new StepResult.Failed(
                "The plan is no longer the one that was accepted, and sign-offs bound to that one are void: "
                        + (changes.isEmpty() ? "its details differ." : String.join(" ", changes)),
                "Look at the new plan. Retry to go on with it, or roll back: the application is still on SQLite.");
    }
}
