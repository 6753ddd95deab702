package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.ChangedRowsResult;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.KeyQuery;
import dev.ferryman.verify.VerifyOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows of a live file again and again, through the same connections. The work is done on a thread of its own, so
 * that it can be left behind when its time is over.
 */
public final class LiveComparison implements AutoCloseable {
    private static final long CLOSING_SECONDS = 5;

    private final SqliteSource live;
    private final PostgresTarget target;
    private final Map<String, ComparedTable> tables = new HashMap<>();
    private final Map<String, TablePlan> plans = new HashMap<>();
    private final boolean utf16;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(VerificationRun::thread);
    private Session session;

    /** See {@link dev.ferryman.verify.ChangedRows#open}. */
    public LiveComparison(SqliteSource live, PostgresTarget target, Plan plan) throws SQLException {
        this.live = live;
        this.target = target;
        try (var reader = new SqliteReader(live, LongValues.FROM, LongValues.FROM)) {
            this.utf16 = reader.utf16();
        }
        this.session = new Session(live, target, null, utf16);
        try {
            for (TablePlan table : plan.tables()) {
                plans.put(table.source(), table);
                tables.put(table.source(), ComparedTable.of(table,
                        TargetCatalog.columns(session.target(), table.targetSchema(), table.target()), utf16, null));
            }
            session.endMoment();
            session.source();
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** See {@link dev.ferryman.verify.ChangedRows#compare}. */
    public ChangedRowsResult compare(List<KeyQuery> changed, Duration limit) throws InterruptedException {
        long started = System.nanoTime();
        for (KeyQuery query : changed) {
            if (!plans.containsKey(query.table())) {
                throw new IllegalArgumentException("the plan has no table " + query.table());
            }
        }
        Session used = session;
        Future<ChangedRowsResult> running = worker.submit(() -> run(used, List.copyOf(changed), started));
        try {
            return running.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            leave(running);
            return ChangedRowsResult.notInTime(limit, Duration.ofNanos(System.nanoTime() - started));
        } catch (InterruptedException e) {
            leave(running);
            throw e;
        } catch (ExecutionException e) {
            leave(running);
            throw new IllegalStateException("the comparison of changed rows broke", e.getCause());
        }
    }

    /** Makes whatever runs fail soon, without waiting for it; the next comparison has connections of its own. */
    private void leave(Future<?> running) {
        Session left = session;
        session = new Session(live, target, null, utf16);
        running.cancel(true);
        left.abort();
        worker.execute(left::close);
    }

    private ChangedRowsResult run(Session used, List<KeyQuery> changed, long started) throws InterruptedException {
        long keys = 0;
        var total = new Tally(VerifyOptions.LISTED_PER_TABLE);
        var differences = new ArrayList<Difference>();
        var whole = new ArrayList<ChangedRowsResult.Whole>();
        String error = null;
        String at = "";
        try {
            used.requireAlive();
            for (KeyQuery query : changed) {
                at = query.table();
                error = obstacle(query.table());
                if (error != null) {
                    break;
                }
                var comparison = new KeyedComparison(used, table(query), query, VerifyOptions.LISTED_PER_TABLE);
                comparison.run();
                keys += comparison.keys();
                differences.addAll(comparison.tally().listed());
                total.add(comparison.tally());
                String why = comparison.whole();
                if (why != null) {
                    whole.add(new ChangedRowsResult.Whole(query.table(), why));
                }
            }
            used.endMoment();
        } catch (SQLException | RuntimeException | OutOfMemoryError e) {
            Progress.checkInterrupted();
            used.reset();
            error = "Table " + at + " was not compared to its end: " + (e instanceof OutOfMemoryError
                    ? "it has a row that is too large for the memory of this process"
                    : e.getMessage());
        }
        return new ChangedRowsResult(keys, total.sourceRows(), total.targetRows(), differences,
                total.missing() + total.extra() + total.changed(), whole,
                Duration.ofNanos(System.nanoTime() - started), error);
    }

    private @Nullable String obstacle(String name) {
        TablePlan plan = Objects.requireNonNull(plans.get(name));
        if (!plan.quarantine().isEmpty()) {
            return "Table " + name + " sends rows to quarantine, so its changed rows cannot be compared.";
        }
        return Objects.requireNonNull(tables.get(name)).columns().isEmpty()
                ? "The target has no table " + plan.targetSchema() + "." + plan.target() + " for table " + name + "."
                : null;
    }

    private ComparedTable table(KeyQuery query) {
        return Objects.requireNonNull(tables.get(query.table()));
    }

    @Override
    public void close() {
        worker.execute(session::close);
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
