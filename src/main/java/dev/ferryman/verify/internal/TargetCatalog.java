package dev.ferryman.verify.internal;

import dev.ferryman.schema.PgType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the target's catalog says of tables and columns. */
final class TargetCatalog {
    private static final String COLUMNS = """
                                          WITH RECURSIVE resolved(position, name, not_null, type, declared) AS (
                                              SELECT a.attnum, a.attname, a.attnotnull, a.atttypid,
                                                     pg_catalog.format_type(a.atttypid, a.atttypmod)
                                              FROM pg_catalog.pg_attribute a
                                              JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                              WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
                                                AND a.attnum > 0 AND NOT a.attisdropped
                                              UNION ALL
                                              SELECT r.position, r.name, r.not_null OR t.typnotnull, t.typbasetype, r.declared
                                              FROM resolved r JOIN pg_catalog.pg_type t ON t.oid = r.type
                                              WHERE t.typtype = 'd')
                                          SELECT r.name, r.not_null, r.declared, t.oid::bigint, t.typname, t.typtype::text
                                          FROM resolved r JOIN pg_catalog.pg_type t ON t.oid = r.type
                                          WHERE t.typtype <> 'd' ORDER BY r.position""";

    private TargetCatalog() {}

    /** Columns of a table by name, in the table's order; empty where there is no such table. */
    static Map<String, TargetColumn> columns(Connection connection, String schema, String table) throws SQLException {
        var columns = new LinkedHashMap<String, TargetColumn>();
        try (var statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var column = new TargetColumn(rows.getString(1), rows.getBoolean(2),
                            base(rows.getLong(4), rows.getString(5), rows.getString(6)), rows.getString(3));
                    columns.put(column.name(), column);
                }
            }
        }
        return columns;
    }

    /** Object identifiers of built-in types never change. */
    private static PgType.Base base(long oid, String name, String kind) {
        if (kind.equals("e")) {
            return PgType.Base.ENUM;
        }
        if (oid > 16_383) {
            return name.equals("citext") ? PgType.Base.CITEXT : PgType.Base.OTHER;
        }
        return switch ((int) oid) {
            case 16 -> PgType.Base.BOOLEAN;
            case 17 -> PgType.Base.BYTEA;
            case 20 -> PgType.Base.INT8;
            case 21 -> PgType.Base.INT2;
            case 23 -> PgType.Base.INT4;
            case 25 -> PgType.Base.TEXT;
            case 114 -> PgType.Base.JSON;
            case 700 -> PgType.Base.FLOAT4;
            case 701 -> PgType.Base.FLOAT8;
            case 1009, 1015 -> PgType.Base.TEXT_ARRAY;
            case 1042 -> PgType.Base.CHAR;
            case 1043 -> PgType.Base.VARCHAR;
            case 1082 -> PgType.Base.DATE;
            case 1083 -> PgType.Base.TIME;
            case 1114 -> PgType.Base.TIMESTAMP;
            case 1184 -> PgType.Base.TIMESTAMPTZ;
            case 1700 -> PgType.Base.NUMERIC;
            case 2950 -> PgType.Base.UUID;
            case 3802 -> PgType.Base.JSONB;
            default -> PgType.Base.OTHER;
        };
    }
}
