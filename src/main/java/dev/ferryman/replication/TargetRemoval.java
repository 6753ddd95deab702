package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.internal.TargetTraces;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Removes from a target what replication has left there: the triggers that record and refuse writes, their functions, the
 * change tables and what is remembered of the cutover ({@code DESIGN.md} § 2.9). What belongs to the copy itself is
 * removed by the package {@code copy}; what is in the source by {@link Capture#remove()}. Running it again is harmless.
 */
public final class TargetRemoval {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final PostgresTarget target;
    private final Lease lease;

    public TargetRemoval(PostgresTarget target, Lease lease) {
        this.target = target;
        this.lease = lease;
    }

    /**
     * Removes everything, table by table, while the application works: it waits for a table's readers and writers, and never
     * keeps others waiting for more than a fraction of a second. After it the target takes writes and records none: it comes
     * when there is no way back any more, or when the target was given up.
     *
     * @throws ReplicationFailedException if a newer generation works on the target, it cannot be reached, or a table was in
     *         use for minutes without a break; what was removed stays removed, and running it again goes on
     */
    public void run() throws InterruptedException {
        try {
            TargetTraces.remove(target, lease, PATIENCE);
        } catch (SQLException e) {
            throw CatchUp.stopped(target, e);
        }
    }
}
