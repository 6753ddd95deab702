package dev.ferryman.cutover.internal;

import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code capture.install}: triggers in the source that record the keys of whatever the application writes
 * ({@code DESIGN.md} § 2.1). One transaction, while the application writes.
 */
@Component
class CaptureStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "capture.install";

    CaptureStep(Material material) {
        super(TYPE, material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Sides sides = material().sides(context);
        context.intent("Install change capture in " + sides.source().path());
        CaptureState state = sides.capture().install(sides.plan(), sides.lease());
        context.outcome("Change capture " + state.capture() + " is installed");
        List<String> whole = state.withoutKey().stream().map(CapturedTable::table).toList();
        whole.forEach(table -> context
                .output(table + " has no usable key: it is copied again as a whole where it has changed."));
        return new StepResult.Passed("The keys of every write to "
                + Counted.of(state.tables().size(), "table") + " are recorded from now on."
                + (whole.isEmpty()
                        ? ""
                        : " Without a usable key, and followed as a whole: " + String.join(", ", whole) + "."),
                Map.of("capture", state.capture(), "tables", state.tables().size(), "wholeTables", whole));
    }
}
