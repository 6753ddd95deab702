package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.internal.Ledger.Job;
import dev.ferryman.copy.internal.Ledger.MadeObject;
import dev.ferryman.copy.internal.Ledger.State;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.ViewPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Makes a target ready: finds it empty, writes the ledger with all chunks, creates the tables. */
final class Preparation {
    /** Tables made in one transaction: each holds locks until it ends. */
    private static final int TABLES_AT_ONCE = 25;
    private static final int NAMES_LISTED = 5;

    private final TargetLease lease;
    private final Plan plan;
    private final SqliteSource snapshot;
    private final int jobs;

    Preparation(TargetLease lease, Plan plan, SqliteSource snapshot, int jobs) {
        this.lease = lease;
        this.plan = plan;
        this.snapshot = snapshot;
        this.jobs = jobs;
    }

    /**
     * Does what is not done yet.
     *
     * @param wanted the copy that is to be made
     */
    void run(Job wanted) throws SQLException, InterruptedException {
        Connection connection = lease.connection();
        Optional<Job> known = Ledger.job(connection, wanted.id());
        if (known.isEmpty()) {
            begin(wanted);
        }
        if (known.isEmpty() || known.get().state() == State.PREPARING) {
            createObjects(wanted.id());
        }
    }

    /** Refuses to go on with another file, plan or mode than the copy was begun with. */
    static void requireSame(Job known, Job wanted) {
        if (!known.snapshotSha256().equals(wanted.snapshotSha256())) {
            throw new BadInputException(
                    "This copy was begun from another snapshot (" + known.snapshotFile() + "), not from "
                            + wanted.snapshotFile() + ".",
                    "Resume with that snapshot, or clean the target and begin again.");
        }
        if (!known.planSha256().equals(wanted.planSha256()) || !known.mode().equals(wanted.mode())) {
            throw new BadInputException("This copy was begun with another plan.",
                    "Resume with that plan, or clean the target and begin again.");
        }
    }

    private void begin(Job wanted) throws SQLException {
        Connection connection = lease.connection();
        for (Job other : Ledger.jobs(connection)) {
            if (other.state() != State.FINISHED) {
                throw new BadInputException(
                        "The target holds an unfinished copy of another run (" + other.id() + ", snapshot "
                                + other.snapshotFile() + ").",
                        "Resume that one, or remove it with clean.");
            }
        }
        requireEmpty(connection);
        LoadMode mode = LoadMode.find(connection, plan);
        List<Chunk> chunks = chunks(mode);
        inTransaction(() -> {
            Ledger.create(connection);
            QuarantineTable.create(connection, plan);
            Ledger.insert(connection, wanted, lease.generation(), chunks);
            if (plan.mode() == SchemaMode.CREATE) {
                preamble(wanted.id());
            }
            replace();
        });
    }

    private void requireEmpty(Connection connection) throws SQLException {
        List<String> inTheWay = new ArrayList<>();
        for (TablePlan table : plan.tables()) {
            String name = SqlNames.quote(table.targetSchema(), table.target());
            boolean there = yes(connection, "SELECT to_regclass(" + SqlNames.literal(name) + ") IS NOT NULL");
            if (plan.mode() == SchemaMode.CREATE) {
                if (there) {
                    inTheWay.add(table.target());
                }
            } else if (!there) {
                throw new BadInputException("The target has no table " + name + ".",
                        "Run the application's migrations on the target, then plan again.");
            } else if (!table.replace() && yes(connection, "SELECT EXISTS (SELECT 1 FROM " + name + ")")) {
                inTheWay.add(table.target());
            }
        }
        for (ViewPlan view : plan.views()) {
            if (yes(connection, "SELECT to_regclass("
                    + SqlNames.literal(SqlNames.quote(view.targetSchema(), view.target())) + ") IS NOT NULL")) {
                inTheWay.add(view.target());
            }
        }
        if (!inTheWay.isEmpty()) {
            String names = String.join(", ", inTheWay.subList(0, Math.min(NAMES_LISTED, inTheWay.size())))
                    + (inTheWay.size() > NAMES_LISTED ? " and " + (inTheWay.size() - NAMES_LISTED) + " more" : "");
            throw plan.mode() == SchemaMode.CREATE
                    ? new BadInputException("The target already has tables of these names: " + names + ".",
                            "Copy into an empty database or schema, or use the existing-schema mode.")
                    : new BadInputException("These tables of the target already hold rows: " + names + ".",
                            "Empty them first; nothing of the target was changed.");
        }
    }

