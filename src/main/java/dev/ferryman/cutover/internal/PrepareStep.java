package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code engine.prepare}: makes the target ready for the rows. */
@Component
class PrepareStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.prepare";

    private final CopyWork copies;

    PrepareStep(Material material, CopyWork copies) {
        super(TYPE, material);
        this.copies = copies;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        copies.job(context).prepare();
        return new StepResult.Passed("The target is ready for " + material().requiredPlan(context).tables().size()
                + " tables.");
    }
}
