package dev.ferryman.replication.internal;

import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.PointOfNoReturn;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The fence in the source: triggers that abort every write. Its row commits with the triggers and is the point of no
 * return ({@code DESIGN.md} § 2.6). The capture's triggers go, the application's own are set aside so that the reverse
 * sync does not fire them; both in the same transaction.
 */
public final class Fence {
    /** What the application's SQLite answers to a write. */
    public static final String MESSAGE = "this database has moved to PostgreSQL (Ferryman): write there, not here";

    private Fence() {}

    /** The fence as the source has it; empty where there is none. */
    public static Optional<PointOfNoReturn> read(Connection connection) throws SQLException {
        if (!CaptureStore.exists(connection)) {
            return Optional.empty();
        }
        return Sql.query(connection,
                "SELECT job, capture, fenced_at, fence_generation FROM " + Names.STATE + " WHERE fenced_at IS NOT NULL",
                row -> new PointOfNoReturn(row.getString(1), row.getString(2), Instant.parse(row.getString(3)),
                        row.getLong(4)))
                .stream().findFirst();
    }

    /** Puts the fence up inside a write transaction of the caller. */
    static void putUp(Connection connection, List<CapturedTable> captured, Lease lease, Instant at)
            throws SQLException {
        CaptureStore.claim(connection, lease);
        for (CapturedTable table : captured) {
            for (String trigger : Sql.query(connection,
                    "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND name GLOB ?",
                    row -> row.getString(1), Names.trigger(table.number(), "*"))) {
                Sql.execute(connection, "DROP TRIGGER " + Names.quote(trigger));
            }
        }
        List<String> tables = ordinary(connection);
        setAside(connection, tables);
        for (int i = 0; i < tables.size(); i++) {
            for (String event : List.of("insert", "update", "delete")) {
                Sql.execute(connection, "CREATE TRIGGER " + Names.quote(Names.fence(event, i + 1)) + " BEFORE "
                        + event.toUpperCase(Locale.ROOT) + " ON " + Names.quote(tables.get(i))
                        + " WHEN (SELECT pass FROM " + Names.STATE + ") IS NOT 1 BEGIN SELECT RAISE(ABORT, '" + MESSAGE
                        + "'); END");
            }
        }
        Sql.update(connection, "UPDATE " + Names.STATE + " SET fenced_at = ?, fence_generation = ?", at.toString(),
                lease.generation());
    }

    /** Tables of rows, those included that are not moved: no write may go unnoticed into a file nobody reads. */
    private static List<String> ordinary(Connection connection) throws SQLException {
        return SourceSchema.read(connection).tables().stream().filter(t -> t.kind() == SourceTable.Kind.ORDINARY)
                .map(SourceTable::name).toList();
    }

    private static void setAside(Connection connection, List<String> tables) throws SQLException {
        record Trigger(String name, String table, String sql) {}
        List<Trigger> found = Sql.query(connection,
                "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
                row -> new Trigger(row.getString(1), row.getString(2), row.getString(3)));
        List<Trigger> theirs = new ArrayList<>(found);
        theirs.removeIf(
                t -> t.name().startsWith(Names.PREFIX) || tables.stream().noneMatch(t.table()::equalsIgnoreCase));
        for (Trigger trigger : theirs) {
            Sql.update(connection, "INSERT INTO " + Names.ASIDE + "(name, sql) VALUES (?, ?)", trigger.name(),
                    trigger.sql());
            Sql.execute(connection, "DROP TRIGGER " + Names.quote(trigger.name()));
        }
    }

    /** Takes the fence down and brings the application's own triggers back, inside a write transaction of the caller. */
    static void takeDown(Connection connection) throws SQLException {
        for (String trigger : Sql.query(connection,
                "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND name GLOB ?", row -> row.getString(1),
                Names.PREFIX + "fence_*")) {
            Sql.execute(connection, "DROP TRIGGER " + Names.quote(trigger));
        }
        CaptureRemoval.bringBack(connection);
    }

    /** Lets the transaction of the caller through; nobody else ever sees it open. */
    static void open(Connection connection) throws SQLException {
        Sql.execute(connection, "UPDATE " + Names.STATE + " SET pass = 1");
    }

    /** Shuts the fence again before the caller's transaction commits. */
    static void shut(Connection connection) throws SQLException {
        Sql.execute(connection, "UPDATE " + Names.STATE + " SET pass = 0");
    }
}
