package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.QueryPlan;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code queries.record}: runs queries and keeps how the server ran them, for {@code queries.compare}. */
@Component
class QueriesRecordStep extends QueriesStep {
    private final SchemaRecords records;

    QueriesRecordStep(Material material, SqlFiles files, SchemaRecords records) {
        super("queries.record", material, files);
        this.records = records;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        List<QueryPlan> plans = explain(context);
        plans.forEach(plan -> context.output("%,.1f ms, %s: %s — %s".formatted(plan.millis(),
                Counted.of(plan.buffers(), "page"), plan.query().replaceAll("\\s+", " "), plan.shape())));
        context.ensureOwner();
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.PLANS, new Plans(plans),
                context.clock().instant());
        return new StepResult.Passed("%s ran in %,.1f ms; their plans were written down.".formatted(
                Counted.of(plans.size(), "query", "queries"),
                plans.stream().mapToDouble(QueryPlan::millis).sum()), Map.of("queries", plans.size()));
    }
}
