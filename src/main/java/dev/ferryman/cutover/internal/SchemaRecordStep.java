package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.SchemaSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code schema.record}: writes down the schema, the rows of every table and what {@code pg_stat_statements} says, for later
 * steps to compare with. Run again it writes down what is then.
 */
@Component
class SchemaRecordStep extends EngineStep {
    private final SchemaRecords records;

    SchemaRecordStep(Material material, SchemaRecords records) {
        super("schema.record", material);
        this.records = records;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public boolean anywhere() {
        return true;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        PostgresTarget target = material().target(context);
        SchemaLook.sizes(target).forEach(context::output);
        SchemaRecord record = SchemaLook.record(target);
        context.ensureOwner();
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.BEFORE, record,
                context.clock().instant());
        SchemaSnapshot schema = SchemaSnapshot.ofJson(record.schema());
        long rows = record.rows().values().stream().mapToLong(Long::longValue).sum();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tables", schema.count("table"));
        facts.put("indexes", schema.count("index"));
        facts.put("constraints", schema.count("constraint"));
        facts.put("rows", rows);
        return new StepResult.Passed("%s with %s, %s and %s were written down.%s".formatted(
                Counted.of(schema.count("table"), "table"), Counted.of(rows, "row"),
                Counted.of(schema.count("constraint"), "constraint"),
                Counted.of(schema.count("index"), "other index", "other indexes"),
                record.statements().available()
                        ? ""
                        : " pg_stat_statements is not there: slow statements are not seen."),
                facts);
    }
}
