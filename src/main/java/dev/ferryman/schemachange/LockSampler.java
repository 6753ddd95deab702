package dev.ferryman.schemachange;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.internal.PgText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Samples which locks others hold on tables of a database, some hundred times a second. What is held for less than that, and
 * what is held on a table that its own transaction has made, is not seen.
 */
public final class LockSampler implements AutoCloseable {
    private static final long EVERY_MILLIS = 3;
    private static final String HELD = """
                                       SELECT format('%I.%I', n.nspname, c.relname), l.mode FROM pg_locks l
                                           JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                                           JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f')
                                           JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'ferryman'
                                       WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()""";

    private final Connection connection;
    private final Map<Integer, SortedMap<String, LockMode>> seen = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile int statement;

    /** Begins. */
    public LockSampler(PostgresTarget target) {
        try {
            connection = target.connect();
        } catch (SQLException e) {
            throw target.refusal(e);
        }
        thread = Thread.ofVirtual().name("ferryman-lock-sampler").start(this::sample);
    }

    /** What is seen from now on belongs to this statement. */
    public void during(int number) {
        statement = number;
    }

    /** The strongest lock seen during a statement, by table. */
    public SortedMap<String, LockMode> seen(int number) {
        return new TreeMap<>(seen.getOrDefault(number, new TreeMap<>()));
    }

    private void sample() {
        try {
            do {
                int now = statement;
                PgText.query(connection, HELD, row -> Map.entry(row.getString(1), row.getString(2)))
                        .forEach(lock -> note(now, lock.getKey(), lock.getValue()));
            } while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (SQLException e) {
            // The database is gone, or the server: whoever works there says so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(int number, String table, String mode) {
        Arrays.stream(LockMode.values()).filter(each -> each.catalogName().equals(mode)).findFirst()
                .ifPresent(lock -> seen.compute(number, (_, locks) -> {
                    SortedMap<String, LockMode> held = locks == null ? new TreeMap<>() : new TreeMap<>(locks);
                    held.merge(table, lock, LockMode::orStronger);
                    return held;
                }));
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            // The server ends the session by itself.
        }
    }
}
