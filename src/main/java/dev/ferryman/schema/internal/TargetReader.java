package dev.ferryman.schema.internal;

import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.PlanChoices.TargetName;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.TargetSchema.TargetForeignKey;
import dev.ferryman.schema.TargetSchema.TargetRule;
import dev.ferryman.schema.TargetSchema.TargetTable;
import dev.ferryman.schema.TargetSchema.TargetUnique;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a schema of PostgreSQL holds: see {@link TargetSchema}. */
public final class TargetReader {
    private static final int HEADER = 4;

    private final Connection postgres;
    private final String schema;
    private final List<TargetName> chosen;
    private final Set<Long> read = new HashSet<>();

    private TargetReader(Connection postgres, String schema, List<TargetName> chosen) {
        this.chosen = chosen;
        this.postgres = postgres;
        this.schema = schema;
    }

    /**
     * See {@link TargetSchema#read(Connection, String, dev.ferryman.schema.PlanChoices)}.
     *
     * @param chosen tables that are read wherever they are
     */
    public static TargetSchema read(Connection postgres, String schema, List<TargetName> chosen)
            throws SQLException {
        return new TargetReader(postgres, schema, chosen).read();
    }

    private record Table(long oid, String schema, String name) {}

    private TargetSchema read() throws SQLException {
        var found = Rows.query(postgres,
                """
                SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ANY (array_prepend(?::name, current_schemas(false))) AND n.nspname <> 'ferryman'
                    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                    AND (n.nspname = ? OR has_table_privilege(c.oid, 'SELECT'))
                ORDER BY array_position(array_prepend(?::name, current_schemas(false)), n.nspname),
                    c.relname COLLATE "C" """,
                row -> new Table(row.getLong(1), row.getString(2), row.getString(3)), schema, schema, schema);
        var onPath = found.size();
        found = new ArrayList<>(found);
        for (var name : chosen) {
            for (var table : Rows.query(postgres,
                    """
                    SELECT c.oid, n.nspname, c.relname FROM pg_class c
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ? AND n.nspname <> 'ferryman'
                        AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT')
                        AND has_schema_privilege(n.oid, 'USAGE')""",
                    row -> new Table(row.getLong(1), row.getString(2), row.getString(3)),
                    String.valueOf(name.schema()), name.table())) {
                if (!found.contains(table)) {
                    found.add(table);
                }
            }
        }
        for (var table : found) {
            read.add(table.oid);
        }
        var tables = new ArrayList<TargetTable>();
        for (var table : found) {
            tables.add(new TargetTable(table.schema, table.name, isEmpty(table), columns(table), uniques(table),
                    foreignKeys(table), rules(table)));
        }
        var folds = Rows.query(postgres, "SELECT lower('Ä') = 'ä'", row -> row.getBoolean(1));
        return new TargetSchema(schema, tables.subList(0, onPath), tables.subList(onPath, tables.size()),
                folds.getFirst());
    }

    private boolean isEmpty(Table table) throws SQLException {
        return Rows.query(postgres, "SELECT 1 FROM " + dev.ferryman.schema.SqlNames.quote(table.schema, table.name)
                + " LIMIT 1", _ -> 1).isEmpty();
    }

    private List<TargetUnique> uniques(Table table) throws SQLException {
        return Rows.query(postgres,
                """
                SELECT c.relname, array(SELECT a.attname::text
                        FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY k(n, o)
                        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o),
                    i.indnullsnotdistinct
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                ORDER BY i.indisprimary DESC, c.relname COLLATE "C" """,
                row -> new TargetUnique(row.getString(1), strings(row, 2), row.getBoolean(3)), table.oid);
    }

    private List<TargetRule> rules(Table table) throws SQLException {
        return Rows.query(postgres,
                """
                SELECT o.conname AS name, pg_get_constraintdef(o.oid)
                FROM pg_constraint o
                WHERE o.conrelid = ? AND (o.contype IN ('c', 'x') OR o.contype = 'f' AND NOT o.confrelid = ANY (?::oid[]))
                UNION ALL
                SELECT c.relname, pg_get_indexdef(i.indexrelid)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid
                    AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)
                UNION ALL
                SELECT format('%s of the type of %s', o.conname, a.attname), pg_get_constraintdef(o.oid)
                FROM pg_constraint o JOIN pg_attribute a ON a.atttypid = o.contypid
                WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped AND o.contype = 'c'
                ORDER BY name""",
                row -> new TargetRule(row.getString(1), row.getString(2)), table.oid, oids(), table.oid,
                table.oid);
    }

