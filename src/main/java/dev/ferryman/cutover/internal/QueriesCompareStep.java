package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.Observation;
import dev.ferryman.schemachange.QueryPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** {@code queries.compare}: runs the same queries again, and names what has become worse. */
@Component
class QueriesCompareStep extends QueriesStep {
    private static final double TWICE = 2;

    private final SchemaRecords records;

    QueriesCompareStep(Material material, SqlFiles files, SchemaRecords records) {
        super("queries.compare", material, files);
        this.records = records;
    }

    @Override
    void requireSense(Arguments arguments) {
        super.requireSense(arguments);
        ratio(arguments, "slower");
        ratio(arguments, "more");
    }

    /** A query that is left out is not known to be no worse. */
    static void requireSame(Map<String, QueryPlan> before, List<QueryPlan> now) {
        Set<String> queries = now.stream().map(QueryPlan::query).collect(Collectors.toCollection(LinkedHashSet::new));
        queries.stream().filter(query -> !before.containsKey(query)).findFirst().ifPresent(query -> {
            throw new BadInputException("The query ‘" + query + "’ was not written down before the change.",
                    "Give both steps the same queries.");
        });
        before.keySet().stream().filter(query -> !queries.contains(query)).sorted().findFirst().ifPresent(query -> {
            throw new BadInputException(
                    "The query ‘" + query + "’ was written down before the change and is not given now.",
                    "Give both steps the same queries.");
        });
    }

    private static double ratio(Arguments arguments, String key) {
        double ratio = arguments.decimal(key).orElse(TWICE);
        if (ratio < 1) {
            throw new BadInputException(key + " is below 1.", "Give how many times as much is still fine, such as 2.");
        }
        return ratio;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        Map<String, QueryPlan> before = records.latest(context.cutoverId(), arguments.text("before").orElse(null),
                SchemaRecords.Kind.PLANS, Plans.class)
                .orElseThrow(() -> new BadInputException("No plans were written down before the change.",
                        "Run the step ‘queries.record’ before the change."))
                .plans().stream().collect(Collectors.toMap(QueryPlan::query, plan -> plan, (first, _) -> first));
        List<Observation> found = new ArrayList<>();
        List<QueryPlan> now = explain(context);
        requireSame(before, now);
        for (QueryPlan plan : now) {
            QueryPlan then = Objects.requireNonNull(before.get(plan.query()));
            found.addAll(plan.since(then, ratio(arguments, "slower"), ratio(arguments, "more")));
        }
        found.forEach(each -> context.output(each.words()));
        List<String> worse = found.stream().filter(each -> each.weight() == Observation.Weight.WRONG)
                .map(Observation::words).toList();
        return worse.isEmpty()
                ? new StepResult.Passed(Counted.of(before.size(), "query runs", "queries run")
                        + " no worse than before the change.", Map.of("queries", before.size()))
                : new StepResult.Failed(String.join(" ", worse),
                        "Nothing was changed by looking. Run ANALYZE, look at indexes and plans, then retry; or take the"
                                + " change back.");
    }
}
