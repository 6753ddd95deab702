package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReplicationFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/** What replication has left in a target. */
public final class TargetTraces {
    // Shorter than deadlock_timeout, which is a second: where somebody has to give way it is never the application.
    private static final Duration LONGEST_LOCK_WAIT = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40P01");

    private TargetTraces() {}

    /** See {@code TargetRemoval.run}. */
    public static void remove(PostgresTarget target, Lease lease, Duration limit)
            throws SQLException, InterruptedException {
        try (TargetSession session = TargetSession.open(target, lease)) {
            long end = System.nanoTime() + limit.toNanos();
            for (String table : TargetGate.guarded(session.connection())) {
                // One lock at a time: readers lock the tables of a query in its order, and two orders are a deadlock.
                while (!released(session, table)) {
                    if (System.nanoTime() >= end) {
                        throw new ReplicationFailedException(
                                "Table " + table + " was in use for " + limit.toSeconds()
                                        + " s, so its triggers could not be removed.",
                                "The application goes on. End the long transaction on it (pg_stat_activity), then run"
                                        + " this again.");
                    }
                    Thread.sleep(PAUSE);
                }
            }
            session.inTransaction(() -> {
                claimWhereKnown(session);
                TargetGate.remove(session.connection());
                TargetState.forget(session.connection(), lease.job());
                return true;
            });
        }
    }

    /** False where somebody was in the way for too long: whoever comes to the table waits behind this. */
    private static boolean released(TargetSession session, String table) throws SQLException {
        try {
            return session.inTransaction(() -> {
                claimWhereKnown(session);
                Connection connection = session.connection();
                Sql.execute(connection, "SET LOCAL lock_timeout = " + LONGEST_LOCK_WAIT.toMillis());
                TargetGate.release(connection, table);
                return true;
            });
        } catch (SQLException e) {
            if (IN_THE_WAY.contains(String.valueOf(e.getSQLState()))) {
                return false;
            }
            throw e;
        }
    }

    private static void claimWhereKnown(TargetSession session) throws SQLException {
        if (session.known()) {
            session.claim();
        } else {
            session.lease().confirm().run();
        }
    }
}
