package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.Lease;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Installs a capture in one transaction. */
public final class Installation {
    private final SqliteSource live;
    private final Clock clock;
    private final Duration lockLimit;

    public Installation(SqliteSource live, Clock clock, Duration lockLimit) {
        this.live = live;
        this.clock = clock;
        this.lockLimit = lockLimit;
    }

    /** See {@code Capture.preview}. */
    public static List<CapturedTable> preview(SqliteSource live, Plan plan) throws SQLException {
        requireTwoWay(plan);
        try (Connection connection = live.connect()) {
            return tables(SourceSchema.read(connection), plan);
        }
    }

    /** See {@code Capture.install}. */
    public CaptureState install(Plan plan, Lease lease) throws SQLException, InterruptedException {
        requireTwoWay(plan);
        try (SourceWrite write = SourceWrite.begin(live, lockLimit)) {
            Connection connection = write.connection();
            SourceSchema schema = SourceSchema.read(connection);
            List<CapturedTable> tables = tables(schema, plan);
            Optional<CaptureState> there = CaptureStore.read(connection);
            if (there.isPresent()) {
                return same(there.get(), tables, lease, write);
            }
            CaptureState state = CaptureStore.create(connection, tables, lease, FileIdentity.of(live.path()), clock);
            for (CapturedTable table : tables) {
                for (String sql : new CaptureDdl(required(schema, table.table()), table.number(), table.key())
                        .statements()) {
                    write.execute(sql);
                }
            }
            CaptureStore.keepSchema(connection);
            // The source remembers nobody yet; whoever comes later waits for this lock.
            lease.confirm().run();
            write.commit(lockLimit);
            return state;
        }
    }

    /** What is left behind or altered on the way there cannot be told from a deletion or a change on the way back. */
    private static void requireTwoWay(Plan plan) {
        for (TablePlan table : plan.tables()) {
            if (!table.quarantine().isEmpty()) {
                throw new BadInputException("Rows of table " + table.source()
                        + " go to quarantine, so the table cannot be followed while the application writes.",
                        "Correct those rows in the source, choose a type that holds them, or move read-only.");
            }
            for (ColumnPlan column : table.columns()) {
                if (column.emptyAsNull()) {
                    throw new BadInputException("Empty texts of column " + column.source() + " of table "
                            + table.source() + " become NULL, and nothing could tell them apart on the way back.",
                            "Correct them in the source, choose a type that holds them, or move read-only.");
                }
            }
        }
    }

    private CaptureState same(CaptureState there, List<CapturedTable> wanted, Lease lease, SourceWrite write)
            throws SQLException, InterruptedException {
        if (!there.job().equals(lease.job())) {
            throw new BadInputException("The source is captured for another cutover (" + there.job() + ").",
                    "Finish or abort that one first.");
        }
        if (!there.tables().equals(wanted)) {
            throw new BadInputException("The source is captured by another plan: its tables or keys were different.",
                    "Remove the capture, install it anew, and take a new snapshot.");
        }
        CaptureStore.claim(write.connection(), lease);
        write.commit(lockLimit);
        return new CaptureState(there.capture(), there.job(), lease.generation(), there.installedAt(), wanted);
    }

    /** What is captured of a plan's tables. */
    private static List<CapturedTable> tables(SourceSchema schema, Plan plan) {
        List<CapturedTable> tables = new ArrayList<>();
        for (TablePlan planned : plan.tables()) {
            SourceTable table = required(schema, planned.source());
            List<String> key = planned.key().columns();
            for (String column : key) {
                if (table.column(column) == null) {
                    throw new BadInputException("Table " + table.name() + " has no column " + column + " any more.",
                            "Plan again: the source has changed.");
                }
            }
            String obstacle = CaptureDdl.obstacle(table, key);
            tables.add(obstacle.isEmpty()
                    ? new CapturedTable(tables.size() + 1, table.name(), key, "")
                    : new CapturedTable(tables.size() + 1, table.name(), List.of(),
                            "Its rows cannot be followed one by one, because " + obstacle
                                    + ": the whole table is copied again when something in it changed."));
        }
        return tables;
    }

    private static SourceTable required(SourceSchema schema, String name) {
        SourceTable table = schema.table(name);
        if (table == null || table.kind() != SourceTable.Kind.ORDINARY) {
            throw new BadInputException("The source has no table " + name + " any more.",
                    "Plan again: the source has changed.");
        }
        return table;
    }
}
