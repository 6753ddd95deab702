package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.replication.internal.TargetTraces;

/**
 * Removes from a target what replication has left there: the triggers that record and refuse writes, their functions, the
 * change tables and what is remembered of the cutover ({@code DESIGN.md} § 2.9). What belongs to the copy itself is
 * removed by the package {@code copy}; what is in the source by {@link Capture#remove()}. Running it again is harmless.
 */
public final class TargetRemoval {
    private final PostgresTarget target;
    private final Lease lease;

    public TargetRemoval(PostgresTarget target, Lease lease) {
        this.target = target;
        this.lease = lease;
    }

    /**
     * Removes everything in one transaction, which waits for writers for a moment. After it the target takes writes and
     * records none: it comes when there is no way back any more, or when the target was given up.
     *
     * @throws ReplicationFailedException if a newer generation works on the target, or it cannot be reached; nothing was
     *         changed
     */
    public void run() {
        CatchUp.call(target, () -> {
            TargetTraces.remove(target, lease);
            return true;
        });
    }
}
