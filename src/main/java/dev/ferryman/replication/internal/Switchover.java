package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.Drift;
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
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A freeze, step by step. */
public final class Switchover {
    private static final int MOST_WARM_UPS = 100;
    private static final String GOES_ON = "Nothing was switched; the application goes on with SQLite. ";

    private final SqliteSource live;
    private final PostgresTarget target;
    private final Plan plan;
    private final Lease lease;
    private final Clock clock;
    private final FaultPoint faults;
    private final Forward forward;

    public Switchover(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, Clock clock, FaultPoint faults,
            Forward forward) {
        this.live = live;
        this.target = target;
        this.plan = plan;
        this.lease = lease;
        this.clock = clock;
        this.faults = faults;
        this.forward = forward;
    }

    /** What stops a freeze on its way; nothing was changed. */
    private static final class StoppedException extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;
        private final String next;

        StoppedException(String what, String next) {
            super(what, null, false, false);
            this.next = next;
        }
    }

    /** See {@code Freeze.guardrails}. */
    public List<Guardrail> guardrails(FreezeOptions options) throws SQLException {
        List<Guardrail> found = new ArrayList<>();
        List<Drift> drift;
        try (Connection connection = live.connect()) {
            drift = DriftCheck.run(connection, live);
        }
        found.add(new Guardrail("capture intact", drift.isEmpty(), drift.isEmpty()
                ? "The capture is as it was installed, and so are the tables."
                : drift.getFirst().what() + " " + drift.getFirst().next()));
        Standing standing = forward.standing();
        boolean near = standing.backlog() <= options.mostBacklog() && standing.lag().compareTo(options.mostLag()) <= 0;
        found.add(new Guardrail("catch-up near", near, standing.backlog() + " changes are pending, the oldest for "
                + standing.lag().toSeconds() + " s at most; allowed are " + options.mostBacklog() + " and "
                + options.mostLag().toSeconds() + " s." + (near ? "" : " Wait until the catch-up is nearer.")));
        Duration whole = forward.wholeCost();
        boolean fits = whole.compareTo(options.budget().dividedBy(2)) <= 0;
        found.add(new Guardrail("tables without key", fits, standing.wholeTablesChanged().isEmpty()
                ? "No table without a key has changed since it was copied; copying all of them took " + whole.toMillis()
                        + " ms."
                : "To be copied again: " + TargetGate.listed(standing.wholeTablesChanged()) + ", about "
                        + whole.toMillis() + " ms" + (fits
                                ? "."
                                : ": more than half the budget. Raise the budget, or"
                                        + " exclude them.")));
        Connection connection = forward.session().connection();
        var gate = new TargetGate(connection, forward.tables());
        List<String> unarmed = gate.unarmed();
        found.add(new Guardrail("way back ready", unarmed.isEmpty(), unarmed.isEmpty()
                ? "Every table of the target records the keys of its writes."
                : "These tables do not record their writes yet: " + TargetGate.listed(unarmed)
                        + ". Prepare the reverse capture."));
        boolean shut = unarmed.isEmpty() && gate.shut();
        found.add(new Guardrail("target shut", shut, shut
                ? "The target refuses the application's writes until the switchover."
                : "The target takes writes already. Prepare the reverse capture, which shuts it."));
        return found;
    }

    /** See {@code Freeze.switchOver}. */
    public FreezeOutcome run(FreezeOptions options, RowProof proof) throws InterruptedException {
        long asked = System.nanoTime();
        try {
            for (int i = 0; i < MOST_WARM_UPS && forward.step().changes() > 0; i++) {
                // What is pending now need not be drained under the lock.
            }
            List<Guardrail> failed = guardrails(options).stream().filter(g -> !g.passed()).toList();
            if (!failed.isEmpty()) {
                return new FreezeOutcome.Refused(failed);
            }
            asked = System.nanoTime();
            try (SourceWrite write = SourceWrite.begin(live, options.lockLimit())) {
                return locked(write, options, proof, asked, System.nanoTime());
            }
        } catch (SQLException e) {
            return new Cancelled("A side failed before the freeze: " + e.getMessage() + ".",
                    GOES_ON + "Look after the side that failed, then try again.", Duration.ZERO);
        } catch (ReplicationFailedException e) {
            requireNotFenced(e);
            return new Cancelled(String.valueOf(e.getMessage()), e.next(), Duration.ZERO);
        }
    }

    private void requireNotFenced(ReplicationFailedException e) {
        try (Connection connection = live.connect()) {
            if (Fence.read(connection).isPresent()) {
                throw e;
            }
        } catch (SQLException unknown) {
            e.addSuppressed(unknown);
            throw e;
        }
    }

    private FreezeOutcome locked(SourceWrite write, FreezeOptions options, RowProof proof, long asked, long begun)
            throws SQLException, InterruptedException {
        long end = begun + options.budget().toNanos();
        String token = UUID.randomUUID().toString();
        Instant at = clock.instant();
        Progress drained;
        long committed;
        try {
            faults.reached("freeze-locked");
            forward.session().limit(left(end));
            requireNoDrift(write.connection());
            CaptureStore.claim(write.connection(), lease);
            Sql.update(write.connection(), "INSERT INTO " + Names.TOKEN + "(token) VALUES (?)", token);
            drained = forward.drain(write.connection());
            faults.reached("freeze-drained");
            requireToken(token);
            new SequenceMarks(plan).forward(write.connection(), forward.session().connection());
            prove(proof, end);
            faults.reached("freeze-proved");
            openGate();
            Fence.putUp(write.connection(), forward.captured(), lease, at);
            faults.reached("freeze-before-commit");
            write.commit(left(end));
            committed = System.nanoTime();
        } catch (SQLException | ReplicationFailedException | StoppedException e) {
            Optional<FreezeOutcome> cancelled = cancel(write, e, begun);
            if (cancelled.isPresent()) {
                return cancelled.get();
            }
            throw new ReplicationFailedException("The source is fenced, and the freeze ended with: " + e.getMessage(),
                    "The switchover has happened: finish it.", e);
        }
        faults.reached("freeze-committed");
        commitGate();
        faults.reached("freeze-opened");
        return new Switched(at, Duration.ofNanos(begun - asked), Duration.ofNanos(committed - begun),
                Duration.ofNanos(System.nanoTime() - begun), drained.changes(), token);
    }

    /** Rolls back; empty where the fence turned out to be committed all the same. */
    private Optional<FreezeOutcome> cancel(SourceWrite write, Exception cause, long begun) {
        // In this order: the gate stays shut whatever happens.
        forward.session().abandon();
        forward.session().unlimit();
        try {
            write.rollback();
        } catch (SQLException e) {
            // A commit that failed for good has rolled back by itself, or not: the file tells.
            cause.addSuppressed(e);
        }
        Duration held = Duration.ofNanos(System.nanoTime() - begun);
        try (Connection connection = live.connect()) {
            if (Fence.read(connection).isPresent()) {
                return Optional.empty();
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        String next = switch (cause) {
            case StoppedException stopped -> stopped.next;
            case ReplicationFailedException failed -> failed.next();
            default -> "Look after the side that failed, then try again.";
        };
        return Optional.of(new Cancelled(String.valueOf(cause.getMessage()), GOES_ON + next, held));
    }

    private void requireNoDrift(Connection locked) throws SQLException, StoppedException {
        List<Drift> drift = DriftCheck.run(locked, live);
        if (!drift.isEmpty()) {
            throw new StoppedException(drift.getFirst().what(), drift.getFirst().next());
        }
    }

    private void requireToken(String token) throws SQLException, StoppedException {
        String arrived = Sql.query(forward.session().connection(),
                "SELECT coalesce(token, '') FROM ferryman.replication WHERE job = ?", row -> row.getString(1),
                lease.job()).getFirst();
        if (!arrived.equals(token)) {
            throw new StoppedException("The token written under the lock did not arrive in the target.",
                    "Something else reads or writes the stream; look for a second Ferryman, then try again.");
        }
    }

    private void prove(RowProof proof, long end) throws SQLException, StoppedException, InterruptedException {
        List<ChangedKeys> changed = forward.unverified();
        if (!changed.isEmpty()) {
            List<String> differences = proof.differences(changed, left(end));
            if (!differences.isEmpty()) {
                throw new StoppedException(
                        Counted.of(differences.size(), "row differs", "rows differ") + ", the first: "
                                + differences.getFirst(),
                        "Look at the differences; the copy cannot be relied on until they are explained.");
            }
            forward.verified(changed);
        }
    }

    /**
     * Lets writes into the target, in a transaction that is committed after the fence: what can fail or wait for a lock
     * does so while everything can still be undone.
     */
    private void openGate() throws SQLException, StoppedException {
        var gate = new TargetGate(forward.session().connection(), forward.tables());
        if (!gate.unarmed().isEmpty() || !gate.shut()) {
            throw new StoppedException("The target's triggers for the way back are not all there any more.",
                    "Prepare the reverse capture again, then try again.");
        }
        TargetSession session = forward.session();
        session.connection().setAutoCommit(false);
        session.claim();
        open(session, gate, clock.instant());
    }

    private void commitGate() throws SQLException {
        TargetSession session = forward.session();
        try {
            session.connection().commit();
            session.connection().setAutoCommit(true);
            session.unlimit();
        } catch (SQLException e) {
            // The transaction may have gone with its connection: once more, with another one.
            finish(live, target, plan, lease, faults);
        }
    }

    private static Duration left(long end) throws StoppedException {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
            throw new StoppedException("The freeze took longer than its budget.",
                    "Let the catch-up come nearer, or give it a larger budget, then try again.");
        }
        return Duration.ofNanos(nanos);
    }

    /** See {@code Freeze.finish}. */
    public static void finish(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, FaultPoint faults)
            throws SQLException {
        PointOfNoReturn fence;
        List<dev.ferryman.replication.CapturedTable> captured;
        try (Connection connection = live.connect()) {
            fence = Fence.read(connection)
                    .orElseThrow(() -> new IllegalStateException("the source is not fenced, so nothing was switched"));
            captured = CaptureStore.read(connection).orElseThrow().tables();
        }
        if (!fence.job().equals(lease.job())) {
            throw new IllegalStateException("the source was fenced by another cutover: " + fence.job());
        }
        try (TargetSession session = TargetSession.open(target, lease)) {
            var gate = new TargetGate(session.connection(), ReplicatedTable.of(session.connection(), plan, captured));
            session.owned(() -> {
                open(session, gate, fence.at());
                return true;
            });
        }
        faults.reached("freeze-opened");
    }

    /** Inside a transaction of the caller; does nothing where it was done. */
    private static void open(TargetSession session, TargetGate gate, Instant at) throws SQLException {
        if (Sql.update(session.connection(),
                "UPDATE ferryman.replication SET switched_at = ? WHERE job = ? AND switched_at IS NULL",
                Timestamp.from(at), session.lease().job()) == 1) {
            gate.open();
        }
    }
}
