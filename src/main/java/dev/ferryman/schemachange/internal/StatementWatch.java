package dev.ferryman.schemachange.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.ApplyListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a session that applies statements from a second connection: whether it waits and for whom, and how far it is. What
 * it cannot see is not known; it never stands in the way of the work.
 */
public final class StatementWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Progress is asked for at each tenth look. */
    private static final int PROGRESS_AT = 10;

    private static final String WAITS = """
                                        SELECT CASE WHEN wait_event_type = 'Lock' THEN
                                            (SELECT coalesce(string_agg(format('%s (%s%s)', b.pid,
                                                coalesce(nullif(b.application_name, ''), b.usename, b.backend_type),
                                                ', for ' || round(extract(epoch FROM clock_timestamp() - b.xact_start)) || ' s'),
                                                ', '), '') FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(a.pid)))
                                        END FROM pg_stat_activity a WHERE pid = ?""";
    private static final String PROGRESS = """
                                           SELECT phase, greatest(blocks_done, tuples_done, lockers_done),
                                               CASE greatest(blocks_done, tuples_done, lockers_done) WHEN blocks_done THEN blocks_total
                                                   WHEN tuples_done THEN tuples_total ELSE lockers_total END
                                               FROM pg_stat_progress_create_index WHERE pid = ?
                                           UNION ALL SELECT phase, heap_blks_scanned, heap_blks_total
                                               FROM pg_stat_progress_cluster WHERE pid = ?
                                           UNION ALL SELECT phase, heap_blks_scanned, heap_blks_total
                                               FROM pg_stat_progress_vacuum WHERE pid = ?""";

    private final PostgresTarget target;
    private final int pid;
    private final ApplyListener listener;
    private final Thread thread;
    private volatile boolean closed;
    private volatile int number;
    private volatile String inTheWay = "";
    private final AtomicLongArray waitedNanos;

    /**
     * @param pid of the session that is looked at
     * @param statements how many it may run
     */
    public StatementWatch(PostgresTarget target, int pid, int statements, ApplyListener listener) {
        waitedNanos = new AtomicLongArray(statements + 1);
        this.target = target;
        this.pid = pid;
        this.listener = listener;
        Connection connection = connect();
        thread = Thread.ofVirtual().name("statement-watch").start(() -> watch(connection));
    }

    private @Nullable Connection connect() {
        try {
            return target.connectToLook(LIMIT);
        } catch (SQLException e) {
            blind(e);
            return null;
        }
    }

    private void blind(SQLException e) {
        listener.output("Who is in the way cannot be seen: " + e.getMessage());
    }

    /** A statement begins. */
    public void statement(int statement) {
        number = statement;
        inTheWay = "";
    }

    /** Who was in the way of the last wait, as a sentence with a blank before it; empty where nobody was seen. */
    public String inTheWay() {
        return inTheWay.isEmpty() ? "" : " In the way: " + inTheWay + ".";
    }

    /** How long a statement was seen to wait, in all its tries. */
    public Duration waited(int statement) {
        return Duration.ofNanos(waitedNanos.get(statement));
    }

    private void watch(@Nullable Connection connection) {
        try (connection) {
            for (int look = 1; connection != null && !closed; look++) {
                waits(connection);
                if (look % PROGRESS_AT == 0) {
                    progress(connection);
                }
                Thread.sleep(EVERY);
            }
        } catch (SQLException e) {
            blind(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waits(Connection connection) throws SQLException {
        List<String> names = PgText.query(connection, WAITS, row -> String.valueOf(row.getString(1)), pid);
        if (!names.isEmpty() && !names.getFirst().equals("null")) {
            waitedNanos.addAndGet(number, EVERY.toNanos());
            inTheWay = names.getFirst().isEmpty() ? inTheWay : names.getFirst();
        }
    }

    private void progress(Connection connection) throws SQLException {
        PgText.query(connection, PROGRESS, row -> {
            listener.progress(number, row.getString(1), row.getLong(2), row.getLong(3));
            return true;
        }, pid, pid, pid);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
