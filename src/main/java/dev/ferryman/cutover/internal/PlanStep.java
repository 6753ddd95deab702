package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.ProfileListener;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code plan.create}: profiles the live source and plans, for people to accept before anything is touched. */
@Component
class PlanStep extends EngineStep {
    PlanStep(Material material) {
        super("plan.create", material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException, SQLException {
        PostgresTarget target = material().target(context);
        Plan plan = plan(context, material().source(context), target);
        TargetLook.requireRoom(target, material().stored(context).schema(), plan);
        return keep(context, plan, List.of());
    }

    /** Profiles a source, the live one or a snapshot, and plans its copy. */
    final Plan plan(StepContext context, SqliteSource source, PostgresTarget target)
            throws InterruptedException, SQLException {
        Connections.Stored stored = material().stored(context);
        return Planning.plan(source, target, stored.schema(), stored.mode(), new ProfileListener() {
            @Override
            public void progressed(String table, long rows) {
                context.progress(table, rows, 0, 0);
            }

            @Override
            public void finished(String table, long rows) {
                context.progress(table, rows, rows, 0);
            }
        });
    }

    /**
     * Makes a plan the one in force and keeps it; what forbids the copy is told, and fails.
     *
     * @throws dev.ferryman.runbook.IllegalMoveException where a gate was passed for another plan; nothing was changed
     */
    final StepResult keep(StepContext context, Plan plan, List<String> changes) {
        String hash = PlanHash.of(plan);
        String summary = Planning.summary(plan);
        context.ensureOwner();
        List<String> blockers = Planning.blockers(plan);
        if (!blockers.isEmpty()) {
            material().plans().add(context.cutoverId(), hash, summary, plan, changes);
            blockers.forEach(context::output);
            return new StepResult.Failed("The plan forbids the copy: " + blockers.getFirst()
                    + (blockers.size() > 1 ? " And " + (blockers.size() - 1) + " more." : ""),
                    "Correct the data or the schema of the source, then retry. Nothing has been touched.");
        }
        boolean known = material().cutover(context).plan().filter(set -> set.planHash().equals(hash)).isPresent();
        if (!known) {
            material().runbook().setPlan(context, hash, summary);
        }
        material().plans().add(context.cutoverId(), hash, summary, plan, changes);
        return new StepResult.Passed(summary + ".", Map.of("hash", hash));
    }
}
