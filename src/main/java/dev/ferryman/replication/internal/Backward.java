package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CatchUpOptions;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.Standing;
import dev.ferryman.replication.internal.TargetState.Mark;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The connections and the state of a reverse sync. Keys are taken by deleting them, never by their numbers: a number is
 * taken before its transaction commits. The source commits before the target, so a batch that is cut off in between comes
 * again, and since keys only mean "look again" that does no harm.
 */
public final class Backward implements AutoCloseable {
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(20);
    /** How long a table may be held against readers before a batch is put off. */
    private static final Duration TABLE_LIMIT = Duration.ofSeconds(1);
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int MOST_KEYS = 2_000;

    private final CatchUpOptions options;
    private final Clock clock;
    private final FaultPoint faults;
    private final TargetSession session;
    private final SourceWrite write;
    private final List<ReplicatedTable> tables;
    private final List<BackwardTable> backward;
    private final String pendingSql;
    private Map<Integer, Mark> marks;
    private Instant caughtUp;
    private Instant wholeNext = Instant.MIN;

    public Backward(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, CatchUpOptions options,
            Clock clock, FaultPoint faults) throws SQLException, InterruptedException {
        this.options = options;
        this.clock = clock;
        this.faults = faults;
        this.caughtUp = clock.instant();
        this.session = TargetSession.open(target, lease);
        SourceWrite opened = null;
        try {
            opened = SourceWrite.begin(live, LOCK_LIMIT);
            Connection source = opened.connection();
            CaptureState capture = requireFenced(source);
            CaptureStore.claim(source, lease);
            for (String setting : List.of("TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "bytea_output = 'hex'",
                    "extra_float_digits = 1", "IntervalStyle = 'postgres'")) {
                Sql.execute(session.connection(), "SET " + setting);
            }
            this.tables = ReplicatedTable.of(session.connection(), plan, capture.tables());
            boolean utf16 = !"UTF-8".equals(CaptureStore.encoding(source));
            List<BackwardTable> found = new ArrayList<>();
            for (ReplicatedTable table : tables) {
                found.add(new BackwardTable(table, source, session.connection(), utf16));
            }
            this.backward = List.copyOf(found);
            this.pendingSql = tables.stream().map(
                    t -> "SELECT " + t.number() + ", EXISTS (SELECT 1 FROM ferryman.change_" + t.number() + ")")
                    .collect(Collectors.joining(" UNION ALL "));
            this.marks = TargetState.marks(session.connection(), lease.job());
            opened.commit(LOCK_LIMIT);
            this.write = opened;
        } catch (SQLException | RuntimeException | InterruptedException e) {
            try (session; var left = opened) {
                throw e;
            }
        }
    }

    private static CaptureState requireFenced(Connection source) throws SQLException {
        CaptureState capture = CaptureStore.read(source)
                .orElseThrow(() -> new BadInputException("The source holds no capture.",
                        "There is nothing to bring back: the cutover has not begun, or everything of it was removed."));
        if (Fence.read(source).isEmpty()) {
            throw new BadInputException("The source is not fenced: the application writes there.",
                    "The reverse sync begins after the switchover.");
        }
        return capture;
    }

    /** See {@code ReverseSync.step}. */
    public Progress step() throws SQLException, InterruptedException {
        long started = System.nanoTime();
        boolean whole = !clock.instant().isBefore(wholeNext);
        List<BackwardTable> due = due(whole);
        if (due.isEmpty()) {
            caughtUp = clock.instant();
            return new Progress(0, 0, 0, true, Duration.ofNanos(System.nanoTime() - started));
        }
        Progress progress;
        Sql.execute(session.connection(), "SET lock_timeout = " + TABLE_LIMIT.toMillis());
        try {
            progress = consume(due, Math.min(options.mostKeys(), MOST_KEYS), null, started);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            // Somebody holds a table against its readers. Nothing is lost by looking again, while whoever wants this
            // sync to end, because the way back has begun, would have to wait for that lock too.
            return new Progress(0, 0, 0, false, Duration.ofNanos(System.nanoTime() - started));
        }
        Sql.execute(session.connection(), "SET lock_timeout = 0");
        if (due.stream().anyMatch(t -> t.table().key().isEmpty())) {
            Duration rest = progress.took().multipliedBy(20);
            wholeNext = clock.instant().plus(rest.compareTo(options.wholeEvery()) > 0 ? rest : options.wholeEvery());
        }
        return progress;
    }

    /** Brings over everything that is pending, and a token behind it. */
    Progress drain(String token) throws SQLException, InterruptedException {
        Sql.execute(session.connection(), "SET lock_timeout = 0");
        return consume(due(true), -1, token, System.nanoTime());
    }

    private List<BackwardTable> due(boolean whole) throws SQLException {
        if (backward.isEmpty()) {
            return List.of();
        }
        record Pending(int number, boolean yes) {}
        Map<Integer, Boolean> pending = new HashMap<>();
        for (Pending found : Sql.query(session.connection(), pendingSql,
                row -> new Pending(row.getInt(1), row.getBoolean(2)))) {
            pending.put(found.number(), found.yes());
        }
        return backward.stream().filter(t -> pending.getOrDefault(t.table().number(), false)
                && (whole || !t.table().key().isEmpty())).toList();
    }

