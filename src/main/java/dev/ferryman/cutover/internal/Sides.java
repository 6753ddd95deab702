package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Capture;
import dev.ferryman.replication.CatchUp;
import dev.ferryman.replication.CatchUpOptions;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Freeze;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReverseSync;
import dev.ferryman.replication.SwitchBack;
import dev.ferryman.schema.Plan;
import java.time.Clock;
import java.time.Duration;

/**
 * Both sides of a live cutover as one run works on them.
 *
 * @param source the application's file
 * @param target where it moves
 * @param plan the plan in force
 * @param lease who works on it
 * @param clock the time that is written down
 */
record Sides(SqliteSource source, PostgresTarget target, Plan plan, Lease lease, Clock clock) {
    /** How long the source's write lock is waited for where nobody else says; the application goes on meanwhile. */
    static final Duration LOCK_LIMIT = Duration.ofSeconds(30);

    Capture capture() {
        return new Capture(source, clock, LOCK_LIMIT);
    }

    Freeze freeze(FaultPoint moments) {
        return new Freeze(source, target, plan, lease, clock, moments);
    }

    SwitchBack switchBack(FaultPoint moments) {
        return new SwitchBack(source, target, plan, lease, clock, moments);
    }

    CatchUp catchUp() {
        return CatchUp.open(source, target, plan, lease, CatchUpOptions.defaults(), clock, FaultPoint.NONE);
    }

    ReverseSync reverseSync() throws InterruptedException {
        return ReverseSync.open(source, target, plan, lease, CatchUpOptions.defaults(), clock, FaultPoint.NONE);
    }
}
