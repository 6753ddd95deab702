package dev.ferryman.cutover.internal;

import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyResult;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Makes the copy's job for a step. */
@Component
class CopyWork {
    private final Material material;
    private final DataPlaneMetrics meters;

    CopyWork(Material material, DataPlaneMetrics meters) {
        this.material = material;
        this.meters = meters;
    }

    CopyJob job(StepContext context) {
        Material.Taken snapshot = material.requiredSnapshot(context);
        Plan plan = material.requiredPlan(context);
        context.ensureOwner();
        return new CopyJob(snapshot.open(), snapshot.sha256(), material.target(context), plan,
                material.copyOptions(context), listener(context, plan));
    }

    /** Counts what went to quarantine. */
    void count(StepContext context, CopyResult result) {
        result.tables().stream().filter(table -> table.quarantined() > 0)
                .forEach(table -> meters.quarantined(context.cutoverId(), table.table(), table.quarantined()));
    }

    private CopyListener listener(StepContext context, Plan plan) {
        Map<String, Long> totals = plan.tables().stream().collect(Collectors.toMap(TablePlan::source, TablePlan::rows));
        return new CopyListener() {
            @Override
            public void phase(String text) {
                context.output(text);
            }

            @Override
            public void copied(String table, long rows, long bytes) {
                context.progress(table, rows, totals.getOrDefault(table, 0L), bytes);
                meters.copied(context.cutoverId(), table, rows, bytes);
            }

            @Override
            public void completed(int done, int total) {
                context.progress("indexes and constraints", done, total, 0);
            }
        };
    }
}
