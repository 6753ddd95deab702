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
                    throw new ReplicationFailedException("Transactions of the target did not end within "
                            + limit.toSeconds() + " s.",
                            "Nothing was switched; the application goes on with PostgreSQL. Look for long transactions"
                                    + " (pg_stat_activity), then try again.");
                }
            }
            return lock;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
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

    /** Ends the sessions that hold locks of writers on the tables; where the role may not, they are waited for. */
    private void endOthers() throws SQLException {
        for (String relation : gate.inOrder()) {
            try {
                Sql.query(session.connection(),
                        """
                        SELECT pg_terminate_backend(l.pid) FROM pg_locks l
                        WHERE l.locktype = 'relation' AND l.relation = ?::regclass AND l.granted
                            AND l.pid <> pg_backend_pid() AND l.mode IN ('RowExclusiveLock',
                                'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
                                'ExclusiveLock', 'AccessExclusiveLock')""", row -> true,
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
