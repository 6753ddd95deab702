package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.internal.Ledger.MadeObject;
import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.ViewPlan;
import dev.ferryman.copy.internal.StagedWork.Lane;
import dev.ferryman.copy.internal.StagedWork.Taken;
import dev.ferryman.copy.internal.StagedWork.Work;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Builds what a table gets after its rows: keys, indexes, checks, foreign keys, comments, statistics. */
final class Completion {
    private static final String MEMORY = "256MB";
    private static final String DEADLOCK = "40P01";
    private static final int ATTEMPTS = 5;
    /** Tables with fewer rows are completed several in one transaction. */
    private static final long SMALL_ROWS = 10_000;
    /** How many of them: each holds locks until the transaction ends. */
    private static final int SMALL_AT_ONCE = 25;
    private static final Set<AfterLoad.Kind> BUILDS = Set.of(AfterLoad.Kind.PRIMARY_KEY, AfterLoad.Kind.UNIQUE,
            AfterLoad.Kind.INDEX, AfterLoad.Kind.CHECK);
    private static final Set<AfterLoad.Kind> LAST = Set.of(AfterLoad.Kind.VALIDATE_FOREIGN_KEY,
            AfterLoad.Kind.COMMENT);
    private static final String INDEX = "index";
    private static final String CONSTRAINT = "constraint";
    private static final String VALIDATED = "validated";

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

    /** Builds everything and gathers the planner's statistics; what an earlier attempt has built is found. */
    void run() throws SQLException, InterruptedException {
        Set<String> built = built();
        List<Task> tasks = new ArrayList<>();
        for (TablePlan table : plan.tables()) {
            table.afterLoad().stream().filter(step -> !built.contains(id(table, step)))
                    .forEach(step -> tasks.add(new Task(table, step)));
        }
        int all = plan.tables().stream().mapToInt(table -> table.afterLoad().size()).sum();
        done.set(all - tasks.size());
        listener.completed(done.get(), all);
        listener.phase("Building keys and indexes");
        each(lanes(tasks, BUILDS, true), all);
        List<Task> foreignKeys = of(tasks, AfterLoad.Kind.FOREIGN_KEY);
        if (!foreignKeys.isEmpty()) {
            listener.phase("Adding foreign keys");
            // One after the other: each locks two tables at once, and takes no time as long as it is not validated.
            Lane lane = new Lane();
            for (int from = 0; from < foreignKeys.size(); from += SMALL_AT_ONCE) {
                List<Task> batch = foreignKeys.subList(from, Math.min(foreignKeys.size(), from + SMALL_AT_ONCE));
                lane.add(List.of(new Work(batch.size(), connection -> {
                    for (Task task : batch) {
                        build(connection, task);
                    }
                })));
            }
            each(List.of(lane), all);
        }
        List<Lane> last = lanes(tasks, LAST, false);
        if (!last.isEmpty()) {
            listener.phase("Validating foreign keys");
            each(last, all);
        }
    }

    private static List<Task> of(List<Task> tasks, AfterLoad.Kind kind) {
        return tasks.stream().filter(task -> task.step().kind() == kind).toList();
    }

    /** A lane per table, the largest first; small tables share lanes and transactions, whose number is what costs. */
    private List<Lane> lanes(List<Task> tasks, Set<AfterLoad.Kind> kinds, boolean analyze) {
        IdentityHashMap<TablePlan, List<Task>> byTable = new IdentityHashMap<>();
        for (Task task : tasks) {
            if (kinds.contains(task.step().kind())) {
                byTable.computeIfAbsent(task.table(), _ -> new ArrayList<>()).add(task);
            }
        }
        List<Lane> lanes = new ArrayList<>();
        List<TablePlan> small = new ArrayList<>();
        for (TablePlan table : plan.tables().stream().filter(table -> analyze || byTable.containsKey(table))
                .sorted(Comparator.comparingLong(TablePlan::rows).reversed()).toList()) {
            if (table.rows() < SMALL_ROWS) {
                small.add(table);
            } else {
                lanes.add(lane(table, byTable.getOrDefault(table, List.of()), analyze));
            }
        }
        for (int from = 0; from < small.size(); from += SMALL_AT_ONCE) {
            List<TablePlan> batch = small.subList(from, Math.min(small.size(), from + SMALL_AT_ONCE));
            int steps = batch.stream().mapToInt(table -> byTable.getOrDefault(table, List.of()).size()).sum();
            Lane lane = new Lane();
            lane.add(List.of(new Work(steps, connection -> {
                for (TablePlan table : batch) {
                    for (Task task : byTable.getOrDefault(table, List.of())) {
                        build(connection, task);
                    }
                    if (analyze) {
                        execute(connection, "ANALYZE " + quoted(table));
                    }
                }
            })));
            lanes.add(lane);
        }
        return lanes;
    }

