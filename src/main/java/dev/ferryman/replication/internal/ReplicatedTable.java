package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A captured table with what the plan and the target say of it.
 *
 * @param captured how it is captured
 * @param plan what the plan says
 * @param columns columns that are written, in the plan's order
 * @param key the key's columns, in key order; empty where the table is followed as a whole
 * @param keyIndexed whether the target finds a row by its key without reading the table
 */
record ReplicatedTable(CapturedTable captured, TablePlan plan, List<ReplicatedColumn> columns,
        List<ReplicatedColumn> key, boolean keyIndexed) {
    ReplicatedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    int number() {
        return captured.number();
    }

    String source() {
        return SqlNames.quoteSqlite(plan.source());
    }

    String target() {
        return SqlNames.quote(plan.targetSchema(), plan.target());
    }

    /** All captured tables in the plan's order: parents before their children where there is no cycle. */
    static List<ReplicatedTable> of(Connection target, Plan plan, List<CapturedTable> captured) throws SQLException {
        List<ReplicatedTable> tables = new ArrayList<>();
        for (TablePlan planned : plan.tables()) {
            CapturedTable found = captured.stream().filter(table -> table.table().equals(planned.source())).findFirst()
                    .orElseThrow(() -> new BadInputException(
                            "Table " + planned.source() + " of the plan is not captured.",
                            "Remove the capture, install it with this plan, and take a new snapshot."));
            if (found.byKey() && !found.key().equals(planned.key().columns())) {
                throw new BadInputException("Table " + planned.source() + " is captured by " + found.key()
                        + ", and the plan's key is " + planned.key().columns() + ".",
                        "Remove the capture, install it with this plan, and take a new snapshot.");
            }
            tables.add(of(target, planned, found));
        }
        return List.copyOf(tables);
    }

    private static ReplicatedTable of(Connection target, TablePlan planned, CapturedTable captured)
            throws SQLException {
        List<ReplicatedColumn> columns = new ArrayList<>();
        for (ColumnPlan column : planned.columns()) {
            if (column.written()) {
                columns.add(column(target, planned, column));
            }
        }
        List<ReplicatedColumn> key = new ArrayList<>();
        for (String name : captured.key()) {
            key.add(columns.stream().filter(c -> c.plan().source().equals(name)).findFirst()
                    .orElseThrow(() -> new BadInputException(
                            "Column " + name + " of table " + planned.source() + " is its key, and is not written.",
                            "Plan again with another key.")));
        }
        return new ReplicatedTable(captured, planned, columns, key, !key.isEmpty() && indexed(target, planned, key));
    }

    private static boolean indexed(Connection target, TablePlan planned, List<ReplicatedColumn> key)
            throws SQLException {
        return Sql.yes(target, """
                               SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a
                                   ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                                   WHERE i.indrelid = ?::regclass AND i.indisvalid AND i.indpred IS NULL
                                       AND a.attname = ANY (string_to_array(?, E'\\x01')))""",
                SqlNames.quote(planned.targetSchema(), planned.target()),
                String.join("\u0001", key.stream().map(c -> c.plan().target()).toList()));
    }

    private static ReplicatedColumn column(Connection target, TablePlan planned, ColumnPlan column)
            throws SQLException {
        record Catalogued(String name, boolean anEnum, int modifier, boolean always, boolean exact) {}
        List<Catalogued> found = Sql.query(target,
                """
                WITH RECURSIVE step(oid, typmod, always, exact) AS (
                    SELECT atttypid, atttypmod, attidentity = 'a', coalesce(collisdeterministic, true)
                    FROM pg_attribute LEFT JOIN pg_collation c ON c.oid = attcollation
                    WHERE attrelid = CAST(? AS regclass) AND attname = ? AND NOT attisdropped
                    UNION ALL
                    SELECT t.typbasetype, CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE step.typmod END, step.always,
                        step.exact
                    FROM step JOIN pg_type t ON t.oid = step.oid WHERE t.typtype = 'd')
                SELECT t.typname, t.typtype = 'e', step.typmod, step.always,
                    step.exact AND t.typname NOT IN ('citext', 'bpchar')
                FROM step JOIN pg_type t ON t.oid = step.oid WHERE t.typtype <> 'd'""",
                row -> new Catalogued(row.getString(1), row.getBoolean(2), row.getInt(3), row.getBoolean(4),
                        row.getBoolean(5)),
                SqlNames.quote(planned.targetSchema(), planned.target()), column.target());
        if (found.isEmpty()) {
            throw new BadInputException(
                    "The target's table " + planned.target() + " has no column " + column.target() + ".",
                    "Plan again: the target has changed.");
        }
        Catalogued type = found.getFirst();
        return switch (column.type().base()) {
            case DOMAIN -> {
                PgType known = type.anEnum() ? PgType.of(PgType.Base.ENUM) : known(type.name(), type.modifier());
                yield new ReplicatedColumn(column, known == null ? PgType.of(PgType.Base.OTHER) : known,
                        String.valueOf(column.type().name()), type.always(), type.exact());
            }
            case OTHER ->
                new ReplicatedColumn(column, column.type(), String.valueOf(column.type().name()), type.always(),
                        type.exact());
            default -> new ReplicatedColumn(column, column.type(), "", type.always(), type.exact());
        };
    }

    private static @Nullable PgType known(String name, int modifier) {
        return switch (name) {
            case "bool" -> PgType.of(PgType.Base.BOOLEAN);
            case "float4" -> PgType.of(PgType.Base.FLOAT4);
            case "float8" -> PgType.of(PgType.Base.FLOAT8);
            case "int2", "int4", "int8", "text", "citext", "bytea", "date", "uuid", "json", "jsonb" -> PgType
                    .of(PgType.Base.valueOf(name.toUpperCase(Locale.ROOT)));
            case "numeric" -> modifier < 4
                    ? PgType.of(PgType.Base.NUMERIC)
                    : new PgType(PgType.Base.NUMERIC, (modifier - 4) >> 16 & 0xffff,
                            ((modifier - 4 & 0x7ff) ^ 1024) - 1024, null);
            case "varchar" -> new PgType(PgType.Base.VARCHAR, modifier < 4 ? null : modifier - 4, null, null);
            case "bpchar" -> new PgType(PgType.Base.CHAR, modifier < 4 ? null : modifier - 4, null, null);
            case "time", "timestamp", "timestamptz" -> new PgType(
                    PgType.Base.valueOf(name.toUpperCase(Locale.ROOT)), null, modifier < 0 ? null : modifier, null);
            default -> null;
        };
    }
}
