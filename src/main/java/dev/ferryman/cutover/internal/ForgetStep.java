package dev.ferryman.cutover.internal;

import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code engine.tidy}: takes Ferryman's own tables out of the target and leaves the data ({@code DESIGN.md} § 2.9). */
@Component
class ForgetStep extends EngineStep {
    ForgetStep(Material material) {
        super("engine.tidy", material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        context.intent("Remove Ferryman's own tables from the target");
        new TargetCleanup(material().target(context)).forget(material().owner(context));
        context.outcome("Nothing of Ferryman is left in the target");
        return new StepResult.Passed("Nothing of Ferryman is left in the target.");
    }
}
