package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.schemachange.Origin;
import dev.ferryman.schemachange.QueryPlan;
import dev.ferryman.schemachange.SqlScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A step that runs queries: those given in {@code queries}, and those of the SQL file {@code file}. */
abstract class QueriesStep extends EngineStep {
    private static final String QUERIES = "queries";

    private final SqlFiles files;

    QueriesStep(String type, Material material, SqlFiles files) {
        super(type, material);
        this.files = files;
    }

    /** The plans that were kept, in a form that has one type. */
    record Plans(List<QueryPlan> plans) {}

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, this::requireSense);
    }

    /** Refuses what could not be run. */
    void requireSense(Arguments arguments) {
        limit(arguments);
        queries(arguments);
    }

    private List<String> queries(Arguments arguments) {
        List<String> queries = new ArrayList<>();
        for (String query : arguments.list(QUERIES)) {
            queries.addAll(QueryPlan.queries(new SqlScript(QUERIES, query, Origin.PLAIN)));
        }
        arguments.text("file").ifPresent(file -> queries.addAll(QueryPlan.queries(files.read(file))));
        if (queries.isEmpty()) {
            throw new BadInputException("No query is given.", "Give some in ‘queries’, or an SQL file in ‘file’.");
        }
        return queries;
    }

    private static Duration limit(Arguments arguments) {
        return arguments.duration("limit", Duration.ofSeconds(30));
    }

    /** Runs them now. */
    List<QueryPlan> explain(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        return QueryPlan.explain(material().target(context), queries(arguments), limit(arguments));
    }
}
