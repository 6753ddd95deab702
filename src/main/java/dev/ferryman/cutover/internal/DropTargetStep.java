package dev.ferryman.cutover.internal;

import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code engine.drop-target}: takes out of the target what the copy has put there, and nothing else. */
@Component
class DropTargetStep extends EngineStep {
    DropTargetStep(Material material) {
        super("engine.drop-target", material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        context.intent("Remove from the target what the copy has made there");
        new TargetCleanup(material().target(context)).undo(material().owner(context));
        context.outcome("The target is as it was before the copy");
        return new StepResult.Passed("The target is as it was before the copy.");
    }
}
