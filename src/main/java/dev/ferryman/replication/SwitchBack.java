package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.GivingUp;
import dev.ferryman.replication.internal.SwitchBackRun;
import dev.ferryman.schema.Plan;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives the application its SQLite file back after the switchover, with everything that was written to PostgreSQL since
 * ({@code DESIGN.md} § 2.8). Until the source's commit everything is undone, whoever dies; after it only what is left is
 * done.
 */
public final class SwitchBack {
    private final SqliteSource live;
    private final PostgresTarget target;
    private final Plan plan;
    private final Lease lease;
    private final Clock clock;
    private final FaultPoint faults;

    /**
     * @param live the application's file, fenced
     * @param target where the application writes
     * @param plan the plan the target was copied by
     */
    public SwitchBack(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, Clock clock,
            FaultPoint faults) {
        this.live = live;
        this.target = target;
        this.plan = plan;
        this.lease = lease;
        this.clock = clock;
        this.faults = faults;
    }

    /** Everything that has to hold before the application is made to wait; changes nothing. */
    public List<Guardrail> guardrails(ReverseSync reverse, FreezeOptions options) throws InterruptedException {
        return ReverseSync.call(target, () -> run(reverse).guardrails(options));
    }

    /**
     * Makes the target's writers wait, drains, proves what changed, shuts the target and lifts the fence.
     *
     * @param reverse an open reverse sync, which nobody else uses meanwhile
     * @param proof proves the rows that were brought over and not proved yet
     * @throws InterruptedException if the thread is interrupted before the point of no return; nothing has changed
     * @throws ReplicationFailedException if it is not known whether it has happened: {@link #settle()} finds out
     */
    public FreezeOutcome switchBack(ReverseSync reverse, FreezeOptions options, RowProof proof)
            throws InterruptedException {
        return run(reverse).run(options, proof);
    }

    /** The commit that gave the source back, as the source has it; empty where it has not come. */
    public Optional<PointOfNoReturn> pointOfNoReturn() {
        return CatchUp.call(target, () -> {
            try (Connection connection = live.connect()) {
                return SwitchBackRun.pointOfNoReturn(connection);
            }
        });
    }

    /**
     * Brings an interrupted switch back to an end: where the source was given back the rest is done, otherwise the target
     * takes writes again.
     *
     * @return the point of no return where it was passed
     */
    public Optional<PointOfNoReturn> settle() {
        return CatchUp.call(target, () -> SwitchBackRun.settle(live, target, plan, lease, faults));
    }

    /**
     * Gives the source back without the target, because that is gone for good and a person has decided so. What was
     * written to PostgreSQL and not brought over is lost.
     *
     * @param lockLimit how long the file's lock is waited for
     * @return what is known of the loss
     * @throws dev.ferryman.endpoint.BadInputException if the target can be reached
     */
    public Loss withoutTarget(Duration lockLimit) throws InterruptedException {
        return ReverseSync.call(target, () -> GivingUp.run(live, target, lease, clock, lockLimit));
    }

    private SwitchBackRun run(ReverseSync reverse) {
        return new SwitchBackRun(live, target, plan, lease, clock, faults, reverse.backward());
    }
}
