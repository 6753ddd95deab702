package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.TableVerification;
import dev.ferryman.verify.VerifyListener;
import dev.ferryman.verify.VerifyOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of one table in one or several parts that may run at the same time. Whoever finishes the last part sums
 * up.
 */
final class TableWork {
    /** Rows of a range, about: enough to make two statements worth their while. */
    private static final long ROWS_PER_RANGE = 150_000;
    private static final int RANGES_PER_JOB = 4;

    private final TablePlan plan;
    private final VerifyOptions options;
    private final VerifyListener listener;
    private final Object turn;
    private final int number;
    private final Tally quarantine;
    private final VerifiedParts known;
    private @Nullable QuarantinedRows quarantined;
    private @Nullable ComparedTable table;
    private List<KeyRange> ranges = List.of(KeyRange.ALL);
    private Tally[] tallies = {};
    private int open;
    private boolean orderUnusable;
    private @Nullable String error;
    private long started;
    private @Nullable TableVerification result;
    private List<Difference> differences = List.of();

    /**
     * @param number of the table in the plan
     * @param turn shared by all tables of a verification; see {@link UnorderedComparison#run(Object)}
     * @param known what was compared before
     */
    TableWork(int number, TablePlan plan, VerifyOptions options, VerifyListener listener, Object turn,
            VerifiedParts known) {
        this.known = known;
        this.plan = plan;
        this.options = options;
        this.listener = listener;
        this.turn = turn;
        this.number = number;
        this.quarantine = new Tally(options.listedPerTable());
    }

    /**
     * Finds out what there is to compare and cuts it into parts.
     *
     * @param target columns of the target's table, empty where there is none
     * @param quarantineCheck looks at what of it is in quarantine
     */
    void prepare(Session session, Map<String, TargetColumn> target, QuarantineCheck quarantineCheck, boolean utf16)
            throws SQLException {
        var inQuarantine = quarantineCheck.run(number, plan, session, utf16, quarantine);
        quarantined = inQuarantine;
        var compared = ComparedTable.of(plan, target, utf16, inQuarantine);
        if (compared.columns().isEmpty()) {
            return;
        }
        table = compared;
        long wanted = Math.min(plan.rows() / ROWS_PER_RANGE, (long) options.jobs() * RANGES_PER_JOB);
        if (options.jobs() > 1 && wanted > 1 && compared.divisible()) {
            try (var ends = session.source().open(compared.sourceBoundsSql())) {
                ends.next();
                if (ends.type(0) == RowCursor.INTEGER) {
                    ranges = KeyRange.cut(ends.integer(0), ends.integer(1), (int) wanted);
                }
            }
        }
    }

    /** The parts, each to be run once, by any thread. */
    List<Part> parts() {
        tallies = new Tally[ranges.size()];
        open = ranges.size();
        var parts = new ArrayList<Part>();
        for (int i = 0; i < ranges.size(); i++) {
            parts.add(new Part(this, i, plan.rows() / ranges.size()));
        }
        return parts;
    }

    /**
     * A part of a table's comparison.
     *
     * @param rows about so many rows: large parts go first
     */
    record Part(TableWork work, int number, long rows) {
        /** Compares it. What goes wrong with either side becomes the table's error. */
        void run(Session session) throws InterruptedException {
            work.run(session, number);
        }
    }

    private void run(Session session, int number) throws InterruptedException {
        begin();
        var tally = new Tally(options.listedPerTable());
        try {
            var compared = table;
            if (compared == null) {
                countSource(session, tally);
            } else {
                tally = compareUnknown(session, compared, ranges.get(number));
            }
        } catch (OrderUnusableException e) {
            session.reset();
            noteOrderUnusable();
        } catch (SQLException | RuntimeException | OutOfMemoryError e) {
            Progress.checkInterrupted();
            session.reset();
            noteError(e);
        }
        if (end(number, tally)) {
            sumUp(session);
        }
    }

    /** Compares a range unless that was done before and nothing has changed since. */
    private Tally compareUnknown(Session session, ComparedTable compared, KeyRange range)
            throws SQLException, InterruptedException, OrderUnusableException {
        // Which rows are in quarantine is for the quarantine to say, which may have changed.
        var earlier = quarantined == null ? known.of(plan, range) : null;
        if (earlier != null && isProved(session, compared, range, earlier)) {
            var tally = new Tally(options.listedPerTable());
            tally.sourceRows(earlier.sourceRows());
            tally.targetRows(earlier.targetRows());
            tally.resumed(earlier.sourceRows());
            listener.rowsCompared(plan.source(), earlier.sourceRows());
            return tally;
        }
        var tally = compare(session, compared, range, new Progress(listener, plan.source()));
        remember(session, range, tally);
        return tally;
    }

    private boolean isProved(Session session, ComparedTable compared, KeyRange range, VerifiedParts.Kept earlier)
            throws InterruptedException {
        try {
            return UnchangedRows.proved(session.target(), plan, compared.targetFrom(range), earlier);
        } catch (SQLException e) {
            // Not every kind of relation tells which transaction wrote a row: it is compared.
            Progress.checkInterrupted();
            session.reset();
            return false;
        }
    }

