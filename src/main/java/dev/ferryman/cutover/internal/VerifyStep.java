package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.verify.VerificationSeal;
import dev.ferryman.verify.VerifyOptions;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code engine.verify}: compares every value of the snapshot with the target. */
@Component
class VerifyStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.verify";

    private final Comparison comparison;

    VerifyStep(Material material, Comparison comparison) {
        super(TYPE, material);
        this.comparison = comparison;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Material.Taken snapshot = material().requiredSnapshot(context);
        Comparison.Found found = comparison.snapshot(context, snapshot, VerifyOptions.LISTED_PER_TABLE);
        String plan = PlanHash.of(material().requiredPlan(context));
        String seal = VerificationSeal.of(found.result(), snapshot.sha256(), plan);
        return switch (found.result().verdict()) {
            case PASSED -> new StepResult.Passed(found.summary() + " Seal " + seal + ".",
                    Map.of("verification", found.id(), "rows", found.result().sourceRows(), "snapshot",
                            snapshot.sha256(), "plan", plan, "seal", seal));
            case FAILED -> new StepResult.Failed(found.summary(),
                    "Look at the differences. The application is still on SQLite: nothing is lost by rolling back.");
            case ERROR -> new StepResult.Inconclusive(found.summary(),
                    "Restore access to the side that could not be read, then retry.");
        };
    }
}
