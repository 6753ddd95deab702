package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanBasis;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.ProfileListener;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code plan.create}: profiles the live source and plans, for people to accept before anything is touched. */
@Component
class PlanStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "plan.create";

    PlanStep(Material material) {
        super(TYPE, material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException, SQLException {
        PostgresTarget target = material().target(context);
        PlanStore.Made made = plan(context, material().source(context), target);
        TargetLook.requireRoom(target, material().stored(context).schema(), made.plan());
        return keep(context, made, List.of());
    }

    /** Profiles a source, the live one or a snapshot, and plans its copy as people have chosen. */
    final PlanStore.Made plan(StepContext context, SqliteSource source, PostgresTarget target)
            throws InterruptedException, SQLException {
        Connections.Stored stored = material().stored(context);
        PlanBasis basis = Planning.basis(source, target, stored.schema(), stored.mode(),
                material().plans().choices(context.cutoverId()), new ProfileListener() {
                    @Override
                    public void progressed(String table, long rows) {
                        context.progress(table, rows, 0, 0);
                    }

                    @Override
                    public void finished(String table, long rows) {
                        context.progress(table, rows, rows, 0);
                    }
                });
        return new PlanStore.Made(basis, material().plans().choices(context.cutoverId()));
    }

    /**
     * Makes a plan the one in force and keeps it; what forbids the copy is told, and fails.
     *
     * @throws dev.ferryman.runbook.IllegalMoveException where a gate was passed for another plan; nothing was changed
     */
    final StepResult keep(StepContext context, PlanStore.Made made, List<String> changes) {
        Plan plan = made.plan();
        String hash = PlanHash.of(plan);
        String summary = Planning.summary(plan);
        context.ensureOwner();
        List<String> blockers = Planning.blockers(plan);
        if (!blockers.isEmpty()) {
            material().plans().add(context.cutoverId(), summary, made, changes);
            blockers.forEach(context::output);
            return new StepResult.Failed("The plan forbids the copy: " + blockers.getFirst()
                    + (blockers.size() > 1 ? " And " + (blockers.size() - 1) + " more." : ""),
                    "Choose on the plan's page what becomes of it, or correct the data, then retry. Nothing has been"
                            + " touched.");
        }
        boolean known = material().cutover(context).plan().filter(set -> set.planHash().equals(hash)).isPresent();
        if (!known) {
            material().runbook().setPlan(context, hash, summary);
        }
        material().plans().add(context.cutoverId(), summary, made, changes);
        return new StepResult.Passed(summary + ".", Map.of("hash", hash));
    }
}