    private void remember(Session session, KeyRange range, Tally tally) throws InterruptedException {
        if (quarantined == null && tally.equal() && known.keeps(tally.sourceRows())) {
            try {
                known.keep(plan, range, tally, UnchangedRows.shape(session.target(), plan));
            } catch (SQLException e) {
                Progress.checkInterrupted();
                session.reset();
            }
        }
    }

    /** Compares a range, a second time with digests where values turn out to be too long for memory. */
    private Tally compare(Session session, ComparedTable compared, KeyRange range, Progress progress)
            throws SQLException, InterruptedException, OrderUnusableException {
        try {
            return compareOnce(session, compared, range, progress);
        } catch (ValueTooLongException | OutOfMemoryError e) {
            session.reset();
            progress.startAgain();
            return compareOnce(session, session.wide(compared), range, progress);
        }
    }

    private Tally compareOnce(Session session, ComparedTable compared, KeyRange range, Progress progress)
            throws SQLException, InterruptedException, OrderUnusableException {
        var tally = new Tally(options.listedPerTable());
        if (compared.ordered()) {
            new MergeComparison(session, compared, range, tally, progress).run();
        } else {
            new UnorderedComparison(session, compared, tally, progress, UnorderedComparison.keysAtOnce()).run(turn);
        }
        return tally;
    }

    /** The target has no such table: everything is missing. */
    private void countSource(Session session, Tally tally) throws SQLException {
        String sql = "SELECT count(*) FROM " + SqlNames.quoteSqlite(plan.source());
        try (var count = session.source().open(sql)) {
            count.next();
            tally.missing(count.integer(0));
            tally.sourceRows(count.integer(0));
        }
    }

    private synchronized void begin() {
        if (started == 0) {
            started = System.nanoTime();
            listener.tableStarted(plan.source(), plan.rows());
        }
    }

    private synchronized void noteOrderUnusable() {
        orderUnusable = true;
    }

    private synchronized void noteError(Throwable e) {
        if (error == null) {
            error = e instanceof OutOfMemoryError
                    ? "Table " + plan.source() + " has a row that is too large for the memory of this process."
                            + " Nothing was changed; run the verification again with more heap (-Xmx)."
                    : e instanceof SQLException || e instanceof ForeignForm.LostTargetException
                            ? String.valueOf(e.getMessage())
                            : e.toString();
        }
    }

    private synchronized boolean end(int number, Tally tally) {
        tallies[number] = tally;
        return --open == 0;
    }

    private void sumUp(Session session) throws InterruptedException {
        var total = new Tally(options.listedPerTable());
        if (orderUnusable && error == null && table != null) {
            try {
                total = compare(session, table.unordered(), KeyRange.ALL,
                        new Progress(VerifyListener.SILENT, plan.source()));
                if (ranges.size() == 1) {
                    remember(session, KeyRange.ALL, total);
                }
            } catch (OrderUnusableException e) {
                throw new IllegalStateException("no order was asked for", e);
            } catch (SQLException | RuntimeException | OutOfMemoryError e) {
                Progress.checkInterrupted();
                session.reset();
                noteError(e);
            }
        } else {
            for (Tally part : tallies) {
                total.add(part);
            }
            requireAll(session, total);
        }
        total.add(quarantine);
        differences = total.listed();
        var finished = new TableVerification(plan.source(), plan.targetSchema() + "." + plan.target(),
                total.sourceRows(), total.targetRows(), quarantined == null ? 0 : quarantined.count(),
                total.resumed(), total.missing(), total.extra(), total.changed(),
                Duration.ofNanos(System.nanoTime() - started), error);
        result = finished;
        listener.tableFinished(finished);
    }

    /** Counts both sides anew where they were read in ranges: rows that no range holds would go unnoticed. */
    private void requireAll(Session session, Tally total) throws InterruptedException {
        if (ranges.size() == 1 || error != null) {
            return;
        }
        try {
            long source;
            try (var count = session.source().open("SELECT count(*) FROM " + SqlNames.quoteSqlite(plan.source()))) {
                count.next();
                source = count.integer(0) - (quarantined == null ? 0 : quarantined.count());
            }
            long target;
            try (var statement = session.target().createStatement();
                    var count = statement.executeQuery("SELECT count(*) FROM "
                            + SqlNames.quote(plan.targetSchema(), plan.target()))) {
                count.next();
                target = count.getLong(1);
            }
            if (source != total.sourceRows() || target != total.targetRows()) {
                throw new IllegalStateException(total.sourceRows() + " of " + source + " rows of the source and "
                        + total.targetRows() + " of " + target + " of the target were compared");
            }
        } catch (SQLException | RuntimeException e) {
            Progress.checkInterrupted();
            session.reset();
            noteError(e);
        }
    }

    /** The table's name in the source. */
    String name() {
        return plan.source();
    }

    /** Whether it was compared to its end. */
    boolean ended() {
        var found = result;
        return found != null && found.error() == null;
    }

    /** What was found, null where a part never ran. */
    @Nullable
    TableVerification result() {
        return result;
    }

    /** The differences listed. */
    List<Difference> differences() {
        return differences;
    }
}