    private List<TargetForeignKey> foreignKeys(Table table) throws SQLException {
        return Rows.query(postgres,
                """
                SELECT f.conname, n.nspname, p.relname,
                    array(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY k(n, o)
                        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.o),
                    array(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY k(n, o)
                        JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.n ORDER BY k.o)
                FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
                JOIN pg_namespace n ON n.oid = p.relnamespace
                WHERE f.conrelid = ? AND f.contype = 'f' AND f.confrelid = ANY (?::oid[]) ORDER BY f.conname COLLATE "C" """,
                row -> new TargetForeignKey(row.getString(1), strings(row, 4), row.getString(2), row.getString(3),
                        strings(row, 5)),
                table.oid, oids());
    }

    private String oids() {
        return read.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    private List<TargetColumn> columns(Table table) throws SQLException {
        return Rows.query(postgres,
                """
                SELECT a.attname, a.attnotnull OR coalesce(t.typnotnull, false),
                    pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '', a.attgenerated <> '',
                    coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text, -- what a domain is over
                    CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
                    coalesce(b.typtype, t.typtype)::text, format_type(a.atttypid, a.atttypmod),
                    array(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = coalesce(b.oid, t.oid)
                        ORDER BY e.enumsortorder),
                    coalesce(b.typname, t.typname),
                    pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) IS NOT NULL
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum""", row -> {
                    var labels = strings(row, 10);
                    var generated = row.getBoolean(5);
                    var type = type(row.getString(11), row.getString(8), row.getInt(7), row.getString(9));
                    var identity = row.getBoolean(4) || row.getBoolean(12);
                    return new TargetColumn(row.getString(1), type, row.getBoolean(2),
                            generated ? null : row.getString(3),
                            identity, generated, labels);
                }, table.oid);
    }

    private static PgType type(String name, String kind, int modifier, String formatted) {
        if (kind.equals("e")) {
            return new PgType(Base.ENUM, null, null, formatted);
        }
        var base = base(name);
        if (base == Base.OTHER) {
            return new PgType(Base.OTHER, null, null, formatted);
        }
        Integer length = null;
        Integer scale = null;
        if (modifier >= 0) {
            switch (base) {
                case NUMERIC -> {
                    length = ((modifier - HEADER) >> 16) & 0xffff;
                    // Eleven bits with a sign since PostgreSQL 15.
                    scale = (((modifier - HEADER) & 0x7ff) ^ 1024) - 1024;
                }
                case VARCHAR, CHAR -> length = modifier - HEADER;
                case TIME, TIMESTAMP, TIMESTAMPTZ -> scale = modifier;
                case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, TEXT, CITEXT, BYTEA, DATE, UUID, JSON, JSONB, ENUM,
                        TEXT_ARRAY, DOMAIN, OTHER -> {
                    // No modifiers.
                }
            }
        }
        return new PgType(base, length, scale, null);
    }

    private static Base base(String name) {
        return switch (name) {
            case "bool" -> Base.BOOLEAN;
            case "int2" -> Base.INT2;
            case "int4" -> Base.INT4;
            case "int8" -> Base.INT8;
            case "float4" -> Base.FLOAT4;
            case "float8" -> Base.FLOAT8;
            case "numeric" -> Base.NUMERIC;
            case "text" -> Base.TEXT;
            case "varchar" -> Base.VARCHAR;
            case "bpchar" -> Base.CHAR;
            case "citext" -> Base.CITEXT;
            case "bytea" -> Base.BYTEA;
            case "date" -> Base.DATE;
            case "time" -> Base.TIME;
            case "timestamp" -> Base.TIMESTAMP;
            case "timestamptz" -> Base.TIMESTAMPTZ;
            case "uuid" -> Base.UUID;
            case "json" -> Base.JSON;
            case "jsonb" -> Base.JSONB;
            case "_text" -> Base.TEXT_ARRAY;
            default -> Base.OTHER;
        };
    }

    private static List<String> strings(ResultSet row, int column) throws SQLException {
        @Nullable
        Object array = row.getArray(column).getArray();
        return array instanceof String[] texts ? Arrays.asList(texts) : List.of();
    }
}
