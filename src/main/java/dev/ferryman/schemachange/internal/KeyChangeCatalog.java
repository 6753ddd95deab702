package dev.ferryman.schemachange.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schemachange.KeyChangeColumn;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads from PostgreSQL's catalog what a change of keys reaches, and refuses what it could not carry. */
public final class KeyChangeCatalog {
    private static final String CORRECT = "Nothing was changed. ";
    private static final Set<String> WHOLE_NUMBERS = Set.of("smallint", "integer", "bigint");

    private static final String KEYS = """
                                       SELECT c.relname, c.oid, c.reltuples::bigint, c.relkind, c.relispartition,
                                           EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid)),
                                           cardinality(k.conkey), a.attname, format_type(a.atttypid, a.atttypmod),
                                           a.atthasdef OR a.attidentity <> ''
                                       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                       LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
                                       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
                                       WHERE n.nspname = ? AND c.relkind IN ('r', 'p') ORDER BY c.relname""";

    private static final String REFERENCES = """
                                             SELECT cn.nspname, c.relname, c.oid, c.reltuples::bigint, k.conname, a.attname,
                                                 format_type(a.atttypid, a.atttypmod), a.attnotnull, cardinality(k.conkey),
                                                 pn.nspname, p.relname, pa.attname,
                                                 k.confupdtype, k.confdeltype, k.condeferrable, k.condeferred, k.confmatchtype,
                                                 k.convalidated, c.relkind, a.atthasdef OR a.attidentity <> ''
                                             FROM pg_constraint k
                                             JOIN pg_class c ON c.oid = k.conrelid
                                             JOIN pg_namespace cn ON cn.oid = c.relnamespace
                                             JOIN pg_class p ON p.oid = k.confrelid
                                             JOIN pg_namespace pn ON pn.oid = p.relnamespace
                                             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
                                             JOIN pg_attribute pa ON pa.attrelid = p.oid
                                                 AND pa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
                                             WHERE k.contype = 'f' AND p.oid = ANY (?)
                                             ORDER BY cn.nspname, c.relname, k.conname""";

    private static final String INDEXES = """
                                          SELECT i.relname, x.indisunique, x.indisprimary,
                                              EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype = 'u'),
                                              m.amname, x.indexprs IS NOT NULL, pg_get_expr(x.indpred, x.indrelid),
                                              x.indisreplident OR x.indisclustered,
                                              (SELECT array_agg(a.attname ORDER BY o.n) FROM unnest(x.indkey::int2[])
                                                   WITH ORDINALITY o (attnum, n)
                                               JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.attnum
                                               WHERE o.n <= x.indnkeyatts),
                                              (SELECT array_agg(CASE WHEN x.indoption[n - 1] & 1 = 1 THEN ' DESC' ELSE '' END
                                                   || CASE x.indoption[n - 1] & 3 WHEN 1 THEN ' NULLS LAST' WHEN 2 THEN ' NULLS FIRST'
                                                   ELSE '' END ORDER BY n) FROM generate_series(1, x.indnkeyatts) n),
                                              (SELECT array_agg(quote_ident(a.attname) ORDER BY o.n) FROM unnest(x.indkey::int2[])
                                                   WITH ORDINALITY o (attnum, n)
                                               JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.attnum
                                               WHERE o.n > x.indnkeyatts),
                                              x.indnullsnotdistinct, x.indisvalid, x.indimmediate,
                                              EXISTS (SELECT 1 FROM unnest(x.indclass::oid[], x.indcollation::oid[], x.indkey::int2[])
                                                   o (opclass, collation_, attnum) JOIN pg_opclass c ON c.oid = o.opclass
                                                   JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.attnum
                                                   WHERE NOT c.opcdefault OR o.collation_ <> a.attcollation)
                                          FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
                                          WHERE x.indrelid = ?::regclass AND EXISTS (SELECT 1 FROM pg_attribute a
                                              WHERE a.attrelid = x.indrelid AND a.attname = ANY (?)
                                              AND (a.attnum = ANY (x.indkey) OR EXISTS (SELECT 1 FROM pg_depend d
                                                  WHERE d.objid = x.indexrelid AND d.refobjid = x.indrelid AND d.refobjsubid = a.attnum)))
                                          ORDER BY i.relname""";

