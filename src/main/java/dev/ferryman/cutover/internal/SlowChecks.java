package dev.ferryman.cutover.internal;

import static dev.ferryman.cutover.Diagnosis.Check.fine;

import dev.ferryman.cutover.Diagnosis.Check;
import dev.ferryman.cutover.Diagnosis.Found;
import dev.ferryman.cutover.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Why the target may be slow. Texts of queries are not shown, only how they begin: they hold values, which may be secret.
 */
final class SlowChecks {
    private static final int NAMED = 5;

    private SlowChecks() {}

    /** Asks one after the other and tells each answer at once. */
    static void run(Connection target, String schema, Consumer<Check> tell) throws SQLException {
        tell.accept(answer(target, "Does somebody wait for a lock?",
                "Wait for the holder, or end it on the page ‘Sessions’ of this cutover.", Found.WRONG,
                """
                SELECT 'process ' || a.pid || ' (' || coalesce(nullif(a.application_name, ''), 'unnamed')
                    || ') waits for ' || array_to_string(pg_blocking_pids(a.pid), ', ')
                FROM pg_stat_activity a WHERE cardinality(pg_blocking_pids(a.pid)) > 0 ORDER BY a.query_start"""));
        tell.accept(answer(target, "Do queries or transactions run for long (pg_stat_activity)?",
                "Find out what they do; a transaction that stays open also keeps VACUUM from working.", Found.DOUBTFUL,
                """
                SELECT 'process ' || pid || ' (' || coalesce(nullif(application_name, ''), 'unnamed') || '): '
                    || state || ' for ' || round(extract(epoch FROM clock_timestamp() - xact_start)) || ' s, '
                    || upper(substring(query FROM '^\\s*([A-Za-z]+)')) || coalesce(', waits on ' || wait_event_type, '')
                FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
                AND state <> 'idle' AND xact_start < clock_timestamp() - interval '5 seconds'
                ORDER BY xact_start"""));
        tell.accept(answer(target, "Were the tables analyzed?",
                "ANALYZE them: without statistics the planner guesses.", Found.DOUBTFUL,
                """
                SELECT relname FROM pg_stat_user_tables WHERE schemaname = ? AND n_live_tup > 0
                AND last_analyze IS NULL AND last_autoanalyze IS NULL ORDER BY n_live_tup DESC""", schema));
        tell.accept(answer(target, "Are big tables read from end to end?",
                "Look at the queries with EXPLAIN ANALYZE; build what is missing with CREATE INDEX CONCURRENTLY.",
                Found.DOUBTFUL,
                """
                SELECT relname || ' (' || seq_scan || ' times, ' || coalesce(idx_scan, 0) || ' by index)'
                FROM pg_stat_user_tables WHERE schemaname = ? AND n_live_tup > 10000
                AND seq_scan > coalesce(idx_scan, 0) AND seq_scan > 10 ORDER BY seq_tup_read DESC""", schema));
        tell.accept(answer(target, "Is an index invalid?",
                "REINDEX INDEX CONCURRENTLY, or drop it: it is kept up to date and never used.", Found.WRONG,
                """
                SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                JOIN pg_namespace n ON n.oid = i.relnamespace
                WHERE NOT x.indisvalid AND n.nspname = ? ORDER BY 1""", schema));
    }

    private static Check answer(Connection target, String asked, String next, Found otherwise, String sql,
            String... values) throws SQLException {
        List<String> found = Rows.texts(target, sql, values);
        String first = String.join("; ", found.stream().limit(NAMED).toList());
        return found.isEmpty()
                ? fine(Topic.SLOW, asked, asked.startsWith("Were") ? "Yes." : "No.")
                : new Check(Topic.SLOW, asked, otherwise,
                        (asked.startsWith("Were") ? "Not these: " : "Yes: ") + first
                                + (found.size() > NAMED ? " and " + (found.size() - NAMED) + " more." : "."),
                        next);
    }
}
