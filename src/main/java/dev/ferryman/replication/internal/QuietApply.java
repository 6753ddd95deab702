package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the target's own triggers and cascades from firing on what is applied. Where the role may, the session replays
 * as a replica does. Otherwise triggers are off inside each transaction, children go before their parents and come after
 * them, and a deletion that would cascade onto a row that stays is a conflict.
 *
 * @param replica whether the session replays
 */
record QuietApply(boolean replica) {
    /** A trigger that would fire, and the statement that switches it on again as it was. */
    private record Firing(String table, String name, String enable) {}

    /** A foreign key whose action changes the child's rows. */
    private record Cascade(String child, String condition) {}

    static QuietApply find(Connection target, List<ReplicatedTable> tables) throws SQLException {
        var mode = new QuietApply(
                Sql.yes(target, "SELECT has_parameter_privilege('session_replication_role', 'SET')"));
        for (ReplicatedTable table : tables) {
            if (!mode.firing(target, List.of(table)).isEmpty() && !Sql.yes(target,
                    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = ?::regclass", table.target())) {
                throw new BadInputException("Table " + table.plan().target()
                        + " has triggers that would fire on the catch-up, and this role may not switch them off.",
                        "Connect as the table's owner, or have an administrator run: GRANT SET ON PARAMETER"
                                + " session_replication_role TO the role.");
            }
        }
        return mode;
    }

    /** Called at the start of a transaction; what it gives goes to {@link #after}. */
    List<String> before(Connection target, List<ReplicatedTable> tables) throws SQLException {
        if (replica) {
            Sql.execute(target, "SET LOCAL session_replication_role = replica");
        }
        List<String> afterwards = new ArrayList<>();
        for (Firing trigger : firing(target, tables)) {
            Sql.execute(target, "ALTER TABLE " + trigger.table() + " DISABLE TRIGGER " + trigger.name());
            afterwards.add("ALTER TABLE " + trigger.table() + " " + trigger.enable() + " " + trigger.name());
        }
        return afterwards;
    }

    /** Called before the transaction commits. */
    void after(Connection target, List<String> statements) throws SQLException {
        if (!statements.isEmpty()) {
            // A table with checks still waiting for the end of the transaction cannot be altered.
            Sql.execute(target, "SET CONSTRAINTS ALL IMMEDIATE");
        }
        for (String sql : statements) {
            Sql.execute(target, sql);
        }
    }

    private List<Firing> firing(Connection target, List<ReplicatedTable> tables) throws SQLException {
        List<Firing> firing = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            firing.addAll(Sql.query(target,
                    """
                    SELECT tgname, CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS TRIGGER'
                        WHEN 'R' THEN 'ENABLE REPLICA TRIGGER' ELSE 'ENABLE TRIGGER' END
                    FROM pg_trigger WHERE tgrelid = ?::regclass AND NOT tgisinternal
                        AND strpos(?, tgenabled::text) > 0 ORDER BY tgname""",
                    row -> new Firing(table.target(), SqlNames.quote(row.getString(1)), row.getString(2)),
                    table.target(), replica ? "RA" : "OA"));
        }
        return firing;
    }

    /**
     * Finds a row that a deletion would change by a cascade although it stays.
     *
     * @param deleted condition over {@code t} (the table) that names what is deleted
     * @throws ConflictException if there is one
     */
    void requireNoCascade(Connection target, ReplicatedTable table, String deleted)
            throws SQLException, ConflictException {
        if (replica) {
            return;
        }
        List<Cascade> cascades = Sql.query(target,
                """
                SELECT c.conrelid::regclass::text, string_agg(format('ch.%I = t.%I', a.attname, p.attname), ' AND ')
                FROM pg_constraint c
                CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(child, parent)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child
                JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.parent
                WHERE c.contype = 'f' AND c.confrelid = ?::regclass AND c.confdeltype IN ('c', 'n', 'd')
                GROUP BY c.oid, c.conrelid""", row -> new Cascade(row.getString(1), row.getString(2)), table.target());
        for (Cascade cascade : cascades) {
            if (Sql.yes(target, "SELECT EXISTS (SELECT 1 FROM " + table.target() + " t JOIN " + cascade.child()
                    + " ch ON " + cascade.condition() + " WHERE " + deleted + ")")) {
                String what = "a row of " + cascade.child() + " refers to a row of " + table.target()
                        + " that is deleted";
                throw new ConflictException(what, new SQLException(what));
            }
        }
    }
}
