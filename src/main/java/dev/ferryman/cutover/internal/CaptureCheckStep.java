package dev.ferryman.cutover.internal;

import dev.ferryman.replication.Capture;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code capture.check}: whether the plan's tables can be followed while the application writes, which of them only as a
 * whole, and what following them will cost the application, measured beside it. Installs nothing.
 */
@Component
class CaptureCheckStep extends EngineStep {
    CaptureCheckStep(Material material) {
        super("capture.check", material);
    }

    @Override
    StepResult work(StepContext context) {
        var capture = new Capture(material().source(context), context.clock(), Sides.LOCK_LIMIT);
        List<CapturedTable> tables = capture.preview(material().requiredPlan(context));
        List<CapturedTable> whole = tables.stream().filter(table -> !table.byKey()).toList();
        whole.forEach(table -> context.output(table.table() + ": " + table.why()));
        return new StepResult.Passed((whole.isEmpty()
                ? Counted.of(tables.size(), "table") + " can be followed row by row."
                : Counted.of(tables.size() - whole.size(), "table") + " can be followed row by row; "
                        + Counted.of(whole.size(), "table") + " only as a whole: "
                        + String.join(", ", whole.stream().map(CapturedTable::table).toList()) + "."),
                Map.of("byKey", tables.size() - whole.size(), "whole", whole.size()));
    }
}
