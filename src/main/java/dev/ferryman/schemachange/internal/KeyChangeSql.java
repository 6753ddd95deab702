package dev.ferryman.schemachange.internal;

import static dev.ferryman.schema.SqlNames.literal;
import static dev.ferryman.schema.SqlNames.quote;

import dev.ferryman.schemachange.KeyChangeColumn;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The statements of a change of keys. While it lasts each changing column is there twice: as {@code id} and
 * {@code id_uuid} before the switch, as {@code id_old} and {@code id} after it. One trigger a table fills whichever of the
 * two a write leaves out, so that both applications, the old one and the new one, can write at any time.
 */
public final class KeyChangeSql {
    /** Set while rows are backfilled, so that the trigger does not look up what is just being filled in. */
    static final String BACKFILLING = "ferryman.backfilling";

    /** Fires after an application's own triggers, which may still change the row. */
    private static final String TRIGGER = "zzz_ferryman_key_change";

    private KeyChangeSql() {}

    /** The names a column's two sides have at a moment. */
    public record Names(String old, String uuid) {
        static Names of(KeyChangeColumn column, boolean switched) {
            return switched ? new Names(column.kept(), column.name()) : new Names(column.name(), column.added());
        }
    }

    public static String table(KeyChangeTable table) {
        return quote(table.schema(), table.name());
    }

    // Expand and contract.

    public static List<String> expand(KeyChangePlan plan, KeyChangeTable table) {
        List<String> statements = new ArrayList<>();
        for (KeyChangeColumn column : table.columns()) {
            statements.add(alter(table) + "ADD COLUMN " + quote(column.added()) + " uuid");
            if (column.reference() == null) {
                // In two statements: a column added with a volatile default would rewrite the table under its lock.
                statements.add(alter(table) + "ALTER COLUMN " + quote(column.added())
                        + " SET DEFAULT " + plan.generator());
            }
        }
        statements.add(function(plan, table, false));
        statements.add("CREATE TRIGGER " + TRIGGER + " BEFORE INSERT OR UPDATE ON " + table(table)
                + " FOR EACH ROW WHEN (current_setting(" + literal(BACKFILLING)
                + ", true) IS DISTINCT FROM 'on') EXECUTE FUNCTION " + functionName(table) + "()");
        return statements;
    }

    /** Takes back everything up to {@link #expand}; the columns take their indexes and constraints along. */
    public static List<String> contract(KeyChangePlan plan) {
        List<String> statements = forReferences(plan, (table, _, reference) -> alter(table)
                + "DROP CONSTRAINT IF EXISTS " + quote(KeyChangeNames.foreignKey(reference)));
        for (KeyChangeTable table : plan.tables()) {
            statements.addAll(withoutTrigger(table));
            table.columns().forEach(
                    column -> statements.add(alter(table) + "DROP COLUMN IF EXISTS " + quote(column.added())));
            table.indexes().stream().filter(KeyChangeSql::constrains).forEach(
                    index -> statements
                            .add("DROP INDEX IF EXISTS " + quote(table.schema(), KeyChangeNames.spare(index))));
        }
        return statements;
    }

    /** Gives the old values up for good. */
    public static List<String> dropOld(KeyChangePlan plan) {
        List<String> statements = new ArrayList<>();
        for (KeyChangeTable table : plan.tables()) {
            statements.addAll(withoutTrigger(table));
            table.columns().forEach(
                    column -> statements.add(alter(table) + "DROP COLUMN IF EXISTS " + quote(column.kept())));
        }
        return statements;
    }

    private static List<String> withoutTrigger(KeyChangeTable table) {
        return List.of("DROP TRIGGER IF EXISTS " + TRIGGER + " ON " + table(table),
                "DROP FUNCTION IF EXISTS " + functionName(table) + "()");
    }

    private static String functionName(KeyChangeTable table) {
        return quote("ferryman", KeyChangeNames.function(table));
    }

