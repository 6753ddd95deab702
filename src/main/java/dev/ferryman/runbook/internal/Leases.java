package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.LeaseLostException;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.store.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Table {@code step_lease}: which owner may act for an attempt, fenced by a generation that only grows. */
final class Leases {
    private final JdbcClient jdbc;
    private final StoreTime time;
    private final String owner;
    private final Runnable whenLost;
    private final Duration fresh;

    /** The right to act for one attempt. */
    record Lease(String cutoverId, String stepKey, int attempt, long generation, boolean effectOpen, Duration ran) {
        String name() {
            return cutoverId + "/" + stepKey + "/" + attempt;
        }
    }

    /**
     * The leases of this process.
     *
     * @param whenLost told when a run ends whose lease somebody else has taken over
     * @param fresh an answer that took longer says nothing about now: the process may have been stopped meanwhile
     */
    Leases(JdbcClient jdbc, StoreTime time, String owner, Runnable whenLost, Duration fresh) {
        this.fresh = fresh;
        this.jdbc = jdbc;
        this.time = time;
        this.owner = owner;
        this.whenLost = whenLost;
    }

    /** Takes the lease with the next generation of the cutover; whoever held it before is fenced off. */
    Lease take(String cutoverId, String stepKey, int attempt) {
        jdbc.sql("UPDATE cutover SET generation = generation + 1 WHERE id = ?").param(cutoverId).update();
        long generation = jdbc.sql("SELECT generation FROM cutover WHERE id = ?").param(cutoverId)
                .query((row, n) -> row.getLong(1)).single();
        String now = Instants.text(time.now());
        int renewed = jdbc.sql("UPDATE step_lease SET generation = ?, owner = ?, state = 'held', heartbeat_at = ?"
                + " WHERE cutover_id = ? AND step_key = ? AND attempt = ?")
                .params(generation, owner, now, cutoverId, stepKey, attempt).update();
        if (renewed == 0) {
            jdbc.sql("INSERT INTO step_lease (cutover_id, step_key, attempt, generation, owner, state, effect,"
                    + " heartbeat_at, ran_millis) VALUES (?, ?, ?, ?, ?, 'held', 'none', ?, 0)")
                    .params(cutoverId, stepKey, attempt, generation, owner, now).update();
        }
        return jdbc.sql("SELECT effect, ran_millis FROM step_lease WHERE cutover_id = ? AND step_key = ?"
                + " AND attempt = ?").params(cutoverId, stepKey, attempt)
                .query((row, n) -> new Lease(cutoverId, stepKey, attempt, generation,
                        row.getString(1).equals("open"), Duration.ofMillis(row.getLong(2))))
                .single();
    }

    /**
     * An owner that may act no more but has shown a sign of life within the given time, and so may still be in the middle
     * of something.
     *
     * @param besides names of leases that may be held beside the steps
     */
    Optional<String> stillStopping(Cutover cutover, Set<String> besides, Duration within) {
        Set<String> underWay = cutover.steps().stream().filter(step -> step.status() == StepStatus.RUNNING)
                .map(step -> step.key() + "/" + step.attempt()).collect(Collectors.toSet());
        Instant since = time.now().minus(within);
        List<String> alive = jdbc.sql("SELECT step_key, attempt FROM step_lease WHERE cutover_id = ?"
                + " AND state <> 'released' AND heartbeat_at > ?").params(cutover.id(), Instants.text(since))
                .query((row, n) -> row.getString(1) + "/" + row.getInt(2)).list();
        return alive.stream().filter(attempt -> !underWay.contains(attempt) && !besides.contains(attempt)).findFirst();
    }

    /**
     * Who holds the attempt and has shown a sign of life within the given time. The scheduler judges by the clock of the
     * host it runs on; this asks the store's.
     */
    Optional<String> aliveOwner(String cutoverId, String stepKey, int attempt, Duration within) {
        Instant since = time.now().minus(within);
        return jdbc.sql("SELECT owner FROM step_lease WHERE cutover_id = ? AND step_key = ? AND attempt = ?"
                + " AND state = 'held' AND heartbeat_at > ?").params(cutoverId, stepKey, attempt, Instants.text(since))
                .query((row, n) -> row.getString(1)).optional();
    }

