package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The target's side of the gate: a trigger on every table that refuses the application's writes, and one that records the
 * keys of those it takes. Until the switchover the first is on, so that never both databases take writes; the recording
 * ones are there before the first write can come. Switching them needs a lock that waits for writers and not for readers,
 * and is seen by transactions that began before.
 */
final class TargetGate {
    /** Name of the trigger that refuses writes. */
    static final String FENCE = "_ferryman_fence";
    /** Name of the trigger that records keys. */
    static final String CAPTURE = "_ferryman_capture";
    /** Name of the trigger that records a TRUNCATE. */
    static final String TRUNCATE = "_ferryman_truncate";

    private final Connection target;
    private final List<ReplicatedTable> tables;

    TargetGate(Connection target, List<ReplicatedTable> tables) {
        this.target = target;
        this.tables = tables;
    }

    /** Makes the objects that are not there yet, inside a transaction of the caller. */
    void prepare() throws SQLException {
        requireOwner();
        Sql.execute(target, """
                            CREATE OR REPLACE FUNCTION ferryman.fence() RETURNS trigger LANGUAGE plpgsql
                            SET search_path = pg_catalog AS $$
                            BEGIN
                                RAISE EXCEPTION 'writes go to SQLite at the moment: this database is fenced by Ferryman'
                                    USING ERRCODE = 'read_only_sql_transaction';
                            END $$""");
        for (ReplicatedTable table : tables) {
            if (!Sql.yes(target, "SELECT to_regclass(?) IS NOT NULL", "ferryman.change_" + table.number())) {
                prepare(table);
            }
        }
    }

    private void prepare(ReplicatedTable table) throws SQLException {
        String change = "ferryman.change_" + table.number();
        List<String> names = Names.keys(table.key().size());
        String columns = names.isEmpty() ? "" : ", " + String.join(", ", names);
        String keys = table.key().isEmpty()
                ? ""
                : ", " + IntStream.range(0, names.size())
                        .mapToObj(i -> table.key().get(i).target() + " AS " + names.get(i))
                        .collect(Collectors.joining(", "));
        // Made from the table itself, so that a key's type is what it is, modifiers included.
        Sql.execute(target, "CREATE TABLE " + change + " AS SELECT 0::bigint AS seq, false AS whole" + keys + " FROM "
                + table.target() + " WITH NO DATA");
        Sql.execute(target,
                "ALTER TABLE " + change + " ALTER seq SET NOT NULL, ALTER seq ADD GENERATED ALWAYS AS IDENTITY,"
                        + " ALTER whole SET DEFAULT false, ADD PRIMARY KEY (seq)");
        String body = table.key().isEmpty()
                ? "INSERT INTO " + change + " (whole) VALUES (true);"
                : """
                  IF tg_op = 'TRUNCATE' THEN
                      INSERT INTO %1$s (whole) VALUES (true);
                      RETURN NULL;
                  END IF;
                  IF tg_op <> 'INSERT' THEN
                      INSERT INTO %1$s (%2$s) VALUES (%3$s);
                  END IF;
                  IF tg_op = 'INSERT' OR tg_op = 'UPDATE' AND (%5$s) THEN
                      INSERT INTO %1$s (%2$s) VALUES (%4$s);
                  END IF;""".formatted(change, columns.substring(2), row(table, "OLD"), row(table, "NEW"),
                        table.key().stream().map(k -> "NEW." + k.target() + "::text IS DISTINCT FROM OLD." + k.target()
                                + "::text").collect(Collectors.joining(" OR ")));
        Sql.execute(target, "CREATE OR REPLACE FUNCTION ferryman.capture_" + table.number()
                + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$ BEGIN "
                + body
                + " RETURN NULL; END $$");
        String call = " EXECUTE FUNCTION ferryman.capture_" + table.number() + "()";
        String each = table.key().isEmpty() ? " FOR EACH STATEMENT" : " FOR EACH ROW";
        Sql.execute(target, "CREATE OR REPLACE TRIGGER " + CAPTURE + " AFTER INSERT OR UPDATE OR DELETE ON "
                + table.target() + each + call);
        for (String relation : relations(table)) {
            Sql.execute(target, "CREATE OR REPLACE TRIGGER " + TRUNCATE + " AFTER TRUNCATE ON " + relation
                    + " FOR EACH STATEMENT" + call);
            Sql.execute(target, "CREATE OR REPLACE TRIGGER " + FENCE
                    + " BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON " + relation
                    + " FOR EACH STATEMENT EXECUTE FUNCTION ferryman.fence()");
        }
    }

    private static String row(ReplicatedTable table, String row) {
        return table.key().stream().map(key -> row + "." + key.target()).collect(Collectors.joining(", "));
    }

    private void requireOwner() throws SQLException {
        for (ReplicatedTable table : tables) {
            if (!Sql.yes(target, "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = ?::regclass",
                    table.target())) {
                throw new BadInputException("Table " + table.plan().target()
                        + " of the target belongs to another role, so its writes cannot be captured for the way back.",
                        "Connect as the owner of the tables, or as a member of that role.");
            }
        }
    }

