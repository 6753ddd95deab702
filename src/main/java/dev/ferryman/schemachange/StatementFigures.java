package dev.ferryman.schemachange;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schemachange.internal.PgText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pg_stat_statements} says of the statements of a database that read and write rows. Statements that change
 * the schema, roles or settings are left out: their text is kept with its literals.
 *
 * @param available whether the extension is there and may be read
 * @param reset since when it counts, empty where nobody knows
 * @param statements by the server's identifier of a statement
 */
public record StatementFigures(boolean available, String reset, Map<String, Statement> statements) {
    private static final int LISTED = 10;
    private static final String MISSING = "pg_stat_statements is not there, or may not be read, so nobody can tell which"
            + " statements are slow: CREATE EXTENSION pg_stat_statements, with shared_preload_libraries on the server.";

    /**
     * One statement, all its calls together.
     *
     * @param query its text, with $1 for each literal
     * @param millis time of all calls
     */
    public record Statement(String query, long calls, double millis) {
        /** Mean time of a call. */
        double mean() {
            return calls == 0 ? 0 : millis / calls;
        }

        private Statement since(Statement before) {
            // Fewer calls than before: somebody has reset the statistics.
            return before.calls > calls
                    ? this
                    : new Statement(query, calls - before.calls, Math.max(0, millis - before.millis));
        }
    }

    /** Reads them; a server without the extension is no error. */
    public static StatementFigures read(PostgresTarget target) {
        try (Connection connection = target.connectToLook(Duration.ofSeconds(30))) {
            List<String> schema = PgText.query(connection, "SELECT n.nspname FROM pg_extension e"
                    + " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
                    row -> row.getString(1));
            return schema.isEmpty() ? none() : read(connection, schema.getFirst());
        } catch (SQLException e) {
            return none();
        }
    }

    private static StatementFigures none() {
        return new StatementFigures(false, "", Map.of());
    }

    private static StatementFigures read(Connection connection, String schema) throws SQLException {
        Map<String, Statement> found = new TreeMap<>();
        PgText.query(connection,
                "SELECT queryid::text, left(min(query), 2000), sum(calls)::bigint, sum(total_exec_time) FROM "
                        + SqlNames.quote(schema, "pg_stat_statements")
                        + """
                           WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL
                              AND query ~* '^\\s*(/\\*.*?\\*/\\s*)*(select|insert|update|delete|merge|with)\\y'
                          GROUP BY queryid ORDER BY sum(total_exec_time) DESC LIMIT 500""",
                row -> found.put(row.getString(1),
                        new Statement(row.getString(2), row.getLong(3), row.getDouble(4))));
        String reset = PgText.query(connection,
                "SELECT stats_reset::text FROM " + SqlNames.quote(schema, "pg_stat_statements_info"),
                row -> row.getString(1)).stream().findFirst().orElse("");
        return new StatementFigures(true, reset == null ? "" : reset, found);
    }

    /**
     * What is slow since earlier figures were read: mean time above a limit, slowest first, with the mean of before.
     *
     * @param slow mean time of a call that is too long
     */
    public List<Observation> since(StatementFigures before, Duration slow) {
        if (!available) {
            return List.of(Observation.note(MISSING));
        }
        List<Map.Entry<String, Statement>> since = new ArrayList<>();
        statements.forEach((id, statement) -> {
            Statement then = before.reset.equals(reset) ? before.statements.get(id) : null;
            since.add(Map.entry(id, then == null ? statement : statement.since(then)));
        });
        List<Observation> found = new ArrayList<>(since.stream()
                .filter(entry -> entry.getValue().calls() > 0 && entry.getValue().mean() > slow.toMillis())
                .sorted(Comparator.comparing((Map.Entry<String, Statement> entry) -> -entry.getValue().mean()))
                .limit(LISTED)
                .map(entry -> Observation.warning("A statement takes %,.0f ms on average (%s%s): %s".formatted(
                        entry.getValue().mean(), Counted.of(entry.getValue().calls(), "call"),
                        before(before.statements.get(entry.getKey())), shortened(entry.getValue().query()))))
                .toList());
        if (found.isEmpty()) {
            found.add(
                    Observation.note("No statement takes more than %,d ms on average since before (pg_stat_statements)."
                            .formatted(slow.toMillis())));
        }
        return found;
    }

    private static String before(@Nullable Statement before) {
        return before == null ? ", new" : ", before %,.0f ms".formatted(before.mean());
    }

    private static String shortened(String query) {
        String line = query.replaceAll("\\s+", " ").strip();
        return line.length() <= 300 ? line : line.substring(0, 300) + " …";
    }
}
