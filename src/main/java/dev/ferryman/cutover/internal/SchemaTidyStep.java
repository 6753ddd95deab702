package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import org.springframework.stereotype.Component;

/** {@code schema.tidy}: removes from the database what Ferryman noted there about the change. */
@Component
class SchemaTidyStep extends EngineStep {
    private final SchemaScript scripts;

    SchemaTidyStep(Material material, SchemaScript scripts) {
        super("schema.tidy", material);
        this.scripts = scripts;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        for (SchemaScript.Way way : SchemaScript.Way.values()) {
            scripts.applier(context, way).forget();
        }
        return new StepResult.Passed("Nothing is left there of what was noted about the change.");
    }
}
