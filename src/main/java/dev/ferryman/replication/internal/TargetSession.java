package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReplicationFailedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A connection to the target that works for a lease. It carries job and generation in its name, so that a successor finds
 * and ends it, and every transaction holds the job's row, so that a process that wakes up commits nothing.
 */
final class TargetSession implements AutoCloseable {
    private final Connection connection;
    private final Lease lease;

    private TargetSession(Connection connection, Lease lease) {
        this.connection = connection;
        this.lease = lease;
    }

    /**
     * Opens a session and ends those of older generations of the same job.
     *
     * @throws ReplicationFailedException if a newer generation has been here
     */
    static TargetSession open(PostgresTarget target, Lease lease) throws SQLException {
        Connection connection = target.connect();
        try {
            String tag = "ferryman repl " + shortHash(lease.job());
            Sql.query(connection, """
                                  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                                  WHERE datname = current_database() AND usename = current_user
                                      AND pid <> pg_backend_pid() AND application_name LIKE ?
                                      AND substring(application_name FROM ' g([0-9]+)$')::bigint < ?""",
                    row -> true, tag + " g%", lease.generation());
            Sql.query(connection, "SELECT set_config('application_name', ?, false)", row -> true,
                    tag + " g" + lease.generation());
            for (String setting : new String[]{"statement_timeout", "lock_timeout",
                    "idle_in_transaction_session_timeout", "idle_session_timeout"}) {
                Sql.execute(connection, "SET " + setting + " = 0");
            }
            var session = new TargetSession(connection, lease);
            if (session.known()) {
                session.claim();
            }
            return session;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    Lease lease() {
        return lease;
    }

    /** Whether the target knows this job. */
    boolean known() throws SQLException {
        return Sql.yes(connection, "SELECT to_regclass('ferryman.replication') IS NOT NULL") && Sql.yes(connection,
                "SELECT count(*) > 0 FROM ferryman.replication WHERE job = ?", lease.job());
    }

    /** Keeps the job's row for this generation until the transaction ends. */
    void claim() throws SQLException {
        if (Sql.update(connection,
                "UPDATE ferryman.replication SET generation = ? WHERE job = ? AND generation <= ?",
                lease.generation(), lease.job(), lease.generation()) != 1) {
            throw new ReplicationFailedException(
                    "The target is worked on by another process (this one is generation " + lease.generation() + ").",
                    "Nothing of this process was committed after that; the other one goes on.");
        }
    }

    /** Gives every statement so much time, and the network a little more, until {@link #unlimit()}. */
    void limit(Duration limit) throws SQLException {
        long millis = Math.max(1, limit.toMillis());
        Sql.execute(connection, "SET statement_timeout = " + millis);
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(Math.min(millis + 1_000, Integer.MAX_VALUE)));
    }

    /** Takes the limits off; a connection that is gone needs none. */
    void unlimit() {
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, 0);
                Sql.execute(connection, "SET statement_timeout = 0");
            }
        } catch (SQLException e) {
            // Whoever uses the connection next is told what is the matter with it.
        }
    }

    /** Undoes an open transaction, if there is one. */
    void abandon() {
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it.
        }
    }

    /** Work inside a transaction. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /** Runs work in one transaction that this generation owns. */
    <T> T owned(Work<T> work) throws SQLException {
        return inTransaction(() -> {
            claim();
            return work.run();
        });
    }

    <T> T inTransaction(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.run();
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private static String shortHash(String job) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(job.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
