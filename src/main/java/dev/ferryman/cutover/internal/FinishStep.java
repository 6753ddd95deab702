package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code engine.finish}: keys, indexes, constraints, sequences, statistics. */
@Component
class FinishStep extends EngineStep {
    private final CopyWork copies;

    FinishStep(Material material, CopyWork copies) {
        super("engine.finish", material);
        this.copies = copies;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        copies.job(context).finish();
        return new StepResult.Passed("Keys, indexes and constraints are built, sequences set, statistics gathered.");
    }
}
