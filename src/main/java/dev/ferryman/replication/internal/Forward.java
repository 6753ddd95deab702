package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.CatchUpOptions;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.Standing;
import dev.ferryman.replication.internal.TargetState.Mark;
import dev.ferryman.schema.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConnection;

/** The connections and the state of a catch-up from source to target. */
public final class Forward implements AutoCloseable {
    private static final int SQLITE_LIMIT_LENGTH = 0;
    /** Longest value that is taken into memory; the profile refuses shorter ones already. */
    private static final int LONGEST_VALUE = 64 * 1024 * 1024;
    /** Reading may hold writers of a rollback-journal database for so long at most. */
    private static final Duration READ_GOAL = Duration.ofMillis(25);
    /** In WAL mode nobody waits for a reader; only the log cannot start over meanwhile. */
    private static final Duration READ_GOAL_WAL = Duration.ofMillis(250);
    private static final long FEWEST_KEYS = 100;
    /** Guess for a table without a key until it was copied once. */
    private static final long ROWS_PER_MILLI = 50;

    private final SqliteSource live;
    private final CatchUpOptions options;
    private final Clock clock;
    private final TargetSession session;
    private final Connection source;
    private final List<ReplicatedTable> tables;
    private final ChangeReader reader;
    private final BatchApply apply;
    private final FileIdentity file;
    private Map<Integer, Mark> marks;
    private long keys;
    private Instant caughtUp;
    private Instant wholeNext;
    private Duration wholeCost;

