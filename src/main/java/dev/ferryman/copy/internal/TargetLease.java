package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * The right to work on a target, held as a lock of one session: it ends with the process, however that ends. Also opens
 * the other connections of the job, which carry its name and generation so that a successor finds them.
 */
public final class TargetLease implements AutoCloseable {
    /** "ferryman" in ASCII: the advisory lock's key. */
    private static final long LOCK = 0x66657272796d616eL;
    /** How long the sessions of a process that has just died may take to notice it. */
    private static final int ATTEMPTS = 50;
    private static final long BETWEEN_MILLIS = 200;

    private final PostgresTarget target;
    private final Connection connection;
    private final String tag;
    private final long generation;

    private TargetLease(PostgresTarget target, Connection connection, String tag, long generation) {
        this.target = target;
        this.connection = connection;
        this.tag = tag;
        this.generation = generation;
    }

    /**
     * Takes the target.
     *
     * @throws BadInputException if somebody else works on it
     * @throws CopyFailedException if the owner's generation is older than the one that the target knows
     */
    public static TargetLease take(PostgresTarget target, JobOwner owner) throws SQLException, InterruptedException {
        Connection connection = target.connect();
        try {
            String tag = "ferryman copy " + shortHash(owner.job());
            long stored = Ledger.generation(connection, owner.job());
            long generation = switch (owner) {
                case JobOwner.Alone(var _) -> stored + 1;
                case JobOwner.Leased(var _, var leased, var _) -> {
                    if (leased < stored) {
                        throw superseded(leased, stored);
                    }
                    endOlder(connection, tag, leased);
                    yield leased;
                }
            };
            lock(target, connection);
            // Read again under the lock: another owner may have come and gone in between.
            long now = Ledger.generation(connection, owner.job());
            if (now > generation) {
                throw superseded(generation, now);
            }
            var lease = new TargetLease(target, connection, tag, generation);
            lease.name(connection);
            if (owner instanceof JobOwner.Leased leased) {
                // Under its name and lock: from here on a successor ends this session before it does anything.
                leased.confirm().run();
            }
            try (var statement = connection.createStatement()) {
                statement.execute("SET idle_session_timeout = 0");
            }
            Ledger.setGeneration(connection, owner.job(), generation);
            return lease;
        } catch (SQLException | RuntimeException | InterruptedException e) {
            connection.close();
            throw e;
        }
    }

    private static void lock(PostgresTarget target, Connection connection) throws SQLException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
                rows.next();
                if (rows.getBoolean(1)) {
                    return;
                }
            }
            Thread.sleep(BETWEEN_MILLIS);
        }
        throw new BadInputException("Another copy is running into " + target.display() + ".",
                "Wait until it is done, or stop it; nothing was changed by this attempt.");
    }

    /** Ends the sessions of older generations of the same job: a stalled process must not keep its locks. */
    private static void endOlder(Connection connection, String tag, long generation) throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
                    AND application_name LIKE ? AND substring(application_name FROM ' g([0-9]+)$')::bigint < ?""")) {
            statement.setString(1, tag + " g%");
            statement.setLong(2, generation);
            statement.executeQuery().close();
        }
    }

    static CopyFailedException superseded(long mine, long other) {
        return new CopyFailedException(
                "This copy was taken over by another process (generation " + other + ", this one is " + mine + ").",
                "Nothing of this process was committed after that; the other one goes on.");
    }

    /** The generation that every transaction of the job checks. */
    long generation() {
        return generation;
    }

    /** The connection that holds the lock; for one thread at a time. */
    public Connection connection() {
        return connection;
    }

    /** Another connection for this job, without auto-commit and time limits. */
    Connection open() throws SQLException {
        Connection opened = target.connect();
        try {
            name(opened);
            try (var statement = opened.createStatement()) {
                statement.execute("SET statement_timeout = 0");
                statement.execute("SET lock_timeout = 0");
                statement.execute("SET idle_in_transaction_session_timeout = 0");
            }
            opened.setAutoCommit(false);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    private void name(Connection named) throws SQLException {
        try (var statement = named.prepareStatement("SELECT set_config('application_name', ?, false)")) {
            statement.setString(1, tag + " g" + generation);
            statement.executeQuery().close();
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

    /** Gives the target back. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