    /** Whether the lease is the one that may act. */
    boolean holds(Lease lease) {
        return jdbc.sql("SELECT COUNT(*) FROM step_lease WHERE cutover_id = ? AND step_key = ? AND attempt = ?"
                + " AND generation = ? AND state = 'held'")
                .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), lease.generation())
                .query((row, n) -> row.getInt(1)).single() == 1;
    }

    /**
     * Returns while the lease is the one that may act now.
     *
     * @throws LeaseLostException if it is not
     */
    void ensure(Lease lease) {
        long asked;
        do {
            asked = System.nanoTime();
            if (!holds(lease)) {
                throw lost(lease);
            }
        } while (System.nanoTime() - asked > fresh.toNanos());
    }

    /** A sign of life, and the time it has run. Whether the lease may still act. */
    boolean beat(Lease lease, Duration ran) {
        jdbc.sql("UPDATE step_lease SET heartbeat_at = ?, ran_millis = ? WHERE cutover_id = ? AND step_key = ?"
                + " AND attempt = ? AND generation = ? AND state <> 'released'")
                .params(Instants.text(time.now()), ran.toMillis(), lease.cutoverId(), lease.stepKey(),
                        lease.attempt(), lease.generation())
                .update();
        return holds(lease);
    }

    /** Marks that an effect is about to happen whose outcome nobody could tell if we stopped now. */
    void openEffect(Lease lease) {
        owned(lease, "effect = 'open'");
    }

    /** Ends the lease with what it was taken for done; refused when it is no longer ours. */
    void finish(Lease lease) {
        owned(lease, "state = 'released', effect = CASE effect WHEN 'open' THEN 'closed' ELSE effect END");
    }

    /** Locks the lease against being revoked until the transaction ends. */
    void confirm(Lease lease) {
        owned(lease, "state = 'held'");
    }

    /** Whoever acts for this attempt may act no more. */
    void revoke(String cutoverId, String stepKey, int attempt) {
        jdbc.sql("UPDATE step_lease SET state = 'revoked' WHERE cutover_id = ? AND step_key = ? AND attempt = ?"
                + " AND state = 'held'").params(cutoverId, stepKey, attempt).update();
    }

    /** The owner has stopped, for whatever reason. */
    void release(Lease lease) {
        int ours = jdbc.sql("UPDATE step_lease SET state = 'released' WHERE cutover_id = ? AND step_key = ?"
                + " AND attempt = ? AND generation = ?")
                .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), lease.generation()).update();
        if (ours == 0) {
            whenLost.run();
        }
    }

    /** Whether an effect of this attempt was begun whose outcome nobody knows. */
    boolean effectOpen(String cutoverId, String stepKey, int attempt) {
        return jdbc.sql("SELECT COUNT(*) FROM step_lease WHERE cutover_id = ? AND step_key = ? AND attempt = ?"
                + " AND effect = 'open'").params(cutoverId, stepKey, attempt).query((row, n) -> row.getInt(1))
                .single() > 0;
    }

    /** Where this process is the only one: whatever is left was held by a process that is dead. */
    void releaseAllOfTheDead() {
        jdbc.sql("UPDATE step_lease SET state = 'released' WHERE state <> 'released'").update();
        jdbc.sql("UPDATE scheduled_tasks SET picked = ?, picked_by = NULL, last_heartbeat = NULL,"
                + " version = version + 1 WHERE picked = ?").params(false, true).update();
    }

    private void owned(Lease lease, String change) {
        int changed = jdbc.sql("UPDATE step_lease SET " + change + " WHERE cutover_id = ? AND step_key = ?"
                + " AND attempt = ? AND generation = ? AND state = 'held'")
                .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), lease.generation()).update();
        if (changed != 1) {
            throw lost(lease);
        }
    }

    static LeaseLostException lost(Lease lease) {
        return new LeaseLostException("Attempt " + lease.name() + " may no longer act: its lease of generation "
                + lease.generation() + " was revoked or taken over");
    }
}
