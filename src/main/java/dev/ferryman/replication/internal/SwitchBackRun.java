package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.FreezeOutcome;
import dev.ferryman.replication.FreezeOutcome.Cancelled;
import dev.ferryman.replication.FreezeOutcome.Switched;
import dev.ferryman.replication.Guardrail;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.PointOfNoReturn;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.RowProof;
import dev.ferryman.replication.Standing;
import dev.ferryman.schema.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A switch back, step by step. Writers of the target wait behind a lock while it is drained. Then the target is shut for
 * good, and right after it the source's fence falls: that commit is the point of no return, and between the two nobody
 * takes writes.
 */
public final class SwitchBackRun {
    private static final int MOST_WARM_UPS = 1_000;
    private static final String GOES_ON = "Nothing was switched; the application goes on with PostgreSQL. ";

    private final SqliteSource live;
    private final PostgresTarget target;
    private final Plan plan;
    private final Lease lease;
    private final Clock clock;
    private final FaultPoint faults;
    private final Backward backward;

    public SwitchBackRun(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, Clock clock,
            FaultPoint faults, Backward backward) {
        this.live = live;
        this.target = target;
        this.plan = plan;
        this.lease = lease;
        this.clock = clock;
        this.faults = faults;
        this.backward = backward;
    }

    /** What stops it on its way; nothing was changed. */
    private static final class StoppedException extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;
        private final String next;

