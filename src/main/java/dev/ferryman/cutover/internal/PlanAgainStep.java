package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.PlanView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code engine.plan}: plans anew from the snapshot, which is what will be copied. Where the application has changed since
 * the plan was accepted so that other decisions follow, the step fails and says what is different. Where a gate was passed
 * for the accepted plan, the runbook lets no other take its place; otherwise the new plan is in force, open sign-offs are
 * void, and a retry goes on with it.
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
        PlanStore.Made made = first.plan(context, material().requiredSnapshot(context).open(), target);
        Plan plan = made.plan();
        Optional<PlanView> before = material().plan(context);
        List<String> changes = before.map(was -> PlanChanges.between(was.plan(), plan)).orElse(List.of());
        boolean same = before.filter(was -> was.hash().equals(PlanHash.of(plan))).isPresent();
        if (same) {
            return first.keep(context, made, List.of());
        }
        String what = "The plan is no longer the one that was accepted: "
                + (changes.isEmpty() ? "its details differ." : String.join(" ", changes));
        changes.forEach(context::output);
        try {
            StepResult kept = first.keep(context, made, changes);
            return kept instanceof StepResult.Passed
                    ? new StepResult.Failed(what,
                            "Sign-offs bound to the old plan are void. Look at the new one, then retry to go on with it.")
                    : kept;
        } catch (IllegalMoveException e) {
            return new StepResult.Failed(what, "The sign-offs were given for the old plan. Roll back, which leaves the"
                    + " application on SQLite as it is, and create a new cutover with the new plan.");
        }
    }
}
