package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.Lease;
import java.sql.SQLException;

/** What replication has left in a target. */
public final class TargetTraces {
    private TargetTraces() {}

    /** See {@code TargetRemoval.run}. */
    public static void remove(PostgresTarget target, Lease lease) throws SQLException {
        try (TargetSession session = TargetSession.open(target, lease)) {
            session.inTransaction(() -> {
                if (session.known()) {
                    session.claim();
                }
                TargetGate.remove(session.connection());
                TargetState.forget(session.connection(), lease.job());
                return true;
            });
        }
    }
}
