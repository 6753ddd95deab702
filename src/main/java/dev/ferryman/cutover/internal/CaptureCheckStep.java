package dev.ferryman.cutover.internal;

import dev.ferryman.replication.Capture;
import dev.ferryman.replication.CaptureCost;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    StepResult work(StepContext context) throws InterruptedException {
        var capture = new Capture(material().source(context), context.clock(), Sides.LOCK_LIMIT);
        Plan plan = material().requiredPlan(context);
        List<CapturedTable> tables = capture.preview(plan);
        List<CapturedTable> whole = tables.stream().filter(table -> !table.byKey()).toList();
        whole.forEach(table -> context.output(table.table() + ": " + table.why()));
        String followed = whole.isEmpty()
                ? Counted.of(tables.size(), "table") + " can be followed row by row."
                : Counted.of(tables.size() - whole.size(), "table") + " can be followed row by row; "
                        + Counted.of(whole.size(), "table") + " only as a whole: "
                        + String.join(", ", whole.stream().map(CapturedTable::table).toList()) + ".";
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("byKey", tables.size() - whole.size());
        facts.put("whole", whole.size());
        Optional<CaptureCost> cost = capture.cost(plan, material().directory(context, "trial"));
        cost.ifPresent(it -> {
            facts.put("commitsWithout", Math.round(it.without()));
            facts.put("commitsWith", Math.round(it.with()));
        });
        return new StepResult.Passed(followed + cost.map(CaptureCheckStep::sentence).orElse(""), facts);
    }

    private static String sentence(CaptureCost cost) {
        return " Recording changes costs an application that commits row by row about %d %% (%,.0f commits a second instead of %,.0f, tried beside it with %s of %s)."
                .formatted(cost.percent(), cost.with(), cost.without(), Counted.of(cost.rows(), "row"), cost.table());
    }
}
