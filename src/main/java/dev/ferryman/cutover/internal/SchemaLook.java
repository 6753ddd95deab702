package dev.ferryman.cutover.internal;

import dev.ferryman.backup.TableCounts;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.SchemaSnapshot;
import dev.ferryman.schemachange.StatementFigures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Reads what is written down of a database before and after its schema is changed. */
final class SchemaLook {
    private static final String WRITTEN = """
                                          SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint
                                          FROM pg_stat_user_tables WHERE schemaname <> 'ferryman'""";
    private static final String SIZES = """
                                        SELECT format('%s: %s, about %s rows', c.oid::regclass, pg_size_pretty(pg_total_relation_size(c.oid)),
                                            greatest(0, c.reltuples)::bigint)
                                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                        WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ferryman')
                                        ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 10""";

    private SchemaLook() {}

    /** All of it; rows of every table are counted. */
    static SchemaRecord record(PostgresTarget target) throws InterruptedException {
        return new SchemaRecord(SchemaSnapshot.read(target).json(), rows(target), StatementFigures.read(target),
                written(target));
    }

    /** Rows of every table, at one moment. */
    static SortedMap<String, Long> rows(PostgresTarget target) throws InterruptedException {
        try (Connection connection = target.connect()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            return TableCounts.postgres(connection);
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }

    /** Rows that were ever inserted, changed or deleted, as far as the server's statistics know; some seconds behind. */
    static long written(PostgresTarget target) {
        return Long.parseLong(lines(target, WRITTEN).getFirst());
    }

    /** Version and size of the database, and its largest tables. */
    static List<String> sizes(PostgresTarget target) {
        List<String> lines = new ArrayList<>(lines(target, "SELECT format('PostgreSQL %s, %s: %s',"
                + " current_setting('server_version'), current_database(), pg_size_pretty(pg_database_size(current_database())))"));
        lines.addAll(lines(target, SIZES));
        return lines;
    }

    private static List<String> lines(PostgresTarget target, String sql) {
        List<String> lines = new ArrayList<>();
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return lines;
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }
}
