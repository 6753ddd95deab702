package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.TargetFacts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.SchemaMode;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** {@code target.check}: the server answers, is new enough, gives the rights, and has room for the plan. */
@Component
class TargetCheckStep extends EngineStep {
    TargetCheckStep(Material material) {
        super("target.check", material);
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) {
        PostgresTarget target = material().target(context);
        Connections.Stored stored = material().stored(context);
        TargetFacts facts = TargetLook.facts(target, stored.schema());
        if (stored.mode() == SchemaMode.EXISTING && facts.tables() == 0) {
            throw new BadInputException(
                    "The schema " + stored.schema() + " of " + target.display() + " has no tables.",
                    "Run the application's migrations on the target, or create the cutover with a created schema.");
        }
        Optional<PlanView> plan = material().plan(context);
        plan.ifPresent(view -> TargetLook.requireRoom(target, stored.schema(), view.plan()));
        return new StepResult.Passed(
                "PostgreSQL " + facts.version() + " as " + facts.user() + "; schema " + facts.schema() + " holds "
                        + facts.tables() + " tables.",
                Map.of("version", facts.version(), "tables", facts.tables()));
    }
}