    /** Its owner's rights are used: who may write the table need not be allowed to read the one it refers to. */
    public static String function(KeyChangePlan plan, KeyChangeTable table, boolean switched) {
        List<String> inserted = new ArrayList<>();
        List<String> updated = new ArrayList<>();
        for (KeyChangeColumn column : table.columns()) {
            Names names = Names.of(column, switched);
            String old = "NEW." + quote(names.old());
            String uuid = "NEW." + quote(names.uuid());
            if (column.reference() == null) {
                inserted.add("IF %s IS NULL THEN %s := %s; END IF;".formatted(uuid, uuid, plan.generator()));
            } else {
                String toUuid = lookup(plan, table, column, switched, true);
                String toOld = lookup(plan, table, column, switched, false);
                inserted.add(
                        "IF %s IS NULL THEN %s ELSIF %s IS NULL THEN %s END IF;".formatted(uuid, toUuid, old, toOld));
                updated.add(("IF %s IS DISTINCT FROM OLD.%s THEN %s ELSIF %s IS DISTINCT FROM OLD.%s THEN %s"
                        + " ELSIF %s IS NULL THEN %s END IF;").formatted(old, quote(names.old()), toUuid, uuid,
                                quote(names.uuid()), toOld, uuid, toUuid));
            }
        }
        return """
               CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
               SET search_path = pg_catalog, pg_temp AS $ferryman$
               BEGIN
                 IF TG_OP = 'INSERT' THEN
                   %s
                 %s
                 END IF;
                 RETURN NEW;
               END
               $ferryman$""".formatted(functionName(table), String.join("\n    ", inserted),
                updated.isEmpty() ? "" : "ELSE\n    " + String.join("\n    ", updated));
    }

    /** One side of a reference from the other; a row that refers to itself is not in the table yet. */
    private static String lookup(KeyChangePlan plan, KeyChangeTable table, KeyChangeColumn column, boolean switched,
            boolean toUuid) {
        KeyChangeColumn.Reference reference = Objects.requireNonNull(column.reference());
        KeyChangeTable parent = plan.table(reference);
        KeyChangeColumn key = parent.column(reference.column()).orElseThrow();
        Names here = Names.of(column, switched);
        Names there = Names.of(key, switched);
        String from = toUuid ? here.old() : here.uuid();
        String to = toUuid ? here.uuid() : here.old();
        String parentFrom = toUuid ? there.old() : there.uuid();
        String parentTo = toUuid ? there.uuid() : there.old();
        String found = "NEW.%s := (SELECT p.%s FROM %s p WHERE p.%s = NEW.%s);".formatted(quote(to), quote(parentTo),
                table(parent), quote(parentFrom), quote(from));
        return parent.equals(table) && !key.equals(column)
                ? "IF NEW.%s = NEW.%s THEN NEW.%s := NEW.%s; ELSE %s END IF;".formatted(quote(from), quote(parentFrom),
                        quote(to), quote(parentTo), found)
                : found;
    }

    // Backfill.

    /**
     * Fills a range of pages; its two parameters are the first page and the one after the last, as tid. A row that somebody
     * else has locked is left for another pass: who never waits for a row is never part of a deadlock.
     */
    static String backfill(KeyChangePlan plan, KeyChangePlan.Place place) {
        KeyChangeColumn.Reference reference = place.column().reference();
        String uuid = quote(place.column().added());
        String table = table(place.table());
        String free = "WITH free AS MATERIALIZED (SELECT t.ctid FROM " + table
                + " t WHERE t.ctid >= ?::tid AND t.ctid < ?::tid AND " + unfilled(place)
                + " FOR NO KEY UPDATE SKIP LOCKED) UPDATE " + table + " t SET " + uuid + " = ";
        if (reference == null) {
            return free + plan.generator() + " FROM free WHERE t.ctid = free.ctid";
        }
        KeyChangeColumn key = key(plan, reference);
        return free + "p." + quote(key.added()) + " FROM free, " + table(plan.table(reference))
                + " p WHERE t.ctid = free.ctid AND p." + quote(key.name()) + " = t." + quote(place.column().name());
    }

    /** Whether any row is left to fill. */
    static String left(KeyChangePlan.Place place) {
        return "SELECT EXISTS (SELECT 1 FROM " + table(place.table()) + " t WHERE " + unfilled(place) + ")";
    }

    private static String unfilled(KeyChangePlan.Place place) {
        return "t." + quote(place.column().added()) + " IS NULL"
                + (place.column().reference() == null ? "" : " AND t." + quote(place.column().name()) + " IS NOT NULL");
    }

    // Constrain.

    public static String createTwin(KeyChangeTable table, KeyChangeTable.Index index) {
        return create(index, KeyChangeNames.twin(index), table, index.columns().stream()
                .map(column -> table.column(column).map(KeyChangeColumn::added).orElse(column)).toList());
    }

    public static String createSpare(KeyChangeTable table, KeyChangeTable.Index index) {
        return create(index, KeyChangeNames.spare(index), table, index.columns());
    }