    private Progress consume(List<BackwardTable> due, long most, @Nullable String token, long started)
            throws SQLException, InterruptedException {
        try {
            return apply(due, most, token, started);
        } catch (ConflictException e) {
            // Everything that is pending, as of one moment of the target: conflicts among it cannot be.
            try {
                return apply(due(true), -1, token, started);
            } catch (ConflictException again) {
                throw new ReplicationFailedException(
                        "SQLite refuses rows that PostgreSQL has: " + again.message() + ".",
                        "Nothing of this batch was written, and PostgreSQL goes on. SQLite's unique rules are stricter"
                                + " than PostgreSQL's: correct the rows there; until then the way back stands still.",
                        again);
            }
        }
    }

    private Progress apply(List<BackwardTable> due, long most, @Nullable String token, long started)
            throws SQLException, InterruptedException, ConflictException {
        Connection target = session.connection();
        Connection source = write.connection();
        long changes = 0;
        long rows = 0;
        long deleted = 0;
        write.beginAgain(LOCK_LIMIT);
        try {
            CaptureStore.claim(source, session.lease());
            requireFenced(source);
            Fence.open(source);
            target.setAutoCommit(false);
            Sql.execute(target, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            session.claim();
            for (BackwardTable table : due) {
                BackwardTable.Done done = table.apply(most);
                changes += done.changes();
                rows += done.rows();
                deleted += done.deleted();
            }
            faults.reached("reverse-written");
            long left = most < 0 ? 0 : left(due);
            if (token != null) {
                Sql.update(source, "INSERT INTO " + Names.TOKEN + "(token) VALUES (?)", token);
            }
            Sql.update(source, "UPDATE " + Names.STATE + " SET pass = 0, reversed_at = ?, reverse_backlog = ?",
                    clock.instant().toString(), left);
            faults.reached("reverse-before-commit");
            write.commit(LOCK_LIMIT);
            faults.reached("reverse-source-committed");
            for (BackwardTable table : due) {
                int number = table.table().number();
                TargetState.applied(target, session.lease().job(), number, CaptureStore.highest(source, number));
            }
            target.commit();
            faults.reached("reverse-committed");
            target.setAutoCommit(true);
            marks = TargetState.marks(target, session.lease().job());
            if (left == 0) {
                caughtUp = clock.instant();
            }
            return new Progress(changes, rows, deleted, left == 0, Duration.ofNanos(System.nanoTime() - started));
        } catch (SQLException | RuntimeException | InterruptedException | ConflictException e) {
            session.abandon();
            write.rollback();
            throw e;
        }
    }

    private long left(List<BackwardTable> due) throws SQLException {
        long left = 0;
        for (BackwardTable table : due) {
            left += table.pending();
        }
        return left;
    }

    /** How long to leave both sides alone after a batch. */
    public Duration pause(Progress progress) {
        if (progress.changes() == 0 || progress.complete()) {
            return options.idle();
        }
        double nanos = progress.took().toNanos() * (1 / options.share() - 1);
        return Duration.ofNanos(Math.min((long) nanos, Duration.ofSeconds(1).toNanos()));
    }

    /** See {@code ReverseSync.standing}. */
    public Standing standing() throws SQLException {
        Instant asked = clock.instant();
        List<Standing.Table> found = new ArrayList<>();
        for (BackwardTable table : backward) {
            Mark mark = marks.getOrDefault(table.table().number(), new Mark(0, 0));
            found.add(new Standing.Table(table.table().plan().source(), mark.applied() + table.pending(),
                    mark.applied(), mark.verified(), table.table().key().isEmpty()));
        }
        long backlog = found.stream().filter(t -> !t.whole()).mapToLong(Standing.Table::pending).sum();
        if (backlog == 0) {
            caughtUp = asked;
        }
        return new Standing(backlog, backlog == 0 ? Duration.ZERO : Duration.between(caughtUp, asked), found);
    }

    /** See {@code ReverseSync.unverified}. */
    public List<ChangedKeys> unverified() throws SQLException {
        List<ChangedKeys> found = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            long verified = marks.getOrDefault(table.number(), new Mark(0, 0)).verified();
            long highest = CaptureStore.highest(write.connection(), table.number());
            if (highest > verified) {
                found.add(new ChangedKeys(table.number(), table.plan().source(), table.captured().key(),
                        Names.change(table.number()), verified, highest));
            }
        }
        return found;
    }

    /** See {@code ReverseSync.verified}. */
    public void verified(Map<Integer, Long> upTo) throws SQLException {
        session.owned(() -> {
            for (var entry : upTo.entrySet()) {
                TargetState.applied(session.connection(), session.lease().job(), entry.getKey(), entry.getValue());
                TargetState.verified(session.connection(), session.lease().job(), entry.getKey(), entry.getValue());
            }
            return true;
        });
        marks = TargetState.marks(session.connection(), session.lease().job());
    }

    SourceWrite write() {
        return write;
    }

    TargetSession session() {
        return session;
    }

    List<ReplicatedTable> tables() {
        return tables;
    }

    @Override
    public void close() throws SQLException {
        try (session) {
            write.close();
        }
    }
}
