package dev.ferryman.replication;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.Forward;
import dev.ferryman.schema.Plan;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Follows the live source into the target ({@code DESIGN.md} § 2.5): changed keys above the watermark are read with their
 * rows' current state in one transaction of the source, and applied in one transaction of the target together with the
 * new watermark. It can be stopped and started at any moment, by this process or another.
 *
 * <p>Belongs to one thread at a time.
 */
public final class CatchUp implements AutoCloseable {
    private final PostgresTarget target;
    private final Forward forward;

    private CatchUp(PostgresTarget target, Forward forward) {
        this.target = target;
        this.forward = forward;
    }

    /**
     * Begins a catch-up where the snapshot ends, and opens it. Where it was begun before it goes on from there.
     *
     * @param snapshot the snapshot the target was copied from, taken after the capture was installed
     * @param plan the plan the target was copied by
     * @throws BadInputException if the snapshot holds no capture, or the target follows another one
     * @throws ReplicationFailedException if a newer generation works on the target, or it cannot be reached
     */
    public static CatchUp begin(SqliteSource live, SqliteSource snapshot, PostgresTarget target, Plan plan, Lease lease,
            CatchUpOptions options, Clock clock, FaultPoint faults) {
        return call(target, () -> {
            Forward.begin(snapshot, target, lease);
            return new CatchUp(target, new Forward(live, target, plan, lease, options, clock, faults));
        });
    }

    /** Opens a catch-up that was begun before. */
    public static CatchUp open(SqliteSource live, PostgresTarget target, Plan plan, Lease lease,
            CatchUpOptions options, Clock clock, FaultPoint faults) {
        return call(target,
                () -> new CatchUp(target, new Forward(live, target, plan, lease, options, clock, faults)));
    }

    /**
     * Applies one batch, if anything is pending.
     *
     * @throws ReplicationFailedException if a value does not fit, the target refuses a row, the source was set back or
     *         replaced, or a side cannot be reached; nothing of the batch was kept
     */
    public Progress step() {
        return call(target, forward::step);
    }

    /** How long to wait before the next batch, so that application and target keep their share. */
    public Duration pause(Progress last) {
        return forward.pause(last);
    }

    /** How far the target is behind, now. */
    public Standing standing() {
        return call(target, forward::standing);
    }

    /** Changes that are applied and not proved yet, for a {@link RowProof}. */
    public List<ChangedKeys> unverified() {
        return forward.unverified();
    }

    /** Marks changes as proved, by number of the table; never beyond what is applied. */
    public void verified(Map<Integer, Long> upTo) {
        call(target, () -> {
            forward.verified(upTo);
            return true;
        });
    }

    Forward forward() {
        return forward;
    }

    interface Work<T> {
        T run() throws SQLException;
    }

    static <T> T call(PostgresTarget target, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw stopped(target, e);
        }
    }

    static ReplicationFailedException stopped(PostgresTarget target, SQLException e) {
        return new ReplicationFailedException("Replication with " + target.display() + " stopped: " + e.getMessage(),
                "What was committed stays, exactly once. Look after the side that failed, then run it again.", e);
    }

    @Override
    public void close() {
        call(target, () -> {
            forward.close();
            return true;
        });
    }
}
