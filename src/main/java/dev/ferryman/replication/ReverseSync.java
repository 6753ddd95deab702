package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.Backward;
import dev.ferryman.schema.Plan;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Follows PostgreSQL back into the fenced source ({@code DESIGN.md} § 2.7), so that going back loses nothing: keys that
 * the target's triggers recorded are taken, and their rows written as the application had written them. It can be stopped
 * and started at any moment, by this process or another.
 *
 * <p>A column that has not changed keeps the value that SQLite has. What is written is read back and compared before it
 * is committed; a value that SQLite cannot hold stops the reverse sync and is named.
 *
 * <p>Belongs to one thread at a time.
 */
public final class ReverseSync implements AutoCloseable {
    private final PostgresTarget target;
    private final Backward backward;

    private ReverseSync(PostgresTarget target, Backward backward) {
        this.target = target;
        this.backward = backward;
    }

    /**
     * Opens it; it goes on where it was.
     *
     * @param live the application's file, fenced by a switchover
     * @param plan the plan the target was copied by
     * @throws dev.ferryman.endpoint.BadInputException if the source is not fenced
     * @throws ReplicationFailedException if a newer generation works on either side, or one cannot be reached
     */
    public static ReverseSync open(SqliteSource live, PostgresTarget target, Plan plan, Lease lease,
            CatchUpOptions options, Clock clock, FaultPoint faults) throws InterruptedException {
        return call(target,
                () -> new ReverseSync(target, new Backward(live, target, plan, lease, options, clock, faults)));
    }

    /**
     * Brings one batch over, if anything is pending. Where a table is held against readers it is left for the next time.
     *
     * @throws ReplicationFailedException if SQLite cannot hold a value or refuses a row, or a side cannot be reached;
     *         nothing of the batch was kept
     */
    public Progress step() throws InterruptedException {
        return call(target, backward::step);
    }

    /** How long to wait before the next batch, so that application and target keep their share. */
    public Duration pause(Progress last) {
        return backward.pause(last);
    }

    /** How far the source is behind, now. */
    public Standing standing() throws InterruptedException {
        return call(target, backward::standing);
    }

    /** Changes that were brought over and not proved yet, for a {@link RowProof}. */
    public List<ChangedKeys> unverified() throws InterruptedException {
        return call(target, backward::unverified);
    }

    /** Marks changes as proved, by number of the table. */
    public void verified(Map<Integer, Long> upTo) throws InterruptedException {
        call(target, () -> {
            backward.verified(upTo);
            return true;
        });
    }

    Backward backward() {
        return backward;
    }

    interface Work<T> {
        T run() throws SQLException, InterruptedException;
    }

    static <T> T call(PostgresTarget target, Work<T> work) throws InterruptedException {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new ReplicationFailedException("Replication with " + target.display() + " stopped: "
                    + e.getMessage(),
                    "What was committed stays, exactly once. Look after the side that failed, then run it again.", e);
        }
    }

    @Override
    public void close() {
        CatchUp.call(target, () -> {
            backward.close();
            return true;
        });
    }
}
