package dev.ferryman.replication.internal;

import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.ReplicationFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** What the source itself knows of its capture: tables {@code _ferryman_…}, committed together with what they speak of. */
public final class CaptureStore {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One row of SQLite's schema table. */
    record SchemaRow(String type, String name, String table, String sql) {}

    private CaptureStore() {}

    static boolean exists(Connection connection) throws SQLException {
        return Sql.yes(connection, "SELECT count(*) FROM main.sqlite_schema WHERE name = '" + Names.STATE + "'");
    }

    /** The capture; empty where there is none. */
    public static Optional<CaptureState> read(Connection connection) throws SQLException {
        if (!exists(connection)) {
            return Optional.empty();
        }
        List<CapturedTable> tables = Sql.query(connection,
                "SELECT number, name, key, why FROM " + Names.TABLE + " ORDER BY number",
                row -> new CapturedTable(row.getInt(1), row.getString(2),
                        List.of(JSON.readValue(row.getString(3), String[].class)), row.getString(4)));
        return Sql.query(connection, "SELECT capture, job, generation, installed_at FROM " + Names.STATE,
                row -> new CaptureState(row.getString(1), row.getString(2), row.getLong(3),
                        Instant.parse(row.getString(4)), tables))
                .stream().findFirst();
    }

    static CaptureState create(Connection connection, List<CapturedTable> tables, Lease lease, FileIdentity file,
            Clock clock) throws SQLException {
        Sql.execute(connection, "CREATE TABLE " + Names.STATE
                + "(id INTEGER PRIMARY KEY CHECK (id = 1), capture TEXT NOT NULL, job TEXT NOT NULL,"
                + " generation INTEGER NOT NULL, installed_at TEXT NOT NULL, encoding TEXT NOT NULL,"
                + " device INTEGER NOT NULL, inode INTEGER NOT NULL, pass INTEGER NOT NULL DEFAULT 0, fenced_at TEXT,"
                + " fence_generation INTEGER, returned_at TEXT, reversed_at TEXT, reverse_backlog INTEGER)");
        Sql.execute(connection, "CREATE TABLE " + Names.TABLE
                + "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, why TEXT NOT NULL)");
        Sql.execute(connection, "CREATE TABLE " + Names.SCHEMA
                + "(number INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, tbl_name TEXT NOT NULL,"
                + " sql TEXT NOT NULL)");
        Sql.execute(connection, "CREATE TABLE " + Names.TOKEN + "(seq INTEGER PRIMARY KEY, token TEXT NOT NULL)");
        Sql.execute(connection, "CREATE TABLE " + Names.ASIDE + "(number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                + " sql TEXT NOT NULL)");
        var state = new CaptureState(UUID.randomUUID().toString(), lease.job(), lease.generation(), clock.instant(),
                tables);
        Sql.update(connection, "INSERT INTO " + Names.STATE
                + "(id, capture, job, generation, installed_at, encoding, device, inode) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
                state.capture(), state.job(), state.generation(), state.installedAt().toString(), encoding(connection),
                file.device(), file.inode());
        for (CapturedTable table : tables) {
            Sql.update(connection, "INSERT INTO " + Names.TABLE + " VALUES (?, ?, ?, ?)", table.number(),
                    table.table(), JSON.writeValueAsString(table.key()), table.why());
        }
        return state;
    }

    /** Writes down the schema as it is, the capture's own triggers included, for telling later what changed. */
    static void keepSchema(Connection connection) throws SQLException {
        Sql.execute(connection, "DELETE FROM " + Names.SCHEMA);
        for (SchemaRow row : schema(connection)) {
            Sql.update(connection, "INSERT INTO " + Names.SCHEMA + "(type, name, tbl_name, sql) VALUES (?, ?, ?, ?)",
                    row.type(), row.name(), row.table(), row.sql());
        }
    }

    static List<SchemaRow> keptSchema(Connection connection) throws SQLException {
        return Sql.query(connection, "SELECT type, name, tbl_name, sql FROM " + Names.SCHEMA + " ORDER BY number",
                row -> new SchemaRow(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
    }

    /** The schema without SQLite's own tables, and without what does not belong to a trigger or table of rows. */
    static List<SchemaRow> schema(Connection connection) throws SQLException {
        return Sql.query(connection, """
                                     SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema
                                     WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid""",
                row -> new SchemaRow(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
    }

    static String encoding(Connection connection) throws SQLException {
        return Sql.query(connection, "PRAGMA encoding", row -> row.getString(1)).getFirst();
    }

    /**
     * Claims the source for a lease, inside a write transaction.
     *
     * @throws ReplicationFailedException if a newer generation has been here
     */
    static void claim(Connection connection, Lease lease) throws SQLException {
        if (Sql.update(connection, "UPDATE " + Names.STATE + " SET generation = ? WHERE job = ? AND generation <= ?",
                lease.generation(), lease.job(), lease.generation()) != 1) {
            throw new ReplicationFailedException(
                    "The source is worked on by another process or cutover (this one is " + lease.job()
                            + ", generation " + lease.generation() + ").",
                    "Nothing was changed by this one; the other one goes on.");
        }
    }

    /** Highest number in a change table, 0 where it is empty. */
    static long highest(Connection connection, int number) throws SQLException {
        return Sql.number(connection, "SELECT coalesce(max(seq), 0) FROM " + Names.quote(Names.change(number)));
    }
}