    public Forward(SqliteSource live, PostgresTarget target, Plan plan, Lease lease, CatchUpOptions options,
            Clock clock, FaultPoint faults) throws SQLException {
        this.live = live;
        this.options = options;
        this.clock = clock;
        this.keys = Math.min(options.mostKeys(), 2_000);
        this.caughtUp = clock.instant();
        this.wholeNext = Instant.MIN;
        this.file = FileIdentity.of(live.path());
        this.session = TargetSession.open(target, lease);
        Connection opened = null;
        try {
            opened = live.connect();
            CaptureState capture = CaptureStore.read(opened)
                    .orElseThrow(() -> new ReplicationFailedException("The source holds no capture any more.",
                            "Nothing was applied and the application goes on. Install the capture, take a new snapshot,"
                                    + " and copy again."));
            requireSame(capture, session);
            opened.unwrap(SQLiteConnection.class).getDatabase().limit(SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
            this.tables = ReplicatedTable.of(session.connection(), plan, capture.tables());
            this.reader = new ChangeReader(tables, !"UTF-8".equals(CaptureStore.encoding(opened)), clock);
            this.apply = new BatchApply(session, QuietApply.find(session.connection(), tables), faults);
            this.wholeCost = Duration.ofMillis(tables.stream().filter(t -> !t.captured().byKey())
                    .mapToLong(t -> t.plan().rows() / ROWS_PER_MILLI).sum());
            this.marks = TargetState.marks(session.connection(), lease.job());
            this.source = opened;
        } catch (SQLException | RuntimeException e) {
            try (session; var connection = opened) {
                throw e;
            }
        }
    }

    private static void requireSame(CaptureState capture, TargetSession session) throws SQLException {
        String known = session.known()
                ? TargetState.capture(session.connection(), session.lease().job()).orElse("")
                : "";
        if (known.isEmpty()) {
            throw new BadInputException("The target does not follow this cutover yet.",
                    "Begin the catch-up with the snapshot the target was copied from.");
        }
        if (!known.equals(capture.capture())) {
            throw new BadInputException("The source holds another capture than the target follows.",
                    "The application goes on. Clean the target, take a new snapshot and copy again.");
        }
    }

    /** See {@code CatchUp.begin}. */
    public static void begin(SqliteSource snapshot, PostgresTarget target, Lease lease) throws SQLException {
        try (Connection connection = snapshot.connect(); TargetSession session = TargetSession.open(target, lease)) {
            CaptureState capture = CaptureStore.read(connection)
                    .orElseThrow(() -> new BadInputException("The snapshot " + snapshot.path() + " holds no capture.",
                            "Install the capture on the source first, then take a new snapshot."));
            Map<Integer, Long> marks = new HashMap<>();
            for (CapturedTable table : capture.tables()) {
                marks.put(table.number(), CaptureStore.highest(connection, table.number()));
            }
            TargetState.begin(session, capture, marks);
        }
    }

    /** See {@code CatchUp.step}. */
    public Progress step() throws SQLException {
        long started = System.nanoTime();
        if (!FileIdentity.of(live.path()).equals(file)) {
            throw new ReplicationFailedException("The path " + live.path() + " leads to another file than before.",
                    "Nothing more was applied. Find out who replaced the file; then begin again with a new capture.");
        }
        boolean whole = !clock.instant().isBefore(wholeNext);
        try {
            Progress progress = consume(source, true, keys, whole
                    ? ChangeReader.Whole.WHERE_CHANGED
                    : ChangeReader.Whole.SKIP, started);
            if (whole) {
                // A table that takes long to copy is copied more seldom.
                Duration rest = progress.took().multipliedBy(20);
                wholeNext = clock.instant().plus(rest.compareTo(options.wholeEvery()) > 0
                        ? rest
                        : options.wholeEvery());
            }
            return progress;
        } catch (SQLException e) {
            if (SourceWrite.busy(e)) {
                return new Progress(0, 0, 0, false, Duration.ofNanos(System.nanoTime() - started));
            }
            throw e;
        }
    }

    /**
     * Applies everything that is pending, read through a connection that holds the source's write lock.
     *
     * @return what it did; complete
     */
    Progress drain(Connection locked) throws SQLException {
        return consume(locked, false, -1, ChangeReader.Whole.WHERE_CHANGED, System.nanoTime());
    }

    private Progress consume(Connection connection, boolean ownTransaction, long most, ChangeReader.Whole whole,
            long started) throws SQLException {
        try (ChangeBatch batch = read(connection, ownTransaction, most, whole)) {
            if (batch.isEmpty() && (ownTransaction || batch.token() == null)) {
                caughtUp = batch.readAt();
                return progress(batch, started);
            }
            adapt(Duration.ofNanos(System.nanoTime() - started), most);
            try {
                apply(batch);
            } catch (ConflictException e) {
                // Everything that is pending, as of one moment of the source: conflicts among it cannot be.
                try (ChangeBatch all = read(connection, ownTransaction, -1, whole)) {
                    applyAll(all);
                    return progress(all, started);
                }
            }
            return progress(batch, started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Progress progress(ChangeBatch batch, long started) {
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        if (batch.tables().stream().anyMatch(t -> !t.table().captured().byKey())) {
            wholeCost = took;
        }
        return new Progress(batch.changes(), batch.tables().stream().mapToLong(TableChanges::rows).sum(),
                batch.tables().stream().mapToLong(TableChanges::gone).sum(), batch.complete(),
                took);
    }

    private ChangeBatch read(Connection connection, boolean ownTransaction, long most, ChangeReader.Whole whole)
            throws SQLException {
        Map<Integer, Long> after = new HashMap<>();
        marks.forEach((table, mark) -> after.put(table, mark.applied()));
        if (!ownTransaction) {
            return reader.read(connection, after, most, whole);
        }
        Sql.execute(connection, "BEGIN");
        try {
            return reader.read(connection, after, most, whole);
        } finally {
            Sql.execute(connection, "COMMIT");
        }
    }

    private void applyAll(ChangeBatch batch) throws SQLException {
        try {
            apply(batch);
        } catch (ConflictException e) {
            throw new IllegalStateException("a complete batch has nothing beyond it", e);
        }
    }

    private void apply(ChangeBatch batch) throws SQLException, ConflictException {
        try {
            apply.apply(batch);
        } catch (SQLException e) {
            // Whether it was committed is not known: the target tells when it is back.
            reload(e);
            throw e;
        }
        Map<Integer, Mark> moved = new HashMap<>(marks);
        for (TableChanges changes : batch.tables()) {
            moved.merge(changes.table().number(), new Mark(changes.upTo(), 0),
                    (old, now) -> new Mark(now.applied(), old.verified()));
        }
        marks = moved;
        if (batch.complete()) {
            caughtUp = batch.readAt();
        }
    }

    private void reload(SQLException cause) {
        try {
            marks = TargetState.marks(session.connection(), session.lease().job());
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void adapt(Duration read, long most) throws SQLException {
        if (most > 0) {
            boolean wal = Sql.query(source, "PRAGMA journal_mode", row -> row.getString(1)).contains("wal");
            Duration goal = wal ? READ_GOAL_WAL : READ_GOAL;
            if (read.compareTo(goal) > 0) {
                keys = Math.max(FEWEST_KEYS, keys / 2);
            } else if (read.multipliedBy(2).compareTo(goal) < 0) {
                keys = Math.min(options.mostKeys(), keys + keys / 2);
            }
        }
    }

    /** How long to leave application and target alone after a batch. */
    public Duration pause(Progress progress) {
        if (progress.changes() == 0 || progress.complete()) {
            return options.idle();
        }
        double nanos = progress.took().toNanos() * (1 / options.share() - 1);
        return Duration.ofNanos(Math.min((long) nanos, Duration.ofSeconds(1).toNanos()));
    }

    /** See {@code CatchUp.standing}. */
    public Standing standing() throws SQLException {
        Instant asked = clock.instant();
        List<Standing.Table> found = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            Mark mark = marks.getOrDefault(table.number(), new Mark(0, 0));
            found.add(new Standing.Table(table.plan().source(), CaptureStore.highest(source, table.number()),
                    mark.applied(), mark.verified(), !table.captured().byKey()));
        }
        long backlog = found.stream().filter(t -> !t.whole()).mapToLong(Standing.Table::pending).sum();
        if (backlog == 0) {
            caughtUp = asked;
        }
        return new Standing(backlog, backlog == 0 ? Duration.ZERO : Duration.between(caughtUp, asked), found);
    }

    /** See {@code CatchUp.verified}. */
    public void verified(Map<Integer, Long> upTo) throws SQLException {
        session.owned(() -> {
            for (var entry : upTo.entrySet()) {
                TargetState.verified(session.connection(), session.lease().job(), entry.getKey(), entry.getValue());
            }
            return true;
        });
        marks = TargetState.marks(session.connection(), session.lease().job());
    }

    /** Recorded keys that are applied and not proved yet. */
    public List<ChangedKeys> unverified() {
        List<ChangedKeys> found = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            Mark mark = marks.getOrDefault(table.number(), new Mark(0, 0));
            if (mark.applied() > mark.verified()) {
                found.add(new ChangedKeys(table.number(), table.plan().source(), table.captured().key(),
                        Names.change(table.number()), mark.verified(), mark.applied()));
            }
        }
        return found;
    }

    void verified(List<ChangedKeys> proved) throws SQLException {
        Map<Integer, Long> upTo = new HashMap<>();
        proved.forEach(changed -> upTo.put(changed.number(), changed.upTo()));
        verified(upTo);
    }

    /** What copying the tables without a key once more would take, as last measured; a guess before that. */
    Duration wholeCost() {
        return wholeCost;
    }

    List<CapturedTable> captured() {
        return tables.stream().map(ReplicatedTable::captured).toList();
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
            source.close();
        }
    }
}