    /** The table and its partitions: statement triggers fire on the relation that is named only. */
    private List<String> relations(ReplicatedTable table) throws SQLException {
        List<String> relations = new ArrayList<>(List.of(table.target()));
        relations.addAll(Sql.query(target,
                "SELECT relid::regclass::text FROM pg_partition_tree(?::regclass) WHERE level > 0",
                row -> row.getString(1), table.target()));
        return relations;
    }

    /** What is missing or switched off of the recording triggers; empty where the way back is armed. */
    List<String> unarmed() throws SQLException {
        List<String> missing = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            long found = Sql.number(target, """
                                            SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(?)
                                                AND tgname IN ('%s', '%s') AND tgenabled IN ('O', 'A')"""
                    .formatted(CAPTURE, TRUNCATE), table.target());
            if (found < 2) {
                missing.add(table.plan().target());
            }
        }
        return missing;
    }

    /** Whether every table refuses the application's writes. */
    boolean shut() throws SQLException {
        for (ReplicatedTable table : tables) {
            for (String relation : relations(table)) {
                if (Sql.number(target, "SELECT count(*) FROM pg_trigger WHERE tgrelid = ?::regclass AND tgname = '"
                        + FENCE + "' AND tgenabled IN ('O', 'A')", relation) == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether {@link #open()} has nothing to do; asked without waiting for anybody's lock. */
    boolean opened() throws SQLException {
        for (ReplicatedTable table : tables) {
            for (String relation : relations(table)) {
                long open = Sql.number(target, """
                                               SELECT count(*) FROM pg_trigger WHERE tgrelid = ?::regclass
                                                   AND (tgname = '%s' AND tgenabled = 'D'
                                                       OR tgname = '%s' AND tgenabled = 'A')"""
                        .formatted(FENCE, TRUNCATE), relation);
                if (open < 2) {
                    return false;
                }
            }
            if (Sql.number(target, "SELECT count(*) FROM pg_trigger WHERE tgrelid = ?::regclass AND tgname = '"
                    + CAPTURE + "' AND tgenabled = 'A'", table.target()) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Lets writes in and records them, whatever the session's replication role; inside a transaction of the caller. */
    void open() throws SQLException {
        var statements = new StringBuilder();
        for (ReplicatedTable table : tables) {
            statements.append("ALTER TABLE ").append(table.target()).append(" ENABLE ALWAYS TRIGGER ").append(CAPTURE)
                    .append("; ");
            for (String relation : relations(table)) {
                statements.append("ALTER TABLE ").append(relation).append(" ENABLE ALWAYS TRIGGER ").append(TRUNCATE)
                        .append(", DISABLE TRIGGER ").append(FENCE).append("; ");
            }
        }
        Sql.execute(target, statements.toString());
    }

    /** Refuses writes again; waits for those under way. Tables are locked in one order, whoever asks. */
    void close() throws SQLException {
        var statements = new StringBuilder();
        for (String relation : inOrder()) {
            statements.append("ALTER TABLE ").append(relation).append(" ENABLE ALWAYS TRIGGER ").append(FENCE)
                    .append("; ");
        }
        Sql.execute(target, statements.toString());
    }

    /** All relations behind the gate, in the order in which they are locked. */
    List<String> inOrder() throws SQLException {
        List<String> relations = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            relations.addAll(relations(table));
        }
        relations.sort(null);
        return relations;
    }

    /** Tables that carry triggers of the gate; a partition's are its table's. */
    static List<String> guarded(Connection target) throws SQLException {
        return Sql.query(target,
                """
                SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
                WHERE tgname IN ('%s', '%s', '%s') AND NOT tgisinternal AND tgparentid = 0 ORDER BY 1"""
                        .formatted(FENCE, CAPTURE, TRUNCATE),
                row -> row.getString(1));
    }

    /** Takes the triggers off one table, inside a transaction of the caller. Needs a lock that waits for readers, too. */
    static void release(Connection target, String table) throws SQLException {
        List<String> drops = Sql.query(target,
                """
                SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass)
                FROM pg_trigger WHERE tgrelid = ?::regclass AND tgname IN ('%s', '%s', '%s')
                    AND NOT tgisinternal AND tgparentid = 0"""
                        .formatted(FENCE, CAPTURE, TRUNCATE),
                row -> row.getString(1), table);
        for (String drop : drops) {
            Sql.execute(target, drop);
        }
    }

    /** Removes what the triggers have used, inside a transaction of the caller. */
    static void remove(Connection target) throws SQLException {
        List<String> objects = Sql.query(target, """
                                                 SELECT 'DROP FUNCTION ' || p.oid::regprocedure FROM pg_proc p
                                                 JOIN pg_namespace n ON n.oid = p.pronamespace
                                                 WHERE n.nspname = 'ferryman' AND (p.proname = 'fence'
                                                     OR p.proname ~ '^capture_[0-9]+$')
                                                 UNION ALL
                                                 SELECT 'DROP TABLE ' || c.oid::regclass FROM pg_class c
                                                 JOIN pg_namespace n ON n.oid = c.relnamespace
                                                 WHERE n.nspname = 'ferryman' AND c.relkind = 'r'
                                                     AND c.relname ~ '^change_[0-9]+$'""", row -> row.getString(1));
        for (String drop : objects) {
            Sql.execute(target, drop);
        }
    }

    /** Names of tables as SQL, for messages. */
    static String listed(List<String> names) {
        return names.stream().map(SqlNames::quote).collect(Collectors.joining(", "));
    }
}
