package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReplicationFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Keeps the target's writers waiting, in a transaction that only changes something when it is committed: whoever dies
 * meanwhile, the writers go on. Transactions that do not end in time are ended.
 */
final class TargetLock implements AutoCloseable {
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String DEADLOCK = "40P01";
    private static final int PATIENT_ROUNDS = 4;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final String HOLDERS = """
                                          SELECT %s FROM pg_locks l
                                          WHERE l.locktype = 'relation' AND l.relation = ?::regclass AND l.granted
                                             AND l.pid <> pg_backend_pid() AND l.mode IN (%s)""";

    private final TargetSession session;
    private final TargetGate gate;

    private TargetLock(TargetSession session, TargetGate gate) {
        this.session = session;
        this.gate = gate;
    }

    /**
     * Waits for the transactions under way, then ends those that are left.
     *
     * @param limit how long that may take in all
     * @throws ReplicationFailedException if it took longer; nothing was changed
     */
    static TargetLock take(PostgresTarget target, Lease lease, List<ReplicatedTable> tables, Duration limit)
            throws SQLException {
        TargetSession session = TargetSession.open(target, lease);
        try {
            var gate = new TargetGate(session.connection(), tables);
            var lock = new TargetLock(session, gate);
            long end = System.nanoTime() + limit.toNanos();
            long round = Math.max(1, limit.toMillis() / (2 * PATIENT_ROUNDS));
            for (int i = 0; !lock.tried(round); i++) {
                if (i + 1 >= PATIENT_ROUNDS) {
                    lock.endOthers();
                }
                if (System.nanoTime() >= end) {
                    throw stillOpen(limit);
                }
            }
            return lock;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Waits for the transactions that let nobody read a table, an open TRUNCATE for example, then ends those that are left.
     *
     * @param limit how long that may take in all
     * @throws ReplicationFailedException if it took longer; nothing was changed
     */
    static void letReadersIn(TargetSession session, List<ReplicatedTable> tables, Duration limit)
            throws SQLException, InterruptedException {
        var gate = new TargetGate(session.connection(), tables);
        List<String> relations = gate.inOrder();
        long begun = System.nanoTime();
        while (keptOut(session.connection(), relations)) {
            long waited = System.nanoTime() - begun;
            if (waited >= limit.toNanos()) {
                throw stillOpen(limit);
            }
            if (waited >= limit.toNanos() / 2) {
                end(session.connection(), relations, "'AccessExclusiveLock'");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static boolean keptOut(Connection connection, List<String> relations) throws SQLException {
        for (String relation : relations) {
            if (!Sql.query(connection, HOLDERS.formatted("1", "'AccessExclusiveLock'"), row -> true,
                    relation).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private boolean tried(long millis) throws SQLException {
        Connection connection = session.connection();
        connection.setAutoCommit(false);
        try {
            Sql.execute(connection, "SET LOCAL lock_timeout = " + millis);
            for (String relation : gate.inOrder()) {
                Sql.execute(connection, "LOCK TABLE " + relation + " IN SHARE ROW EXCLUSIVE MODE");
            }
            return true;
        } catch (SQLException e) {
            connection.rollback();
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState())) {
                connection.setAutoCommit(true);
                return false;
            }
            throw e;
        }
    }

    private static ReplicationFailedException stillOpen(Duration limit) {
        return new ReplicationFailedException(
                "Transactions of the target did not end within " + limit.toSeconds() + " s.",
                "Nothing was switched; the application goes on with PostgreSQL. Look for long transactions"
                        + " (pg_stat_activity), then try again.");
    }

    /** Ends the sessions that hold locks of writers on the tables; where the role may not, they are waited for. */
    private void endOthers() throws SQLException {
        end(session.connection(), gate.inOrder(), """
                                                  'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                                                  'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'""");
    }

    private static void end(Connection connection, List<String> relations, String modes) throws SQLException {
        for (String relation : relations) {
            try {
                Sql.query(connection, HOLDERS.formatted("pg_terminate_backend(l.pid)", modes), row -> true,
                        relation);
            } catch (SQLException e) {
                if (!"42501".equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    /** Refuses writes from now on, durably. */
    void shut() throws SQLException {
        session.claim();
        gate.close();
        session.connection().commit();
    }

    /** Lets the writers go on, unless the target was shut. */
    @Override
    public void close() throws SQLException {
        session.abandon();
        session.close();
    }
}