    /** Removes what the tables hold that somebody has chosen to replace, in the transaction that begins the copy. */
    private void replace() throws SQLException {
        String names = plan.tables().stream().filter(TablePlan::replace)
                .map(table -> SqlNames.quote(table.targetSchema(), table.target())).collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            return;
        }
        try (var statement = lease.connection().createStatement()) {
            statement.execute("TRUNCATE " + names);
        } catch (SQLException e) {
            throw new CopyFailedException("The rows that were to be replaced cannot be removed: " + e.getMessage(),
                    "Nothing was changed. Replace the rows of the tables that refer to them too, or empty these tables"
                            + " yourself, then copy again.",
                    e);
        }
    }

    private List<Chunk> chunks(LoadMode mode) throws SQLException {
        List<Chunk> chunks = new ArrayList<>();
        try (var reader = new SnapshotReader(snapshot)) {
            var planner = new ChunkPlanner(reader);
            for (int i = 0; i < plan.tables().size(); i++) {
                TablePlan table = plan.tables().get(i);
                if (mode.whole(table)) {
                    chunks.add(new Chunk(i, 0, null, null));
                } else {
                    chunks.addAll(planner.plan(i, table));
                }
            }
        }
        return chunks;
    }

    private void createObjects(String job) throws SQLException, InterruptedException {
        Connection connection = lease.connection();
        if (plan.mode() == SchemaMode.EXISTING) {
            inTransaction(() -> {
                for (TablePlan table : plan.tables()) {
                    Ledger.addObject(connection, job,
                            new MadeObject(MadeObject.Kind.FILLED_TABLE, table.targetSchema(), table.target()));
                }
                Ledger.setState(connection, job, State.LOADING);
            });
            return;
        }
        Set<MadeObject> made = new LinkedHashSet<>(Ledger.objects(connection, job));
        List<TablePlan> missing = plan.tables().stream().filter(table -> !made.contains(madeTable(table))).toList();
        createTables(job, missing);
        Ledger.setState(connection, job, State.LOADING);
    }

    private void createTables(String job, List<TablePlan> missing) throws SQLException, InterruptedException {
        Queue<List<TablePlan>> batches = new ConcurrentLinkedQueue<>();
        for (int from = 0; from < missing.size(); from += TABLES_AT_ONCE) {
            batches.add(missing.subList(from, Math.min(missing.size(), from + TABLES_AT_ONCE)));
        }
        if (batches.isEmpty()) {
            return;
        }
        var workers = new Workers();
        workers.run(Math.min(jobs, batches.size()), () -> {
            try (Connection connection = lease.open()) {
                workers.working(connection);
                // The change of the job's state, which follows, is durable and makes everything before it durable.
                execute(connection, "SET synchronous_commit = off");
                connection.commit();
                for (var batch = batches.poll(); batch != null; batch = batches.poll()) {
                    Ledger.fence(connection, job, lease.generation());
                    for (TablePlan table : batch) {
                        createTable(connection, job, table);
                    }
                    connection.commit();
                }
            }
            return null;
        });
    }

    private void preamble(String job) throws SQLException {
        Connection connection = lease.connection();
        Set<MadeObject> before = ObjectCatalogue.read(connection);
        for (String schema : plan.tables().stream().map(TablePlan::targetSchema).distinct().toList()) {
            // IF NOT EXISTS would demand the right to create schemas even where it is there.
            if (yes(connection, "SELECT to_regnamespace(" + SqlNames.literal(SqlNames.quote(schema)) + ") IS NULL")) {
                execute(connection, "CREATE SCHEMA " + SqlNames.quote(schema));
            }
        }
        for (String statement : plan.preamble()) {
            execute(connection, statement);
        }
        Set<MadeObject> after = ObjectCatalogue.read(connection);
        after.removeAll(before);
        for (MadeObject object : after) {
            Ledger.addObject(connection, job, object);
        }
    }

    private static void createTable(Connection connection, String job, TablePlan table) throws SQLException {
        String sql = table.createSql();
        if (sql == null) {
            throw new IllegalStateException("the plan has no statement for table " + table.source());
        }
        execute(connection, sql);
        Ledger.addObject(connection, job, madeTable(table));
    }

    private static MadeObject madeTable(TablePlan table) {
        return new MadeObject(MadeObject.Kind.TABLE, table.targetSchema(), table.target());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new CopyFailedException("PostgreSQL refused a statement of the plan: " + e.getMessage() + ". It was: "
                    + (sql.length() > 500 ? sql.substring(0, 500) + " …" : sql),
                    "The transaction was rolled back. Correct the plan or the role's rights, clean the target, and copy"
                            + " again.",
                    e);
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void inTransaction(Work work) throws SQLException {
        Connection connection = lease.connection();
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static boolean yes(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }
}
