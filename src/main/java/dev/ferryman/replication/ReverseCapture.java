package dev.ferryman.replication;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.WayBack;
import dev.ferryman.schema.Plan;

/**
 * Makes the way back before the way forward is taken: triggers in the target that record the keys of its writes, and
 * until the switchover refuse the application's ({@code DESIGN.md} § 2.7). Comes after the backfill is finished.
 *
 * <p>The application's roles need no rights of their own for it. The role Ferryman connects as has to own the tables.
 */
public final class ReverseCapture {
    private final SqliteSource live;
    private final PostgresTarget target;
    private final Plan plan;
    private final Lease lease;

    public ReverseCapture(SqliteSource live, PostgresTarget target, Plan plan, Lease lease) {
        this.live = live;
        this.target = target;
        this.plan = plan;
        this.lease = lease;
    }

    /**
     * Prepares everything; what is there already stays.
     *
     * @param snapshot the snapshot, whose values tell in which form each column is written
     * @throws BadInputException if a table belongs to another role
     */
    public void prepare(SqliteSource snapshot) {
        CatchUp.call(target, () -> {
            WayBack.prepare(live, snapshot, target, plan, lease);
            return true;
        });
    }
}
