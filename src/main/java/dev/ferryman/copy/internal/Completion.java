package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.internal.Ledger.MadeObject;
import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.ViewPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Builds what a table gets after its rows: keys, indexes, checks, foreign keys, comments, statistics. */
final class Completion {
    private static final String MEMORY = "256MB";
    private static final String DEADLOCK = "40P01";
    private static final int ATTEMPTS = 5;

    private final TargetLease lease;
    private final String job;
    private final Plan plan;
    private final int jobs;
    private final CopyListener listener;
    private final AtomicInteger done = new AtomicInteger();

    Completion(TargetLease lease, String job, Plan plan, int jobs, CopyListener listener) {
        this.lease = lease;
        this.job = job;
        this.plan = plan;
        this.jobs = jobs;
        this.listener = listener;
    }

    private record Task(TablePlan table, AfterLoad step) {}

    /** Work on one table inside a transaction. */
    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    void run() throws SQLException, InterruptedException {
        int total = plan.tables().stream().mapToInt(table -> table.afterLoad().size()).sum();
        for (AfterLoad.Kind kind : AfterLoad.Kind.values()) {
            List<Task> tasks = new ArrayList<>();
            for (TablePlan table : plan.tables()) {
                table.afterLoad().stream().filter(step -> step.kind() == kind)
                        .forEach(step -> tasks.add(new Task(table, step)));
            }
            if (!tasks.isEmpty()) {
                listener.phase(phase(kind));
                tasks.sort(Comparator.comparingLong((Task task) -> task.table().rows()).reversed());
                // Adding foreign keys locks two tables at once and takes no time as long as they are not validated.
                int threads = kind == AfterLoad.Kind.FOREIGN_KEY ? 1 : Math.min(jobs, tasks.size());
                List<Work> work = new ArrayList<>();
                tasks.forEach(task -> work.add(connection -> {
                    if (!there(connection, task)) {
                        build(connection, task);
                    }
                    listener.completed(done.incrementAndGet(), total);
                }));
                each(work, threads);
            }
        }
    }

    /** Creates the views, one after the other: they may be over each other. */
    void views() throws SQLException, InterruptedException {
        if (plan.views().isEmpty()) {
            return;
        }
        listener.phase("Creating views");
        List<Work> work = new ArrayList<>();
        for (ViewPlan view : plan.views()) {
            work.add(connection -> {
                var made = new MadeObject(MadeObject.Kind.VIEW, view.targetSchema(), view.target());
                if (!Ledger.objects(connection, job).contains(made)) {
                    view(connection, view);
                    Ledger.addObject(connection, job, made);
                }
            });
        }
        each(work, 1);
    }

    private static void view(Connection connection, ViewPlan view) throws SQLException {
        try {
            execute(connection, view.sql());
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57")) {
                throw e;
            }
            throw new CopyFailedException("PostgreSQL refused the view " + view.source() + ": " + e.getMessage(),
                    "All rows are in and stay. If something of that name is in the way, remove it and run the same copy"
                            + " again; or clean the target.",
                    e);
        }
    }

    /** Gathers the planner's statistics. */
    void analyze() throws SQLException, InterruptedException {
        listener.phase("Gathering statistics");
        List<Work> work = new ArrayList<>();
        plan.tables().stream().sorted(Comparator.comparingLong(TablePlan::rows).reversed()).forEach(table -> work
                .add(connection -> execute(connection, "ANALYZE " + quoted(table))));
        each(work, Math.min(jobs, Math.max(1, work.size())));
    }

    private static String phase(AfterLoad.Kind kind) {
        return switch (kind) {
            case PRIMARY_KEY -> "Building primary keys";
            case UNIQUE -> "Building unique constraints";
            case INDEX -> "Building indexes";
            case CHECK -> "Adding check constraints";
            case FOREIGN_KEY -> "Adding foreign keys";
            case VALIDATE_FOREIGN_KEY -> "Validating foreign keys";
            case COMMENT -> "Adding comments";
        };
    }

    private void each(List<Work> work, int threads) throws SQLException, InterruptedException {
        Queue<Work> waiting = new ConcurrentLinkedQueue<>(new ArrayDeque<>(work));
        var workers = new Workers();
        workers.run(threads, () -> {
            try (Connection connection = lease.open()) {
                workers.working(connection);
                prepare(connection);
                for (Work next = waiting.poll(); next != null; next = waiting.poll()) {
                    inTransaction(connection, next);
                }
            }
            return null;
        });
    }

    private static void prepare(Connection connection) throws SQLException {
        // What is lost with the server's last moments is found missing and built again. The change of the job's state,
        // later, is durable and makes everything before it durable.
        execute(connection, "SET synchronous_commit = off");
        execute(connection, "SELECT set_config('maintenance_work_mem', '" + MEMORY
                + "', false) WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('" + MEMORY
                + "')");
        connection.commit();
    }

    private void inTransaction(Connection connection, Work work) throws SQLException {
        for (int attempt = 1;; attempt++) {
            try {
                Ledger.fence(connection, job, lease.generation());
                work.run(connection);
                connection.commit();
                return;
            } catch (SQLException e) {
                connection.rollback();
                if (!DEADLOCK.equals(e.getSQLState()) || attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void build(Connection connection, Task task) throws SQLException {
        try {
            execute(connection, task.step().sql());
        } catch (SQLException e) {
            if (DEADLOCK.equals(e.getSQLState()) || e.getSQLState() == null || e.getSQLState().startsWith("08")
                    || e.getSQLState().startsWith("57")) {
                throw e;
            }
            throw new CopyFailedException(
                    "Table " + task.table().source() + ": PostgreSQL refused " + task.step().name() + " ("
                            + task.step().source() + "): " + e.getMessage(),
                    "All rows are in and stay. Correct the data or the plan, then run the same copy again, or clean the"
                            + " target.",
                    e);
        }
    }

    /** Whether an earlier attempt has built it. */
    private static boolean there(Connection connection, Task task) throws SQLException {
        String sql = switch (task.step().kind()) {
            case COMMENT -> "SELECT false WHERE ?::text IS NULL OR ?::text IS NULL";
            case VALIDATE_FOREIGN_KEY -> "SELECT convalidated FROM pg_constraint WHERE conrelid = ?::regclass"
                    + " AND conname = ?";
            case CHECK, FOREIGN_KEY -> "SELECT true FROM pg_constraint WHERE conrelid = ?::regclass AND conname = ?";
            case PRIMARY_KEY, UNIQUE, INDEX -> "SELECT true FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                    + " WHERE i.indrelid = ?::regclass AND c.relname = ?";
        };
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, quoted(task.table()));
            statement.setString(2, task.step().name());
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static String quoted(TablePlan table) {
        return SqlNames.quote(table.targetSchema(), table.target());
    }
}
