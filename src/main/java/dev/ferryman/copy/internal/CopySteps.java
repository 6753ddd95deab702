package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.CopyResult;
import dev.ferryman.copy.internal.Ledger.Job;
import dev.ferryman.copy.internal.Ledger.State;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.SchemaMode;
import java.sql.SQLException;

/** The steps of a copy, each under the target's lease. */
public final class CopySteps {
    private final SqliteSource snapshot;
    private final PostgresTarget target;
    private final Plan plan;
    private final CopyOptions options;
    private final CopyListener listener;
    private final Job wanted;

    public CopySteps(SqliteSource snapshot, String sha256, PostgresTarget target, Plan plan, CopyOptions options,
            CopyListener listener) {
        this.snapshot = snapshot;
        this.target = target;
        this.plan = plan;
        this.options = options;
        this.listener = listener;
        this.wanted = new Job(options.owner().job(), plan.mode().name(), State.PREPARING, sha256,
                String.valueOf(snapshot.path().getFileName()), PlanHash.of(plan));
    }

    /** See {@code CopyJob.prepare}. */
    public void prepare() throws SQLException, InterruptedException {
        try (TargetLease lease = take()) {
            listener.phase("Preparing the target");
            new Preparation(lease, plan, snapshot, options.jobs()).run(wanted);
        }
    }

    /** See {@code CopyJob.backfill}. */
    public CopyResult backfill() throws SQLException, InterruptedException {
        try (TargetLease lease = take()) {
            State state = requireState(lease, State.LOADING);
            listener.phase("Copying rows");
            CopyResult result = new Backfill(lease, wanted.id(), snapshot, plan, options.jobs(), listener).run();
            if (state == State.LOADING) {
                Ledger.setState(lease.connection(), wanted.id(), State.COMPLETING);
            }
            return result;
        }
    }

    /** See {@code CopyJob.finish}. */
    public void finish() throws SQLException, InterruptedException {
        try (TargetLease lease = take()) {
            if (requireState(lease, State.COMPLETING) == State.FINISHED) {
                return;
            }
            var completion = new Completion(lease, wanted.id(), plan, options.jobs(), listener);
            completion.run();
            if (plan.mode() == SchemaMode.EXISTING && LoadMode.find(lease.connection(), plan).replica()) {
                listener.phase("Checking foreign keys");
                ForeignKeyCheck.run(lease.connection(), plan);
            }
            listener.phase("Setting sequences");
            Sequences.set(lease.connection(), plan);
            completion.views();
            Ledger.setState(lease.connection(), wanted.id(), State.FINISHED);
        }
    }

    /** Takes the target, and refuses another snapshot or plan than the copy was begun with. */
    private TargetLease take() throws SQLException, InterruptedException {
        TargetLease lease = TargetLease.take(target, options.owner());
        try {
            var known = Ledger.job(lease.connection(), wanted.id());
            if (known.isPresent()) {
                Preparation.requireSame(known.get(), wanted);
            }
            return lease;
        } catch (SQLException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private State requireState(TargetLease lease, State least) throws SQLException {
        State state = Ledger.job(lease.connection(), wanted.id()).map(Job::state).orElse(State.PREPARING);
        if (state.compareTo(least) < 0) {
            throw new IllegalStateException("the copy is still " + state + ", run the steps in order");
        }
        return state;
    }
}
