package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.internal.InterruptibleSession;
import dev.ferryman.schemachange.internal.PgText;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.ScriptParser;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How PostgreSQL has run a query: {@code EXPLAIN (ANALYZE, BUFFERS)}, the quickest of some runs.
 *
 * @param query its text
 * @param millis time of the execution
 * @param buffers pages of 8 KiB that were looked at, in memory or on disk
 * @param nodes of its plan, each before what it reads from
 */
public record QueryPlan(String query, double millis, long buffers, List<Node> nodes) {
    /** The first run may read from disk what the others find in memory. */
    private static final int RUNS = 3;
    /** Differences below these are noise, whatever their ratio. */
    private static final double LEAST_MILLIS = 5;
    private static final long LEAST_BUFFERS = 100;
    private static final String SEQUENTIAL = "Seq Scan";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public QueryPlan {
        nodes = List.copyOf(nodes);
    }

    /**
     * A node of a plan.
     *
     * @param depth 0 for the root
     * @param type as the server calls it: {@code Seq Scan}, {@code Hash Join}
     * @param relation the table it reads, empty where it reads none
     * @param index the index it uses, empty where it uses none
     */
    public record Node(int depth, String type, String relation, String index) {
        private String words() {
            return type + (relation.isEmpty() ? "" : " on " + relation) + (index.isEmpty() ? "" : " by " + index);
        }
    }

    /**
     * The queries of a script.
     *
     * @throws BadInputException if one is no query
     */
    public static List<String> queries(SqlScript script) {
        List<ParsedStatement> statements = ScriptParser.parse(script).statements();
        Optional<ParsedStatement> other = statements.stream().filter(each -> !each.tree().is("SelectStmt")).findFirst();
        if (other.isPresent()) {
            throw new BadInputException(
                    "Statement " + other.get().number() + " of " + script.name() + " is no query.",
                    "Give queries only: they are run.");
        }
        if (statements.isEmpty()) {
            throw new BadInputException(script.name() + " holds no query.", "Give at least one.");
        }
        return statements.stream().map(ParsedStatement::sql).toList();
    }

    /**
     * Runs queries in read-only transactions.
     *
     * @param limit how long one run may take
     * @throws BadInputException if the server refuses one, or it takes longer
     */
    public static List<QueryPlan> explain(PostgresTarget target, List<String> queries, Duration limit)
            throws InterruptedException {
        List<QueryPlan> plans = new ArrayList<>();
        for (String query : queries) {
            try {
                plans.add(InterruptibleSession.run(target, connection -> quickest(connection, query, limit)));
            } catch (SQLException e) {
                throw new BadInputException(
                        "The query ‘" + shortened(query) + "’ could not be run at " + target.display() + ": "
                                + e.getMessage() + ".",
                        "Nothing was changed. Correct it, or give it more time.", e);
            }
        }
        return plans;
    }

    private static QueryPlan quickest(Connection connection, String query, Duration limit) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        PgText.execute(connection, "SET LOCAL statement_timeout = " + limit.toMillis());
        QueryPlan quickest = null;
        for (int run = 0; run < RUNS; run++) {
            QueryPlan plan = once(connection, query);
            quickest = quickest == null || plan.millis < quickest.millis ? plan : quickest;
        }
        connection.rollback();
        return Objects.requireNonNull(quickest);
    }

    private static QueryPlan once(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query)) {
            rows.next();
            JsonNode root = JSON.readTree(rows.getString(1)).path(0);
            JsonNode plan = root.path("Plan");
            List<Node> nodes = new ArrayList<>();
            collect(plan, 0, nodes);
            return new QueryPlan(query, root.path("Execution Time").asDouble(0),
                    plan.path("Shared Hit Blocks").asLong(0) + plan.path("Shared Read Blocks").asLong(0), nodes);
        }
    }

    private static void collect(JsonNode plan, int depth, List<Node> nodes) {
        nodes.add(new Node(depth, plan.path("Node Type").asString(""), plan.path("Relation Name").asString(""),
                plan.path("Index Name").asString("")));
        plan.path("Plans").forEach(child -> collect(child, depth + 1, nodes));
    }

    /**
     * What has become worse since an earlier run of the same query, or else that nothing has.
     *
     * @param slower how many times the time it may take
     * @param more how many times the pages it may look at
     */
    public List<Observation> since(QueryPlan before, double slower, double more) {
        List<Observation> found = new ArrayList<>();
        for (Node node : nodes) {
            if (node.type().equals(SEQUENTIAL)) {
                before.byIndex(node.relation()).filter(_ -> !before.sequential(node.relation()))
                        .ifPresent(
                                then -> found.add(Observation.wrong("The query ‘" + shortened(query) + "’ reads all of "
                                        + node.relation() + " (Seq Scan); before it was an " + then.type()
                                        + (then.index().isEmpty() ? "." : " by " + then.index() + "."))));
            }
        }
        if (millis > before.millis * slower && millis - before.millis > LEAST_MILLIS) {
            found.add(Observation
                    .wrong("The query ‘%s’ takes %,.1f ms, before %,.1f ms.".formatted(shortened(query), millis,
                            before.millis)));
        }
        if (buffers > before.buffers * more && buffers - before.buffers > LEAST_BUFFERS) {
            found.add(Observation.wrong("The query ‘%s’ looks at %s, before at %s.".formatted(shortened(query),
                    Counted.of(buffers, "page"), Counted.of(before.buffers, "page"))));
        }
        if (found.isEmpty()) {
            found.add(Observation.note("The query ‘%s’ takes %,.1f ms and %s, before %,.1f ms and %s%s".formatted(
                    shortened(query), millis, Counted.of(buffers, "page"), before.millis,
                    Counted.of(before.buffers, "page"),
                    shape().equals(before.shape())
                            ? ", by the same plan."
                            : ". Its plan was: " + before.shape()
                                    + ". It is: " + shape() + ".")));
        }
        return found;
    }

    private Optional<Node> byIndex(String relation) {
        return nodes.stream().filter(each -> each.relation().equals(relation) && !each.type().equals(SEQUENTIAL))
                .findFirst();
    }

    private boolean sequential(String relation) {
        return nodes.stream().anyMatch(each -> each.relation().equals(relation) && each.type().equals(SEQUENTIAL));
    }

    /** The plan in one line: what reads from what. */
    public String shape() {
        return nodes.stream().map(Node::words).collect(Collectors.joining(" ← "));
    }

    private static String shortened(String query) {
        String line = query.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= 120
                ? line
                : line.substring(0, line.offsetByCodePoints(0, 120)) + " …";
    }
}