    private static String create(KeyChangeTable.Index index, String name, KeyChangeTable table, List<String> columns) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            each.add(quote(columns.get(i)) + index.options().get(i));
        }
        return "CREATE " + (index.role().unique() ? "UNIQUE " : "") + "INDEX CONCURRENTLY " + quote(name) + " ON "
                + table(table) + " USING " + index.method() + " (" + String.join(", ", each) + ")" + index.tail();
    }

    public static String addCheck(KeyChangeTable table, KeyChangeColumn column) {
        return alter(table) + "ADD CONSTRAINT " + quote(KeyChangeNames.check(column)) + " CHECK ("
                + (column.nullable()
                        ? "(" + quote(column.name()) + " IS NULL) = (" + quote(column.added()) + " IS NULL)"
                        : quote(column.added()) + " IS NOT NULL")
                + ") NOT VALID";
    }

    public static String addForeignKey(KeyChangePlan plan, KeyChangeTable table, KeyChangeColumn column) {
        KeyChangeColumn.Reference reference = Objects.requireNonNull(column.reference());
        return foreignKey(plan, table, KeyChangeNames.foreignKey(reference), column.added(),
                key(plan, reference).added(),
                reference);
    }

    public static String validate(KeyChangeTable table, String constraint) {
        return alter(table) + "VALIDATE CONSTRAINT " + quote(constraint);
    }

    private static String foreignKey(KeyChangePlan plan, KeyChangeTable table, String name, String column,
            String referenced, KeyChangeColumn.Reference reference) {
        return alter(table) + "ADD CONSTRAINT " + quote(name) + " FOREIGN KEY (" + quote(column) + ") REFERENCES "
                + table(plan.table(reference)) + " (" + quote(referenced) + ")" + reference.rules() + " NOT VALID";
    }

    private static KeyChangeColumn key(KeyChangePlan plan, KeyChangeColumn.Reference reference) {
        return plan.table(reference).column(reference.column()).orElseThrow();
    }

    // Switch and back.

    /** Locks every table against everybody, one statement each. */
    public static List<String> locks(KeyChangePlan plan) {
        return plan.tables().stream().map(KeyChangeSql::lock).toList();
    }

    /** Locks a table against everybody. */
    public static String lock(KeyChangeTable table) {
        return "LOCK TABLE " + table(table) + " IN ACCESS EXCLUSIVE MODE";
    }

    /** Locks what a foreign key needs, in the order of the plan. */
    public static List<String> locks(KeyChangePlan plan, KeyChangeTable table, KeyChangeColumn.Reference reference) {
        return plan.tables().stream().filter(each -> each.equals(table) || each.equals(plan.table(reference)))
                .map(each -> "LOCK TABLE " + table(each) + " IN SHARE ROW EXCLUSIVE MODE").toList();
    }

    /**
     * The UUIDs take the columns' names. The old foreign keys and keys go; the old values stay written, and unique by the
     * spare indexes, so that they can take their places again without a scan.
     */
    public static List<String> toUuids(KeyChangePlan plan) {
        List<String> statements = forReferences(plan,
                (table, _, reference) -> alter(table) + "DROP CONSTRAINT " + quote(reference.constraint()));
        for (KeyChangeTable table : plan.tables()) {
            table.indexes().forEach(index -> statements.add(giveName(table, index, KeyChangeNames.spare(index))));
            table.columns().forEach(column -> {
                statements.add(renameColumn(table, column.name(), column.kept()));
                statements.add(renameColumn(table, column.added(), column.name()));
                if (column.reference() == null && !column.filled()) {
                    statements.addAll(filledByItself(table, column));
                }
            });
            table.indexes().forEach(index -> statements.add(takeName(table, index, KeyChangeNames.twin(index))));
            statements.add(function(plan, table, true));
        }
        statements.addAll(forReferences(plan, (table, _, reference) -> alter(table) + "RENAME CONSTRAINT "
                + quote(KeyChangeNames.foreignKey(reference)) + " TO " + quote(reference.constraint())));
        return statements;
    }

    /** The old values take their names again; their foreign keys are to be validated afterwards. */
    public static List<String> toOldValues(KeyChangePlan plan) {
        List<String> statements = forReferences(plan,
                (table, _, reference) -> alter(table) + "DROP CONSTRAINT " + quote(reference.constraint()));
        for (KeyChangeTable table : plan.tables()) {
            table.indexes().forEach(index -> statements.add(giveName(table, index, KeyChangeNames.twin(index))));
            table.columns().forEach(column -> {
                statements.add(renameColumn(table, column.name(), column.added()));
                statements.add(renameColumn(table, column.kept(), column.name()));
                if (column.reference() == null && !column.filled()) {
                    statements.add(alter(table) + "ALTER COLUMN " + quote(column.name()) + " DROP DEFAULT");
                    statements.add("DROP SEQUENCE " + quote(table.schema(), KeyChangeNames.sequence(table, column)));
                }
            });
            table.indexes().forEach(index -> statements.add(takeName(table, index, KeyChangeNames.spare(index))));
            statements.add(function(plan, table, false));
        }
        statements.addAll(forReferences(plan, (table, column, reference) -> foreignKey(plan, table,
                reference.constraint(), column.name(), key(plan, reference).name(), reference)));
        return statements;
    }

    /** The new application knows nothing of the old keys; going back needs them all the same. */
    private static List<String> filledByItself(KeyChangeTable table, KeyChangeColumn column) {
        String name = quote(table.schema(), KeyChangeNames.sequence(table, column));
        return List.of("CREATE SEQUENCE " + name + " AS " + column.type() + " OWNED BY " + table(table) + "."
                + quote(column.kept()),
                "SELECT setval(" + literal(name) + ", coalesce((SELECT max(" + quote(column.kept()) + ") FROM "
                        + table(table) + "), 0) + 1, false)",
                alter(table) + "ALTER COLUMN " + quote(column.kept()) + " SET DEFAULT nextval(" + literal(name) + ")");
    }

    /** Whether a constraint rests on it: such an index goes with its constraint, and a spare one has to be there. */
    public static boolean constrains(KeyChangeTable.Index index) {
        return index.role() == KeyChangeTable.Role.PRIMARY_KEY
                || index.role() == KeyChangeTable.Role.UNIQUE_CONSTRAINT;
    }

    /** A constraint gives its name up by going: an index for its return has been built. */
    private static String giveName(KeyChangeTable table, KeyChangeTable.Index index, String to) {
        return constrains(index)
                ? alter(table) + "DROP CONSTRAINT " + quote(index.name())
                : rename(table, index.name(), to);
    }

    private static String takeName(KeyChangeTable table, KeyChangeTable.Index index, String from) {
        return constrains(index)
                ? alter(table) + "ADD CONSTRAINT " + quote(index.name())
                        + (index.role() == KeyChangeTable.Role.PRIMARY_KEY ? " PRIMARY KEY" : " UNIQUE")
                        + " USING INDEX " + quote(from)
                : rename(table, from, index.name());
    }

    private static String rename(KeyChangeTable table, String from, String to) {
        return "ALTER INDEX " + quote(table.schema(), from) + " RENAME TO " + quote(to);
    }

    private static String renameColumn(KeyChangeTable table, String from, String to) {
        return alter(table) + "RENAME COLUMN " + quote(from) + " TO " + quote(to);
    }

    /** Rows whose two sides do not belong together, as text of their old value. */
    public static String mismatches(KeyChangePlan plan, KeyChangePlan.Place place, boolean switched) {
        Names here = Names.of(place.column(), switched);
        String old = "t." + quote(here.old());
        String uuid = "t." + quote(here.uuid());
        String from = "SELECT coalesce(" + old + "::text, " + uuid + "::text) FROM " + table(place.table()) + " t ";
        KeyChangeColumn.Reference reference = place.column().reference();
        if (reference == null) {
            return from + "WHERE " + old + " IS NULL OR " + uuid + " IS NULL";
        }
        KeyChangeTable parent = plan.table(reference);
        Names there = Names.of(key(plan, reference), switched);
        return from + "LEFT JOIN " + table(parent) + " p ON p." + quote(there.old()) + " = " + old + " WHERE p."
                + quote(there.uuid()) + " IS DISTINCT FROM " + uuid;
    }

    public static String alter(KeyChangeTable table) {
        return "ALTER TABLE " + table(table) + " ";
    }

    /** A statement for a column that refers to another. */
    @FunctionalInterface
    private interface ForReference {
        String of(KeyChangeTable table, KeyChangeColumn column, KeyChangeColumn.Reference reference);
    }

    private static List<String> forReferences(KeyChangePlan plan, ForReference statement) {
        List<String> statements = new ArrayList<>();
        for (KeyChangeTable table : plan.tables()) {
            for (KeyChangeColumn column : table.columns()) {
                if (column.reference() != null) {
                    statements.add(statement.of(table, column, column.reference()));
                }
            }
        }
        return statements;
    }
}