    /** What else hangs on a column, and would go on with the old values after the switch. */
    private static final String DEPENDENTS = """
                                             SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0), a.attname, coalesce(k.conname, '')
                                             FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                             LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
                                             LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
                                             WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ?::regclass AND a.attname = ANY (?)
                                             AND NOT (d.classid = 'pg_constraint'::regclass AND k.contype IN ('p', 'u', 'f', 'n'))
                                             AND NOT (d.classid = 'pg_attrdef'::regclass AND f.adrelid = d.refobjid
                                                 AND f.adnum = d.refobjsubid)
                                             AND NOT (d.classid = 'pg_class'::regclass AND (SELECT relkind FROM pg_class WHERE oid = d.objid)
                                                 IN ('i', 'S'))
                                             AND NOT (d.classid = 'pg_trigger'::regclass AND (SELECT tgisinternal FROM pg_trigger
                                                 WHERE oid = d.objid))""";

    private final Connection connection;
    private final String schema;

    private KeyChangeCatalog(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    private record Key(String table, long oid, long rows, String column, String type, boolean filled) {}

    private record Column(String schema, String table, long rows, KeyChangeColumn column) {}

    /**
     * Plans it.
     *
     * @param wanted names of the tables whose keys change, empty for every table of the schema
     * @param version of the UUIDs, 4 or 7
     * @throws BadInputException where something could not be carried, naming it
     */
    public static KeyChangePlan plan(Connection connection, String schema, Collection<String> wanted, int version)
            throws SQLException {
        return new KeyChangeCatalog(connection, schema).plan(wanted, generator(connection, version));
    }

    private static String generator(Connection connection, int version) throws SQLException {
        if (version == 4) {
            return "pg_catalog.gen_random_uuid()";
        }
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (version == 7 && major >= 18) {
            return "pg_catalog.uuidv7()";
        }
        throw new BadInputException("PostgreSQL " + major + " makes no UUIDs of version " + version + ".",
                CORRECT + "Use version 4, or 7 on PostgreSQL 18 and newer.");
    }

    private KeyChangePlan plan(Collection<String> wanted, String generator) throws SQLException {
        Map<String, Key> keys = keys(wanted);
        List<Column> columns = new ArrayList<>();
        Set<String> keysThatRefer = new HashSet<>();
        for (Column reference : references(keys)) {
            columns.add(reference);
            Key own = reference.schema().equals(schema) ? keys.get(reference.table()) : null;
            if (own != null && own.column().equals(reference.column().name())) {
                keysThatRefer.add(own.table());
            }
        }
        keys.values().stream().filter(key -> !keysThatRefer.contains(key.table())).forEach(key -> columns.add(0,
                new Column(schema, key.table(), key.rows(),
                        new KeyChangeColumn(key.column(), key.type(), false, key.filled(), null))));
        KeyChangePlan plan = new KeyChangePlan(generator, tables(columns));
        if (plan.inOrder().size() < columns.size()) {
            throw new BadInputException("The keys of schema " + schema + " refer to one another in a circle.",
                    CORRECT + "Name the tables, and leave one of the circle out.");
        }
        KeyChangeNames.requireFree(connection, plan);
        return plan;
    }

    private Map<String, Key> keys(Collection<String> wanted) throws SQLException {
        Map<String, Key> keys = new LinkedHashMap<>();
        Set<String> missing = new LinkedHashSet<>(wanted);
        for (var row : PgText.query(connection, KEYS, KeyChangeCatalog::keyRow, schema)) {
            missing.remove(row.key().table());
            boolean asked = wanted.contains(row.key().table());
            if (!asked && !wanted.isEmpty()) {
                continue;
            }
            String why = row.refusal();
            if (why == null) {
                keys.put(row.key().table(), row.key());
            } else if (asked) {
                throw new BadInputException("The key of " + schema + "." + row.key().table() + " " + why + ".",
                        CORRECT + "Leave the table out, or change it by hand.");
            }
        }
        if (!missing.isEmpty()) {
            throw new BadInputException(
                    "There is no table " + String.join(", ", missing) + " in schema " + schema + ".",
                    CORRECT + "Correct the names.");
        }
        if (keys.isEmpty()) {
            throw new BadInputException("No table of schema " + schema + " has a key of one whole number.",
                    CORRECT + "There is nothing to do, or the schema is another one.");
        }
        return keys;
    }

    private record KeyRow(Key key, @Nullable String refusal) {}

    private static KeyRow keyRow(ResultSet row) throws SQLException {
        String column = row.getString(8);
        String type = row.getString(9);
        String refusal = "p".equals(row.getString(4)) || row.getBoolean(5) || row.getBoolean(6)
                ? "is that of a partitioned or inherited table, which is not supported"
                : column == null
                        ? "does not exist"
                        : row.getInt(7) != 1
                                ? "has several columns"
                                : WHOLE_NUMBERS.contains(type) ? null : "is of type " + type + ", no whole number";
        return new KeyRow(new Key(row.getString(1), row.getLong(2), Math.max(0, row.getLong(3)),
                column == null ? "" : column, type == null ? "" : type, row.getBoolean(10)), refusal);
    }

    private List<Column> references(Map<String, Key> keys) throws SQLException {
        Array oids = connection.createArrayOf("oid", keys.values().stream().map(Key::oid).toArray());
        List<Column> found = PgText.query(connection, REFERENCES, row -> reference(row, keys), oids).stream()
                .flatMap(Optional::stream).toList();
        Set<String> seen = new HashSet<>();
        for (Column each : found) {
            if (!seen.add(each.schema() + "." + each.table() + "." + each.column().name())) {
                throw new BadInputException("The column " + each.column().name() + " of " + each.schema() + "."
                        + each.table() + " has several foreign keys.",
                        CORRECT + "Drop the one that is not needed.");
            }
        }
        return found;
    }

    private static Optional<Column> reference(ResultSet row, Map<String, Key> keys) throws SQLException {
        String parent = row.getString(11);
        Key key = keys.get(parent);
        if (key == null || !key.column().equals(row.getString(12))) {
            return Optional.empty();
        }
        String name = "The foreign key " + row.getString(5) + " of " + row.getString(1) + "." + row.getString(2);
        String why = row.getInt(9) > 1
                ? "has several columns"
                : !"r".equals(row.getString(19))
                        ? "is that of a partitioned table"
                        : "d".equals(row.getString(13)) || "d".equals(row.getString(14))
                                ? "sets a default"
                                : row.getBoolean(16)
                                        ? "is checked at the end of a transaction (INITIALLY DEFERRED)"
                                        : !row.getBoolean(18) ? "was never validated (NOT VALID)" : null;
        if (why != null) {
            throw new BadInputException(name + " " + why + ", which a change of keys cannot carry.",
                    CORRECT + "Change the foreign key, or leave the table " + parent + " out.");
        }
        String rules = rule(" ON UPDATE", row.getString(13)) + rule(" ON DELETE", row.getString(14))
                + (row.getBoolean(15) ? " DEFERRABLE" : "");
        return Optional.of(new Column(row.getString(1), row.getString(2), Math.max(0, row.getLong(4)),
                new KeyChangeColumn(row.getString(6), row.getString(7), !row.getBoolean(8), row.getBoolean(20),
                        new KeyChangeColumn.Reference(row.getString(5), row.getString(10), parent, row.getString(12),
                                rules))));
    }

    private static String rule(String when, String code) {
        return switch (code) {
            case "c" -> when + " CASCADE";
            case "n" -> when + " SET NULL";
            case "r" -> when + " RESTRICT";
            default -> "";
        };
    }

    private List<KeyChangeTable> tables(List<Column> columns) throws SQLException {
        Map<String, List<Column>> byTable = columns.stream().collect(Collectors
                .groupingBy(column -> column.schema() + "\0" + column.table(), TreeMap::new, Collectors.toList()));
        List<KeyChangeTable> tables = new ArrayList<>();
        for (List<Column> own : byTable.values()) {
            Column first = own.getFirst();
            List<KeyChangeColumn> changing = own.stream().map(Column::column).toList();
            requireNames(first.schema(), first.table(), changing);
            requireFree(first.schema(), first.table(), changing);
            tables.add(new KeyChangeTable(first.schema(), first.table(), first.rows(), changing,
                    indexes(connection, first.schema(), first.table(), changing)));
        }
        return tables;
    }

    private void requireNames(String tableSchema, String table, List<KeyChangeColumn> columns) throws SQLException {
        Set<String> there = new HashSet<>(PgText.query(connection,
                "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped",
                row -> row.getString(1), SqlNames.quote(tableSchema, table)));
        for (KeyChangeColumn column : columns) {
            for (String name : List.of(column.added(), column.kept())) {
                if (KeyChangeNames.tooLong(name) || there.contains(name)) {
                    throw new BadInputException("The column " + column.name() + " of " + tableSchema + "." + table
                            + " would need the name " + name + ", which is "
                            + (there.contains(name) ? "taken." : "too long."),
                            CORRECT + "Rename that column first.");
                }
            }
        }
    }

    private void requireFree(String tableSchema, String table, List<KeyChangeColumn> columns) throws SQLException {
        List<String> hang = dependents(connection, SqlNames.quote(tableSchema, table), columns);
        if (!hang.isEmpty()) {
            throw new BadInputException("On the changing columns of " + tableSchema + "." + table + " depend "
                    + String.join(", ", hang) + ", which would go on with the old values.",
                    CORRECT + "Drop them for the time of the change and create them again after the switch.");
        }
    }

    /** What hangs on the columns, without what the change of keys has added itself. */
    static List<String> dependents(Connection connection, String table, List<KeyChangeColumn> columns)
            throws SQLException {
        Set<String> ours = columns.stream().map(KeyChangeNames::check).collect(Collectors.toSet());
        record Dependent(String words, String constraint) {}
        return PgText.query(connection, DEPENDENTS,
                row -> new Dependent(row.getString(1) + " (" + row.getString(2) + ")", row.getString(3)), table,
                names(connection, columns)).stream().filter(each -> !ours.contains(each.constraint()))
                .map(Dependent::words).toList();
    }

    private static Array names(Connection connection, List<KeyChangeColumn> columns) throws SQLException {
        return connection.createArrayOf("text", columns.stream().map(KeyChangeColumn::name).toArray());
    }

    /** The indexes on these columns as they are now. */
    static List<KeyChangeTable.Index> indexes(Connection connection, String tableSchema, String table,
            List<KeyChangeColumn> columns) throws SQLException {
        return PgText.query(connection, INDEXES, row -> index(row, tableSchema + "." + table),
                SqlNames.quote(tableSchema, table), names(connection, columns));
    }

    private static KeyChangeTable.Index index(ResultSet row, String table) throws SQLException {
        String why = !"btree".equals(row.getString(5)) && !"hash".equals(row.getString(5))
                ? "is of type " + row.getString(5)
                : row.getBoolean(6)
                        ? "is over an expression"
                        : row.getString(7) != null
                                ? "is partial"
                                : row.getBoolean(8)
                                        ? "is the table's replica identity or cluster order"
                                        : !row.getBoolean(13)
                                                ? "is not valid"
                                                : !row.getBoolean(14)
                                                        ? "is of a constraint that is DEFERRABLE"
                                                        : row.getBoolean(15)
                                                                ? "has an operator class or a collation of its own"
                                                                : null;
        if (why != null) {
            throw new BadInputException("The index " + row.getString(1) + " of " + table + " " + why
                    + ", which a change of keys cannot carry.",
                    CORRECT + "Drop it for the time of the change and create it again after the switch.");
        }
        KeyChangeTable.Role role = row.getBoolean(3)
                ? KeyChangeTable.Role.PRIMARY_KEY
                : row.getBoolean(4)
                        ? KeyChangeTable.Role.UNIQUE_CONSTRAINT
                        : row.getBoolean(2) ? KeyChangeTable.Role.UNIQUE : KeyChangeTable.Role.PLAIN;
        List<String> included = texts(row.getArray(11));
        String tail = (included.isEmpty() ? "" : " INCLUDE (" + String.join(", ", included) + ")")
                + (row.getBoolean(12) ? " NULLS NOT DISTINCT" : "");
        return new KeyChangeTable.Index(row.getString(1), role, texts(row.getArray(9)), texts(row.getArray(10)), tail,
                row.getString(5));
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
