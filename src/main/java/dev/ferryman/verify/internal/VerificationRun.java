package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.StructureFinding;
import dev.ferryman.verify.TableVerification;
import dev.ferryman.verify.Verdict;
import dev.ferryman.verify.VerificationResult;
import dev.ferryman.verify.VerifyListener;
import dev.ferryman.verify.VerifyOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One verification from its first connection to its result. */
public final class VerificationRun {
    /** JSON may be nested thousands of levels deep, and is compared by recursion. */
    private static final long STACK_BYTES = 16L * 1024 * 1024;

    private final SqliteSource snapshot;
    private final PostgresTarget target;
    private final Plan plan;
    private final VerifyOptions options;
    private final VerifyListener listener;
    private final List<TableWork> tables = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable String error;
    private @Nullable Basis basis;

    /** What a note in the target is about. */
    private record Basis(String snapshotSha256, String planSha256) {}

    /** See {@link dev.ferryman.verify.Verification#run}. */
    public VerificationRun(SqliteSource snapshot, PostgresTarget target, Plan plan, VerifyOptions options,
            VerifyListener listener) {
        this.snapshot = snapshot;
        this.target = target;
        this.plan = plan;
        this.options = options;
        this.listener = listener;
    }

    /** The same, but what it finishes is noted in the target, and what is noted there and still holds is not compared. */
    public VerificationRun remembering(String snapshotSha256, String planSha256) {
        basis = new Basis(snapshotSha256, planSha256);
        return this;
    }

    /** Compares everything. */
    public VerificationResult run() throws InterruptedException {
        long started = System.nanoTime();
        List<StructureFinding> structure = List.of();
        // This transaction shows all workers the same moment and must stay open as long as they begin theirs.
        try (Connection coordinator = target.connect()) {
            Session.begin(coordinator, null);
            try (var known = basis == null
                    ? VerifiedParts.none()
                    : VerifiedParts.open(target, coordinator, basis.snapshotSha256, basis.planSha256)) {
                compareTables(coordinator, known);
                structure = Stream.concat(new StructureCheck(coordinator, plan).run().stream(),
                        new QuarantineCheck(coordinator).unplanned(plan).stream()).toList();
                if (tables.stream().allMatch(TableWork::ended)) {
                    known.forget();
                }
            }
        } catch (SQLException e) {
            error = String.valueOf(e.getMessage());
        }
        return result(structure, Duration.ofNanos(System.nanoTime() - started));
    }

    private void compareTables(Connection coordinator, VerifiedParts known) throws SQLException, InterruptedException {
        String view = exportSnapshot(coordinator);
        boolean utf16;
        try (var reader = new SqliteReader(snapshot, LongValues.FROM, LongValues.FROM)) {
            utf16 = reader.utf16();
        }
        var turn = new Object();
        var parts = new ArrayList<TableWork.Part>();
        try (var session = new Session(snapshot, target, view, utf16)) {
            var quarantine = new QuarantineCheck(coordinator);
            for (var table : plan.tables()) {
                var work = new TableWork(tables.size(), table, options, listener, turn, known);
                work.prepare(session, TargetCatalog.columns(coordinator, table.targetSchema(), table.target()),
                        quarantine, utf16);
                tables.add(work);
                parts.addAll(work.parts());
            }
        }
        parts.sort(Comparator.comparingLong(TableWork.Part::rows).reversed());
        int workers = Math.min(options.jobs(), parts.size());
        if (workers > 0) {
            for (int i = 0; i < workers; i++) {
                sessions.add(new Session(snapshot, target, view, utf16));
            }
            work(new ConcurrentLinkedQueue<>(parts));
        }
    }

    private static String exportSnapshot(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** A thread whose stack is deep enough for every value. */
    static Thread thread(Runnable task) {
        var thread = new Thread(null, task, "ferryman-verify", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    private void work(Queue<TableWork.Part> parts) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(sessions.size(), VerificationRun::thread);
        try {
            var running = new ArrayList<Future<?>>();
            for (Session session : sessions) {
                running.add(executor.submit(() -> {
                    try (session) {
                        for (var part = parts.poll(); part != null; part = parts.poll()) {
                            part.run(session);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker of the verification broke", e.getCause());
        } finally {
            executor.shutdownNow();
            if (!executor.isTerminated()) {
                stop(executor);
            }
        }
    }

    /** Only after an interrupt: the workers sit in calls that do not listen to it. */
    private void stop(ExecutorService executor) {
        sessions.forEach(Session::abort);
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                if (!executor.awaitTermination(100, TimeUnit.MILLISECONDS)) {
                    sessions.forEach(Session::abort);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private VerificationResult result(List<StructureFinding> structure, Duration duration) {
        var results = new ArrayList<TableVerification>();
        var differences = new ArrayList<Difference>();
        for (TableWork table : tables) {
            var result = table.result();
            if (result != null) {
                results.add(result);
                if (result.error() != null && error == null) {
                    error = "Table " + result.table() + ": " + result.error();
                }
            } else if (error == null) {
                error = "Table " + table.name() + " was not compared to its end.";
            }
            differences.addAll(table.differences());
        }
        long differing = results.stream().mapToLong(TableVerification::differing).sum();
        boolean failed = differing > 0
                || structure.stream().anyMatch(f -> f.severity() == StructureFinding.Severity.FAILURE);
        var verdict = failed ? Verdict.FAILED : error == null ? Verdict.PASSED : Verdict.ERROR;
        return new VerificationResult(verdict, results, differences, differing, structure, duration, error);
    }
}
