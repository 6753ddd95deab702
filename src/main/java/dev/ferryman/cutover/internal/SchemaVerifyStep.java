package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.DataChecks;
import dev.ferryman.schemachange.Observation;
import dev.ferryman.schemachange.Observation.Weight;
import dev.ferryman.schemachange.SchemaChecks;
import dev.ferryman.schemachange.SchemaChecks.RowRule;
import dev.ferryman.schemachange.SchemaSnapshot;
import dev.ferryman.schemachange.StatementFigures;
import dev.ferryman.schemachange.UuidColumn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code schema.verify}: compares the database with what a trial has come to and with what was written down before: schema,
 * validity, rows, UUIDs, references, indexes, slow statements. Changes nothing.
 */
@Component
class SchemaVerifyStep extends EngineStep {
    private static final int SPOKEN = 5;
    private static final String EXPECT = "expect";

    private final SchemaRecords records;

    SchemaVerifyStep(Material material, SchemaRecords records) {
        super("schema.verify", material);
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
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            rule(arguments);
            expectsBefore(arguments);
            slow(arguments);
            arguments.words("uuids").forEach(UuidColumn::parse);
        });
    }

    private static RowRule rule(Arguments arguments) {
        return switch (arguments.text("rows").orElse("same")) {
            case "same" -> RowRule.SAME;
            case "not-fewer" -> RowRule.NOT_FEWER;
            case "any" -> RowRule.ANY;
            default -> throw new BadInputException("rows is none of same, not-fewer and any.", "Correct it.");
        };
    }

    private static boolean expectsBefore(Arguments arguments) {
        return switch (arguments.text(EXPECT).orElse("trial")) {
            case "trial" -> false;
            case "before" -> true;
            default -> throw new BadInputException("expect is neither trial nor before.", "Correct it.");
        };
    }

    private static Duration slow(Arguments arguments) {
        return arguments.duration("slow", Duration.ofSeconds(1));
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        SchemaRecord before = records.latest(context.cutoverId(), arguments.text("before").orElse(null),
                SchemaRecords.Kind.BEFORE, SchemaRecord.class)
                .orElseThrow(() -> new BadInputException("Nothing was written down before the change to compare with.",
                        "Run the step ‘schema.record’ before the change."));
        boolean asBefore = expectsBefore(arguments);
        Optional<SchemaSnapshot> expected = (asBefore
                ? Optional.of(before)
                : records.latest(context.cutoverId(), null, SchemaRecords.Kind.TRIAL, SchemaRecord.class))
                .map(record -> SchemaSnapshot.ofJson(record.schema()));
        if (expected.isEmpty() && arguments.text(EXPECT).isPresent()) {
            throw new BadInputException(
                    "There is no trial of this cutover that has passed, to compare the schema with.",
                    "Run the step ‘schema.trial’ before the change; or leave ‘expect’ out, and what has changed is only"
                            + " listed.");
        }
        List<Observation> found = found(material().target(context), arguments, before, expected);
        found.forEach(each -> context.output(sign(each.weight()) + each.words()));
        return verdict(found, asBefore
                ? "The schema is what it was before"
                : expected.isPresent()
                        ? "The schema is what the trial came to"
                        : "What has changed is listed, without a trial to compare with");
    }

    private static List<Observation> found(PostgresTarget target, Arguments arguments, SchemaRecord before,
            Optional<SchemaSnapshot> expected) throws InterruptedException {
        SchemaSnapshot was = SchemaSnapshot.ofJson(before.schema());
        SchemaSnapshot is = SchemaSnapshot.read(target);
        var data = new DataChecks(target);
        List<Observation> found = new ArrayList<>(SchemaChecks.schema(was, expected.orElse(null), is));
        found.addAll(SchemaChecks.validity(was, expected.orElse(null), is));
        found.addAll(SchemaChecks.rows(before.rows(), SchemaLook.rows(target), rule(arguments), expected.orElse(null)));
        found.addAll(data.uuids(arguments.words("uuids").stream().map(UuidColumn::parse).toList()));
        found.addAll(data.references());
        found.addAll(data.indexes());
        found.addAll(StatementFigures.read(target).since(before.statements(), slow(arguments)));
        return found;
    }

    private static String sign(Weight weight) {
        return switch (weight) {
            case WRONG -> "Wrong: ";
            case WARNING -> "Warning: ";
            case NOTE -> "";
        };
    }

    private static StepResult verdict(List<Observation> found, String schema) {
        List<String> wrong = words(found, Weight.WRONG);
        List<String> warnings = words(found, Weight.WARNING);
        if (!wrong.isEmpty()) {
            return new StepResult.Failed(
                    String.join(" ", wrong.subList(0, Math.min(SPOKEN, wrong.size())))
                            + (wrong.size() > SPOKEN
                                    ? " And " + (wrong.size() - SPOKEN) + " more: see the output."
                                    : ""),
                    "Nothing was changed by looking. Correct what is named and retry, or take the change back.");
        }
        return new StepResult.Passed(
                "%s; rows, references and indexes were looked at: %s.".formatted(schema,
                        warnings.isEmpty() ? "no warning" : Counted.of(warnings.size(), "warning")),
                Map.of("warnings", warnings));
    }

    private static List<String> words(List<Observation> found, Weight weight) {
        return found.stream().filter(each -> each.weight() == weight).map(Observation::words).toList();
    }
}
