package dev.ferryman.copy.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what the target's columns look like on the wire where the plan alone does not tell. */
final class TargetTypes {
    /** {@code text} in every PostgreSQL. */
    private static final int TEXT_OID = 25;

    private TargetTypes() {}

    /** The columns that are sent, in the plan's order. */
    static List<WireColumn> wireColumns(Connection target, TablePlan table) throws SQLException {
        List<WireColumn> columns = new ArrayList<>();
        for (ColumnPlan column : table.columns()) {
            if (column.written()) {
                columns.add(wireColumn(target, table, column));
            }
        }
        return columns;
    }

    private static WireColumn wireColumn(Connection target, TablePlan table, ColumnPlan column) throws SQLException {
        return switch (column.type().base()) {
            case DOMAIN -> {
                Catalogued found = baseType(target, table, column);
                PgType type = known(found);
                yield type == null || type.base() == PgType.Base.TEXT_ARRAY
                        ? new WireColumn(column, PgType.of(PgType.Base.OTHER), true, 0)
                        : new WireColumn(column, type, false, 0);
            }
            case OTHER -> new WireColumn(column, column.type(), true, 0);
            case TEXT_ARRAY -> new WireColumn(column, column.type(), false, baseType(target, table, column).element());
            default -> new WireColumn(column, column.type(), false, 0);
        };
    }

    /** A type as the catalogue has it, domains looked through. */
    private record Catalogued(String name, char kind, int modifier, int element) {}

    private static Catalogued baseType(Connection target, TablePlan table, ColumnPlan column) throws SQLException {
        try (var statement = target.prepareStatement(
                """
                WITH RECURSIVE step(oid, typmod) AS (
                    SELECT atttypid, atttypmod FROM pg_attribute
                    WHERE attrelid = CAST(? AS regclass) AND attname = ? AND NOT attisdropped
                    UNION ALL
                    SELECT t.typbasetype, CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE step.typmod END
                    FROM step JOIN pg_type t ON t.oid = step.oid WHERE t.typtype = 'd')
                SELECT t.typname, t.typtype, step.typmod, t.typelem
                FROM step JOIN pg_type t ON t.oid = step.oid WHERE t.typtype <> 'd'""")) {
            statement.setString(1, SqlNames.quote(table.targetSchema(), table.target()));
            statement.setString(2, column.target());
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return new Catalogued("text", 'b', -1, TEXT_OID);
                }
                return new Catalogued(rows.getString(1), rows.getString(2).charAt(0), rows.getInt(3),
                        (int) rows.getLong(4));
            }
        }
    }

    private static @Nullable PgType known(Catalogued type) {
        if (type.kind() == 'e') {
            return PgType.of(PgType.Base.ENUM);
        }
        int modifier = type.modifier();
        return switch (type.name()) {
            case "bool" -> PgType.of(PgType.Base.BOOLEAN);
            case "int2" -> PgType.of(PgType.Base.INT2);
            case "int4" -> PgType.of(PgType.Base.INT4);
            case "int8" -> PgType.of(PgType.Base.INT8);
            case "float4" -> PgType.of(PgType.Base.FLOAT4);
            case "float8" -> PgType.of(PgType.Base.FLOAT8);
            case "numeric" -> modifier < 4
                    ? PgType.of(PgType.Base.NUMERIC)
                    : new PgType(PgType.Base.NUMERIC, (modifier - 4) >> 16 & 0xffff,
                            ((modifier - 4 & 0x7ff) ^ 1024) - 1024, null);
            case "text" -> PgType.of(PgType.Base.TEXT);
            case "varchar" -> new PgType(PgType.Base.VARCHAR, modifier < 4 ? null : modifier - 4, null, null);
            case "bpchar" -> new PgType(PgType.Base.CHAR, modifier < 4 ? null : modifier - 4, null, null);
            case "citext" -> PgType.of(PgType.Base.CITEXT);
            case "bytea" -> PgType.of(PgType.Base.BYTEA);
            case "date" -> PgType.of(PgType.Base.DATE);
            case "time" -> new PgType(PgType.Base.TIME, null, modifier < 0 ? null : modifier, null);
            case "timestamp" -> new PgType(PgType.Base.TIMESTAMP, null, modifier < 0 ? null : modifier, null);
            case "timestamptz" -> new PgType(PgType.Base.TIMESTAMPTZ, null, modifier < 0 ? null : modifier, null);
            case "uuid" -> PgType.of(PgType.Base.UUID);
            case "json" -> PgType.of(PgType.Base.JSON);
            case "jsonb" -> PgType.of(PgType.Base.JSONB);
            default -> null;
        };
    }
}
