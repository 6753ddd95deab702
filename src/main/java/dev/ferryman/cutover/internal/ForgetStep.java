package dev.ferryman.cutover.internal;

import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import org.springframework.stereotype.Component;

/**
 * {@code engine.tidy}: takes Ferryman's own tables out of the target and leaves the data ({@code DESIGN.md} § 2.9). Rows in
 * quarantine stay, since they are nowhere else in the target, unless {@code quarantine: drop} is written.
 */
@Component
class ForgetStep extends EngineStep {
    ForgetStep(Material material) {
        super("engine.tidy", material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        String quarantine = new Arguments(context.with()).text("quarantine").orElse("keep");
        if (!quarantine.equals("keep") && !quarantine.equals("drop")) {
            throw new BadInputException("quarantine is " + quarantine + ".", "It can be keep or drop.");
        }
        var cleanup = new TargetCleanup(material().target(context));
        context.intent("Remove Ferryman's own tables from the target");
        cleanup.forget(material().owner(context), quarantine.equals("drop"));
        long left = cleanup.quarantined();
        String done = left == 0
                ? "Nothing of Ferryman is left in the target"
                : "Nothing of Ferryman is left in the target but " + Counted.of(left, "row")
                        + " in ferryman.quarantine";
        context.outcome(done);
        return new StepResult.Passed(done + ".");
    }
}
