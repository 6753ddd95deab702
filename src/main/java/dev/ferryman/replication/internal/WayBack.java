package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.schema.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Prepares the way back. */
public final class WayBack {
    private WayBack() {}

    /** See {@code ReverseCapture.prepare}. */
    public static void prepare(SqliteSource live, SqliteSource snapshot, PostgresTarget target, Plan plan, Lease lease)
            throws SQLException {
        CaptureState capture;
        try (Connection connection = live.connect()) {
            capture = CaptureStore.read(connection)
                    .orElseThrow(() -> new ReplicationFailedException("The source holds no capture.",
                            "Install the capture and begin the catch-up first."));
        }
        try (TargetSession session = TargetSession.open(target, lease)) {
            if (!session.known()) {
                throw new BadInputException("The target does not follow this cutover yet.",
                        "Begin the catch-up with the snapshot the target was copied from.");
            }
            List<ReplicatedTable> tables = ReplicatedTable.of(session.connection(), plan, capture.tables());
            session.owned(() -> {
                new TargetGate(session.connection(), tables).prepare();
                TargetState.keepShape(session.connection(), lease.job(), tables);
                return true;
            });
        }
    }
}
