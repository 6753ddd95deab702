package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.KeyChangeListener;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Statements that need strong locks for a moment. They wait for locks only briefly: whoever waits for a strong lock makes
 * everybody else wait behind it. So they give up, let the others pass, and try again. A try takes its locks within half of
 * the server's {@code deadlock_timeout}: in a deadlock it is this side that gives up, never the application.
 *
 * @param lockLimit how long one try waits for its locks, all together
 * @param patience how long it is tried in all
 * @param listener is asked before each try, and told of each that failed and who was in the way
 */
public record LockedDdl(Duration lockLimit, Duration patience, KeyChangeListener listener) {
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String DEADLOCK = "40P01";

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work {
        void in(Connection connection) throws SQLException;
    }

    /**
     * Does it all in one transaction, or nothing.
     *
     * @param locks statements that take the locks, one table each, always in the same order
     * @throws SchemaChangeFailedException where the locks were not to be had
     */
    public void run(Connection connection, String title, List<String> locks, Work work)
            throws SQLException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (int attempt = 1;; attempt++) {
            listener.ensureOwner();
            connection.setAutoCommit(false);
            try {
                long limit = limit(connection);
                for (String lock : locks) {
                    waitAtMost(connection, limit);
                    PgText.execute(connection, lock);
                }
                waitAtMost(connection, limit);
                work.in(connection);
                connection.commit();
                return;
            } catch (SQLException e) {
                connection.rollback();
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) && !DEADLOCK.equals(e.getSQLState())) {
                    throw e;
                }
                connection.setAutoCommit(true);
                String inTheWay = longTransactions(connection);
                if (System.nanoTime() > end) {
                    throw new SchemaChangeFailedException(
                            title + ": the locks were not to be had within " + patience.toSeconds() + " s in " + attempt
                                    + " tries." + inTheWay,
                            "Nothing of it was done, the application goes on. End what is in the way, or wait for a"
                                    + " quieter moment, then retry.",
                            e);
                }
                listener.output(title + ": no lock in try " + attempt + "." + inTheWay);
            } catch (RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            Thread.sleep(Math.min(5_000, 100L << Math.min(attempt, 6)) + ThreadLocalRandom.current().nextInt(100));
        }
    }

    /** When the locks have to be there, as {@link System#nanoTime()}. */
    private long limit(Connection connection) throws SQLException {
        long deadlock = PgText.number(connection, "SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'");
        return System.nanoTime() + Math.min(lockLimit.toMillis(), deadlock / 2) * 1_000_000;
    }

    private static void waitAtMost(Connection connection, long limit) throws SQLException {
        long left = Math.max(1, (limit - System.nanoTime()) / 1_000_000);
        PgText.execute(connection, "SET LOCAL lock_timeout = '" + left + "ms'");
    }

    /** Who may be in the way, as a sentence with a blank before it; empty where no transaction is older than a second. */
    static String longTransactions(Connection connection) throws SQLException {
        List<String> oldest = PgText.query(connection,
                """
                SELECT format('%s (%s, for %s s)', pid, coalesce(nullif(application_name, ''), usename),
                    round(extract(epoch FROM clock_timestamp() - xact_start)))
                FROM pg_stat_activity WHERE xact_start < clock_timestamp() - interval '1 second'
                AND datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend' ORDER BY xact_start LIMIT 3""",
                row -> row.getString(1));
        return oldest.isEmpty()
                ? ""
                : oldest.stream().collect(Collectors.joining(", ", " Longest transactions: ", "."));
    }
}