        StoppedException(String what, String next) {
            super(what, null, false, false);
            this.next = next;
        }
    }

    /** See {@code SwitchBack.guardrails}. */
    public List<Guardrail> guardrails(FreezeOptions options) throws SQLException {
        List<Guardrail> found = new ArrayList<>();
        Standing standing = backward.standing();
        boolean near = standing.backlog() <= options.mostBacklog() && standing.lag().compareTo(options.mostLag()) <= 0;
        found.add(new Guardrail("reverse sync near", near, standing.backlog() + " changes are pending, the oldest for "
                + standing.lag().toSeconds() + " s at most; allowed are " + options.mostBacklog() + " and "
                + options.mostLag().toSeconds() + " s." + (near ? "" : " Wait until the reverse sync is nearer.")));
        Connection connection = backward.session().connection();
        var gate = new TargetGate(connection, backward.tables());
        List<String> unarmed = gate.unarmed();
        found.add(new Guardrail("writes recorded", unarmed.isEmpty(), unarmed.isEmpty()
                ? "Every table of the target records the keys of its writes."
                : "These tables do not record their writes any more, so what was written there since cannot be brought"
                        + " back: " + TargetGate.listed(unarmed) + ". Compare them, and decide who loses what."));
        List<String> reshaped = TargetState.reshaped(connection, lease.job(), backward.tables());
        found.add(new Guardrail("target's tables as they were", reshaped.isEmpty(), reshaped.isEmpty()
                ? "The target's tables have the columns they had at the switchover."
                : "Columns of these tables were changed since the switchover, and SQLite does not have them: "
                        + TargetGate.listed(reshaped) + ". Change them back, or what is in new columns stays behind."));
        List<String> stale = FullText.stale(backward.write().connection());
        found.add(new Guardrail("full-text tables", true, stale.isEmpty()
                ? "Full-text tables are rebuilt from their rows."
                : "These full-text tables keep texts of their own, which only the application can bring up to date: "
                        + TargetGate.listed(stale) + "."));
        return found;
    }

    /** See {@code SwitchBack.switchBack}. */
    public FreezeOutcome run(FreezeOptions options, RowProof proof) throws InterruptedException {
        long asked = System.nanoTime();
        try {
            // Whoever keeps even readers out would keep the reverse sync waiting for as long as he likes.
            TargetLock.letReadersIn(backward.session(), backward.tables(), options.budget().dividedBy(2));
            for (int i = 0; i < MOST_WARM_UPS && !backward.step().complete(); i++) {
                // What is pending now need not be drained under the lock.
            }
            List<Guardrail> failed = guardrails(options).stream().filter(g -> !g.passed()).toList();
            if (!failed.isEmpty()) {
                return new FreezeOutcome.Refused(failed);
            }
            asked = System.nanoTime();
            try (var lock = TargetLock.take(target, lease, backward.tables(), options.budget().dividedBy(2))) {
                return locked(lock, options, proof, asked, System.nanoTime());
            }
        } catch (SQLException e) {
            requireFenced(e);
            return new Cancelled("A side failed before the switch back: " + e.getMessage() + ".",
                    GOES_ON + "Look after the side that failed, then try again.", Duration.ZERO);
        } catch (ReplicationFailedException e) {
            requireFenced(e);
            return new Cancelled(String.valueOf(e.getMessage()), e.next(), Duration.ZERO);
        }
    }

    private void requireFenced(Exception e) {
        boolean fenced;
        try (Connection connection = live.connect()) {
            fenced = Fence.read(connection).isPresent();
        } catch (SQLException unknown) {
            e.addSuppressed(unknown);
            fenced = false;
        }
        if (!fenced) {
            throw new ReplicationFailedException("The switch back ended with: " + e.getMessage(),
                    "It may have happened: settle it.", e);
        }
    }

    private FreezeOutcome locked(TargetLock lock, FreezeOptions options, RowProof proof, long asked, long begun)
            throws SQLException, InterruptedException {
        long end = begun + options.budget().toNanos();
        Instant at = clock.instant();
        String token = UUID.randomUUID().toString();
        Progress drained;
        boolean shut = false;
        SourceWrite write = backward.write();
        try {
            faults.reached("back-locked");
            backward.session().limit(left(end));
            drained = backward.drain(token);
            faults.reached("back-drained");
            requireToken(write.connection(), token);
            prove(proof, end);
            faults.reached("back-proved");
            write.beginAgain(left(end));
            liftFence(write.connection(), at);
            new SequenceMarks(plan).backward(write.connection(), backward.session().connection());
            faults.reached("back-before-close");
            left(end);
            // From here until the source's commit nobody takes writes.
            lock.shut();
            shut = true;
            faults.reached("back-closed");
            write.commit(options.lockLimit());
        } catch (SQLException | ReplicationFailedException | StoppedException | InterruptedException e) {
            return cancel(lock, e, shut, begun);
        }
        long committed = System.nanoTime();
        faults.reached("back-committed");
        backward.session().unlimit();
        returned(backward.session(), at);
        return new Switched(at, Duration.ofNanos(begun - asked), Duration.ofNanos(committed - begun),
                Duration.ofNanos(committed - begun), drained.changes(), token);
    }

    private FreezeOutcome cancel(TargetLock lock, Exception cause, boolean shut, long begun)
            throws SQLException, InterruptedException {
        backward.session().abandon();
        backward.session().unlimit();
        try {
            backward.write().rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        lock.close();
        requireFenced(cause);
        if (shut) {
            settle(live, target, plan, lease, faults);
        }
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        String next = switch (cause) {
            case StoppedException stopped -> stopped.next;
            case ReplicationFailedException failed -> failed.next();
            default -> "Look after the side that failed, then try again.";
        };
        return new Cancelled(String.valueOf(cause.getMessage()), GOES_ON + next,
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private static void requireToken(Connection source, String token) throws SQLException, StoppedException {
        if (!Sql.yes(source, "SELECT count(*) FROM " + Names.TOKEN + " WHERE token = ?", token)) {
            throw new StoppedException("The token written under the lock did not arrive in SQLite.",
                    "Something else writes to the file; look for a second Ferryman, then try again.");
        }
    }

    private void prove(RowProof proof, long end) throws SQLException, StoppedException, InterruptedException {
        List<ChangedKeys> changed = backward.unverified();
        if (!changed.isEmpty()) {
            List<String> differences = proof.differences(changed, left(end));
            if (!differences.isEmpty()) {
                throw new StoppedException(
                        (differences.size() == 1 ? "1 row differs: " : differences.size() + " rows differ, the first: ")
                                + differences.getFirst(),
                        "Look at the differences; the way back cannot be relied on until they are explained.");
            }
            Map<Integer, Long> upTo = new HashMap<>();
            changed.forEach(keys -> upTo.put(keys.number(), keys.upTo()));
            backward.verified(upTo);
        }
    }

    /** Gives the source back as it was before the capture's triggers came; its row says that it was returned. */
    private void liftFence(Connection source, Instant at) throws SQLException {
        CaptureStore.claim(source, lease);
        Fence.takeDown(source);
        FullText.rebuild(source);
        Sql.update(source, "UPDATE " + Names.STATE + " SET fenced_at = NULL, returned_at = ?, fence_generation = ?",
                at.toString(), lease.generation());
    }

    private static Duration left(long end) throws StoppedException {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
            throw new StoppedException("The switch back took longer than its budget.",
                    "Let the reverse sync come nearer, or give it a larger budget, then try again.");
        }
        return Duration.ofNanos(nanos);
    }

    /** The commit that gave the source back; empty where the application does not write there again. */
    public static Optional<PointOfNoReturn> pointOfNoReturn(Connection source) throws SQLException {
        if (!CaptureStore.exists(source)) {
            return Optional.empty();
        }
        return Sql.query(source,
                "SELECT job, capture, returned_at, fence_generation FROM " + Names.STATE
                        + " WHERE returned_at IS NOT NULL",
                row -> new PointOfNoReturn(row.getString(1), row.getString(2), Instant.parse(row.getString(3)),
                        row.getLong(4)))
                .stream().findFirst();
    }

    /** See {@code SwitchBack.settle}. */
    public static Optional<PointOfNoReturn> settle(SqliteSource live, PostgresTarget target, Plan plan, Lease lease,
            FaultPoint faults) throws SQLException {
        Optional<PointOfNoReturn> returned;
        CaptureState capture;
        boolean fenced;
        try (Connection source = live.connect()) {
            capture = CaptureStore.read(source).orElseThrow(() -> new ReplicationFailedException(
                    "The source holds no capture any more.", "Everything of the cutover was removed from it."));
            returned = pointOfNoReturn(source);
            fenced = Fence.read(source).isPresent();
        }
        if (!capture.job().equals(lease.job())) {
            throw new IllegalStateException("the source belongs to another cutover: " + capture.job());
        }
        try (TargetSession session = TargetSession.open(target, lease)) {
            var gate = new TargetGate(session.connection(),
                    ReplicatedTable.of(session.connection(), plan, capture.tables()));
            if (returned.isPresent()) {
                returned(session, returned.get().at());
            } else if (fenced && session.known()) {
                session.owned(() -> {
                    if (!gate.opened() && Sql.yes(session.connection(),
                            "SELECT switched_at IS NOT NULL FROM ferryman.replication WHERE job = ?", lease.job())) {
                        gate.open();
                    }
                    return true;
                });
                faults.reached("back-reopened");
            }
        }
        return returned;
    }

    private static void returned(TargetSession session, Instant at) throws SQLException {
        session.owned(() -> Sql.update(session.connection(),
                "UPDATE ferryman.replication SET returned_at = ? WHERE job = ? AND returned_at IS NULL",
                java.sql.Timestamp.from(at), session.lease().job()));
    }
}
