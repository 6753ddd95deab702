package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the target's own triggers and foreign keys are kept from firing on the load. Where the role may, the session
 * replays rows as a replica does: neither fires, and the foreign keys are checked after the load. Otherwise foreign keys
 * check as always, tables are loaded parents first, and triggers are off inside each transaction only, so they are never
 * left off.
 *
 * @param replica whether the session replays
 * @param firing triggers that would fire all the same, by target table, quoted
 * @param toThemselves target tables, quoted, whose foreign key points to themselves and checks during the load
 * @param inOrder whether tables must be loaded one after the other
 */
record LoadMode(boolean replica, Map<String, List<Trigger>> firing, Set<String> toThemselves, boolean inOrder) {
    LoadMode {
        firing = Map.copyOf(firing);
        toThemselves = Set.copyOf(toThemselves);
    }

    /**
     * A trigger that is on.
     *
     * @param name its name, unquoted
     * @param enable how it is switched on again, as it was
     */
    record Trigger(String name, String enable) {}

    /** The mode for a plan, found out on the target. */
    static LoadMode find(Connection target, Plan plan) throws SQLException {
        if (plan.mode() == SchemaMode.CREATE) {
            // Tables that this copy makes have no triggers, and no foreign keys before the load.
            return new LoadMode(false, Map.of(), Set.of(), false);
        }
        boolean replica = mayReplay(target);
        Map<String, List<Trigger>> firing = new LinkedHashMap<>();
        Set<String> toThemselves = new LinkedHashSet<>();
        for (TablePlan table : plan.tables()) {
            String name = quoted(table);
            List<Trigger> triggers = triggers(target, name, replica ? "RA" : "OA");
            if (!triggers.isEmpty()) {
                if (!yes(target, "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = ?::regclass", name)) {
                    throw new BadInputException(
                            "Table " + table.target()
                                    + " has triggers that would fire on the load, and this role may not"
                                    + " switch them off.",
                            "Connect as the table's owner, or have an administrator run: GRANT SET ON PARAMETER"
                                    + " session_replication_role TO the role.");
                }
                firing.put(name, triggers);
            }
            if (!replica && yes(target, "SELECT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = ?::regclass"
                    + " AND contype = 'f' AND confrelid = conrelid)", name)) {
                toThemselves.add(name);
            }
        }
        return new LoadMode(replica, firing, toThemselves, !replica);
    }

    /** Called at the start of a chunk's transaction. */
    void before(Connection target, TablePlan table) throws SQLException {
        try (var statement = target.createStatement()) {
            if (replica) {
                statement.execute("SET LOCAL session_replication_role = replica");
            }
            String name = quoted(table);
            for (Trigger trigger : firing.getOrDefault(name, List.of())) {
                statement.execute("ALTER TABLE " + name + " DISABLE TRIGGER " + SqlNames.quote(trigger.name()));
            }
        }
    }

    /** Called before the transaction commits. */
    void after(Connection target, TablePlan table) throws SQLException {
        String name = quoted(table);
        List<Trigger> triggers = firing.getOrDefault(name, List.of());
        if (triggers.isEmpty()) {
            return;
        }
        try (var statement = target.createStatement()) {
            // A table with checks still waiting for the end of the transaction cannot be altered.
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
            for (Trigger trigger : triggers) {
                statement
                        .execute("ALTER TABLE " + name + " " + trigger.enable() + " " + SqlNames.quote(trigger.name()));
            }
        }
    }

    /** Whether a table must be loaded in one transaction, because its foreign key points to itself. */
    boolean whole(TablePlan table) {
        return toThemselves.contains(quoted(table));
    }

    private static List<Trigger> triggers(Connection target, String table, String states) throws SQLException {
        List<Trigger> triggers = new ArrayList<>();
        try (var statement = target.prepareStatement(
                """
                SELECT tgname, CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS TRIGGER'
                    WHEN 'R' THEN 'ENABLE REPLICA TRIGGER' ELSE 'ENABLE TRIGGER' END
                FROM pg_trigger WHERE tgrelid = ?::regclass AND NOT tgisinternal AND strpos(?, tgenabled::text) > 0
                ORDER BY tgname""")) {
            statement.setString(1, table);
            statement.setString(2, states);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    triggers.add(new Trigger(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return triggers;
    }

    private static boolean mayReplay(Connection target) throws SQLException {
        try (var statement = target.createStatement();
                var rows = statement
                        .executeQuery("SELECT has_parameter_privilege('session_replication_role', 'SET')")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static boolean yes(Connection target, String sql, String table) throws SQLException {
        try (var statement = target.prepareStatement(sql)) {
            statement.setString(1, table);
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static String quoted(TablePlan table) {
        return SqlNames.quote(table.targetSchema(), table.target());
    }
}
