package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.Fence;
import dev.ferryman.replication.internal.Switchover;
import dev.ferryman.schema.Plan;
import java.sql.Connection;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The second in which writes move ({@code DESIGN.md} § 2.6): lock, drain, prove, fence. Until the fence's commit
 * everything is undone by a rollback of the source, whoever dies; after it only what is left is finished.
 */
public final class Freeze {
    private final SqliteSource live;
    private final PostgresTarget target;
    private final Plan plan;
    private final Lease lease;
    private final Clock clock;
    private final FaultPoint faults;

    /**
     * @param live the application's file
     * @param target where writes go afterwards
     * @param plan the plan the target was copied by
     */
    public Freeze(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, Clock clock, FaultPoint faults) {
        this.live = live;
        this.target = target;
        this.plan = plan;
        this.lease = lease;
        this.clock = clock;
        this.faults = faults;
    }

    /** Everything that has to hold on both sides before the application is made to wait; changes nothing. */
    public List<Guardrail> guardrails(CatchUp catchUp, FreezeOptions options) {
        return CatchUp.call(target, () -> switchover(catchUp).guardrails(options));
    }

    /**
     * Freezes the source, drains it, proves what changed, and hands writes over to the target.
     *
     * @param catchUp an open catch-up, which nobody else uses meanwhile
     * @param proof proves the rows above the verified watermark
     * @throws InterruptedException if the thread is interrupted before the point of no return; nothing has changed
     * @throws ReplicationFailedException if the source is fenced and the target could not be opened for writes yet:
     *         {@link #finish()} goes on
     */
    public FreezeOutcome switchOver(CatchUp catchUp, FreezeOptions options, RowProof proof)
            throws InterruptedException {
        return switchover(catchUp).run(options, proof);
    }

    /** The point of no return, as the source has it; empty where the application still writes there. */
    public Optional<PointOfNoReturn> pointOfNoReturn() {
        return CatchUp.call(target, () -> {
            try (Connection connection = live.connect()) {
                return Fence.read(connection);
            }
        });
    }

    /**
     * Finishes a switchover whose point of no return is behind: lets writes into the target. Does nothing where that was
     * done.
     *
     * @throws IllegalStateException if there was no point of no return
     */
    public void finish() {
        CatchUp.call(target, () -> {
            Switchover.finish(live, target, plan, lease, faults);
            return true;
        });
    }

    private Switchover switchover(CatchUp catchUp) {
        return new Switchover(live, target, plan, lease, clock, faults, catchUp.forward());
    }
}
