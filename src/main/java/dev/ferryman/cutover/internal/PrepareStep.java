package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code engine.prepare}: makes the target ready for the rows. */
@Component
class PrepareStep extends EngineStep {
    private final CopyWork copies;

    PrepareStep(Material material, CopyWork copies) {
        super("engine.prepare", material);
        this.copies = copies;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        copies.job(context).prepare();
        return new StepResult.Passed("The target is ready for " + material().requiredPlan(context).tables().size()
                + " tables.");
    }
}