    private Lane lane(TablePlan table, List<Task> tasks, boolean analyze) {
        Lane lane = new Lane();
        // PostgreSQL lets several indexes of a table be built at once, and nothing else.
        List<Work> indexes = new ArrayList<>();
        for (AfterLoad.Kind kind : AfterLoad.Kind.values()) {
            for (Task task : of(tasks, kind)) {
                Work work = new Work(1, connection -> {
                    if (kind == AfterLoad.Kind.VALIDATE_FOREIGN_KEY) {
                        ForeignKeyValidation.prepare(connection, quoted(table), task.step().name());
                    }
                    build(connection, task);
                });
                if (kind == AfterLoad.Kind.INDEX) {
                    indexes.add(work);
                } else {
                    lane.add(List.of(work));
                }
            }
            if (kind == AfterLoad.Kind.INDEX) {
                lane.add(indexes);
            }
        }
        if (analyze) {
            lane.add(List.of(new Work(0, connection -> execute(connection, "ANALYZE " + quoted(table)))));
        }
        return lane;
    }

    /** Creates the views, one after the other: they may be over each other. */
    void views() throws SQLException, InterruptedException {
        if (plan.views().isEmpty()) {
            return;
        }
        listener.phase("Creating views");
        Lane lane = new Lane();
        for (ViewPlan view : plan.views()) {
            lane.add(List.of(new Work(0, connection -> {
                var made = new MadeObject(MadeObject.Kind.VIEW, view.targetSchema(), view.target());
                if (!Ledger.objects(connection, job).contains(made)) {
                    view(connection, view);
                    Ledger.addObject(connection, job, made);
                }
            })));
        }
        each(List.of(lane), 0);
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

    private void each(List<Lane> lanes, int all) throws SQLException, InterruptedException {
        var waiting = new StagedWork(lanes);
        if (waiting.widest() == 0) {
            return;
        }
        var workers = new Workers();
        workers.run(Math.min(jobs, waiting.widest()), () -> {
            try (Connection connection = lease.open()) {
                workers.working(connection);
                prepare(connection);
                for (Taken next = waiting.take(); next != null; next = waiting.take()) {
                    inTransaction(connection, next.work());
                    waiting.done(next);
                    if (next.work().steps() > 0) {
                        listener.completed(done.addAndGet(next.work().steps()), all);
                    }
                }
            }
            return null;
        });
    }

    private static void prepare(Connection connection) throws SQLException {
        // What is lost with the server's last moments is found missing and built again. The change of the job's state,
        // later, is durable and makes everything before it durable.
        execute(connection, "SET synchronous_commit = off");
        execute(connection, "SET jit = off");
        execute(connection, "SELECT set_config('maintenance_work_mem', '" + MEMORY
                + "', false) WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('" + MEMORY
                + "')");
        connection.commit();
    }

    private void inTransaction(Connection connection, Work work) throws SQLException {
        for (int attempt = 1;; attempt++) {
            try {
                Ledger.fence(connection, job, lease.generation());
                work.action().run(connection);
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

    /** The steps of the plan that an earlier attempt has taken. Nobody else builds: this job holds the target. */
    private Set<String> built() throws SQLException {
        Set<String> built = new HashSet<>();
        try (var statement = lease.connection()
                .prepareStatement("""
                                  SELECT n.nspname, t.relname, c.conname, c.contype = 'f' AND c.convalidated, false
                                  FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                                  JOIN pg_namespace n ON n.oid = t.relnamespace
                                  WHERE n.nspname = ANY (?) AND c.contype IN ('c', 'f')
                                  UNION ALL
                                  SELECT n.nspname, t.relname, c.relname, false, true
                                  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                                  JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
                                  WHERE n.nspname = ANY (?)""")) {
            Array schemas = lease.connection().createArrayOf("text",
                    plan.tables().stream().map(TablePlan::targetSchema).distinct().toArray());
            statement.setArray(1, schemas);
            statement.setArray(2, schemas);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    String table = SqlNames.quote(rows.getString(1), rows.getString(2));
                    if (rows.getBoolean(5)) {
                        built.add(id(INDEX, table, rows.getString(3)));
                    } else {
                        built.add(id(CONSTRAINT, table, rows.getString(3)));
                        if (rows.getBoolean(4)) {
                            built.add(id(VALIDATED, table, rows.getString(3)));
                        }
                    }
                }
            }
        }
        return built;
    }

    private static String id(TablePlan table, AfterLoad step) {
        return id(switch (step.kind()) {
            case PRIMARY_KEY, UNIQUE, INDEX -> INDEX;
            case CHECK, FOREIGN_KEY -> CONSTRAINT;
            case VALIDATE_FOREIGN_KEY -> VALIDATED;
            // Whether it was made is not looked for: making it again changes nothing.
            case COMMENT -> "comment";
        }, quoted(table), step.name());
    }

    private static String id(String what, String table, String name) {
        return what + ' ' + name + " of " + table;
    }

    private static String quoted(TablePlan table) {
        return SqlNames.quote(table.targetSchema(), table.target());
    }
}
