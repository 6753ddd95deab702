package dev.ferryman.schemachange.internal.target;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a target's catalog what a review of a script needs, and nothing of what is in its tables. Everything is read
 * by the names that the script mentions, so that a database with many thousand tables is no slower.
 */
public final class TargetReader {
    /** The relations named, tables of named indexes, their partitions, and what foreign keys lead to. */
    private static final String RELATIONS = """
                                            WITH RECURSIVE named AS (
                                                SELECT coalesce(i.indrelid, c.oid) AS oid
                                                FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
                                                WHERE c.relname = ANY (?) AND c.relpersistence <> 't' AND c.relnamespace NOT IN (
                                                    SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))
                                                UNION SELECT a.attrelid FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                                                      JOIN pg_class r ON r.oid = a.attrelid
                                                WHERE t.typtype = 'd' AND t.typname = ANY (?) AND r.relkind IN ('r', 'p', 'm')
                                            ), below AS (
                                                SELECT oid FROM named
                                                UNION SELECT h.inhrelid FROM pg_inherits h JOIN below b ON h.inhparent = b.oid
                                            ), wanted AS (
                                                SELECT oid FROM below
                                                UNION SELECT k.confrelid FROM pg_constraint k JOIN below b ON k.conrelid = b.oid WHERE k.contype = 'f'
                                            )
                                            SELECT c.oid, n.nspname, n.nspname = current_schema() AS at_hand, c.relname, c.relkind,
                                                   greatest(c.reltuples, 0)::bigint AS row_estimate,
                                                   CASE WHEN c.relkind IN ('r', 'm', 't', 'S') THEN pg_relation_size(c.oid) ELSE 0 END AS bytes,
                                                   CASE WHEN c.relkind IN ('r', 'm', 't') THEN pg_indexes_size(c.oid) ELSE 0 END AS index_bytes,
                                                   coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0) AS reads,
                                                   coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0) AS writes,
                                                   p.inhparent AS parent,
                                                   coalesce(pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', false) AS takes_the_rest
                                            FROM wanted w JOIN pg_class c ON c.oid = w.oid JOIN pg_namespace n ON n.oid = c.relnamespace
                                            LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
                                            LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
                                            ORDER BY c.oid""";
    private static final String COLUMNS = """
                                          SELECT a.attrelid, a.attname, t.typname, a.attnotnull,
                                                 format_type(a.atttypid, a.atttypmod) AS full_type
                                          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                                          WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
                                          ORDER BY a.attrelid, a.attnum""";
    private static final String INDEXES = """
                                          SELECT i.indrelid, c.relname, i.indisunique, i.indpred IS NULL AS whole, i.indisvalid,
                                                 coalesce(s.idx_scan, 0) AS scans, pg_relation_size(c.oid) AS bytes,
                                                 ARRAY(SELECT coalesce(a.attname, '') FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                                                       LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
                                                       WHERE k.place <= i.indnkeyatts ORDER BY k.place)::text[] AS columns
                                          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                                          LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = c.oid
                                          WHERE i.indrelid = ANY (?)
                                          ORDER BY c.oid""";
    private static final String CONSTRAINTS = """
                                              SELECT k.conrelid, k.conname, k.contype, k.convalidated, k.confrelid,
                                                     pg_get_constraintdef(k.oid) AS definition,
                                                     ARRAY(SELECT a.attname FROM unnest(k.conkey) AS n (attnum)
                                                           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.attnum)::text[] AS columns
                                              FROM pg_constraint k
                                              WHERE k.conrelid = ANY (?) OR k.confrelid = ANY (?)
                                              ORDER BY k.oid""";
    /** Views by their rules, everything else by itself; what a table owns or is a part of goes with it and is left out. */
    private static final String DEPENDENTS = """
                                             SELECT DISTINCT d.refobjid, coalesce(a.attname, '') AS attname,
                                                    CASE WHEN r.oid IS NOT NULL THEN
                                                             CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || v.oid::regclass::text
                                                         ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
                                                    coalesce(v.oid::regclass::text, '') AS view
                                             FROM pg_depend d
                                             LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                                             LEFT JOIN pg_class v ON v.oid = r.ev_class
                                             LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
                                             WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (?) AND d.deptype = 'n'
                                               AND (r.oid IS NULL OR r.ev_class <> d.refobjid)
                                               AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass,
                                                                 'pg_trigger'::regclass, 'pg_class'::regclass)
                                             ORDER BY 1, 3""";
    private static final String FUNCTIONS = """
                                            SELECT proname, bool_or(provolatile = 'v') AS any_volatile, bool_and(provolatile = 'v') AS all_volatile,
                                                   bool_or(provolatile <> 'i') AS any_mutable, bool_and(provolatile <> 'i') AS all_mutable
                                            FROM pg_proc WHERE proname = ANY (?) GROUP BY proname""";

    private final Connection connection;
    private final Map<Long, KnownTable> byOid = new HashMap<>();

    private TargetReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * The catalog of a target.
     *
     * @param connection only read from; what it has not committed itself is seen
     * @param relations names, without schema, that the script mentions
     * @param functions names of functions, without schema
     * @param domains names of domains, without schema, whose tables matter
     */
    public static Catalog read(Connection connection, Collection<String> relations, Collection<String> functions,
            Collection<String> domains) throws SQLException {
        return new TargetReader(connection).read(relations, functions, domains);
    }

    private Catalog read(Collection<String> relations, Collection<String> functions, Collection<String> domains)
            throws SQLException {
        Catalog catalog = Catalog.live(defaultSchema());
        Map<Long, Long> parents = new HashMap<>();
        Set<Long> rest = new HashSet<>();
        query(RELATIONS, texts(relations), texts(domains), row -> relation(catalog, row, parents, rest));
        parents.forEach((child, parent) -> {
            KnownTable above = byOid.get(parent);
            if (above != null) {
                String name = Objects.requireNonNull(byOid.get(child)).name();
                above.children().add(name);
                if (rest.contains(child)) {
                    above.defaultPartition(name);
                }
            }
        });
        Array oids = connection.createArrayOf("oid", byOid.keySet().toArray());
        query(COLUMNS, oids, null, this::column);
        query(INDEXES, oids, null, row -> index(catalog, row));
        query(CONSTRAINTS, oids, oids, this::constraint);
        query(DEPENDENTS, oids, null, row -> table(row, "refobjid").dependents()
                .add(new Dependent(row.getString("what"), row.getString("attname"), row.getString("view"))));
        query(FUNCTIONS, texts(functions), null, row -> catalog.function(row.getString("proname"), new Volatility(
                CatalogText.answer(row.getBoolean("any_volatile"), row.getBoolean("all_volatile")),
                CatalogText.answer(row.getBoolean("any_mutable"), row.getBoolean("all_mutable")))));
        catalog.speed(SpeedProbe.measure(connection, byOid.values()));
        return catalog;
    }

    private String defaultSchema() throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT coalesce(current_schema(), 'public')")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void relation(Catalog catalog, ResultSet row, Map<Long, Long> parents, Set<Long> rest)
            throws SQLException {
        List<String> name = row.getBoolean("at_hand")
                ? List.of(row.getString("relname"))
                : List.of(row.getString("nspname"), row.getString("relname"));
        KnownTable table = catalog.table(name);
        table.measured(row.getString("relkind").charAt(0),
                new TableSize(row.getLong("row_estimate"), row.getLong("bytes"), row.getLong("index_bytes")),
                new TableUse(row.getLong("reads"), row.getLong("writes")));
        byOid.put(row.getLong("oid"), table);
        long parent = row.getLong("parent");
        if (!row.wasNull()) {
            parents.put(row.getLong("oid"), parent);
        }
        if (row.getBoolean("takes_the_rest")) {
            rest.add(row.getLong("oid"));
        }
    }

    private void column(ResultSet row) throws SQLException {
        String name = row.getString("attname");
        table(row, "attrelid").columns().put(name, new KnownColumn(name, row.getString("typname"),
                CatalogText.modifiers(row.getString("full_type")), row.getBoolean("attnotnull")));
    }

    private void index(Catalog catalog, ResultSet row) throws SQLException {
        catalog.index(table(row, "indrelid"), new KnownIndex(row.getString("relname"), texts(row, "columns"),
                row.getBoolean("indisunique"), row.getBoolean("whole"), row.getBoolean("indisvalid"),
                row.getLong("scans"), row.getLong("bytes")));
    }

    private void constraint(ResultSet row) throws SQLException {
        KnownTable table = byOid.get(row.getLong("conrelid"));
        KnownTable referred = byOid.get(row.getLong("confrelid"));
        if (table == null) {
            referrer(row, referred);
            return;
        }
        List<String> columns = texts(row, "columns");
        char kind = row.getString("contype").charAt(0);
        table.constraints().add(new KnownConstraint(row.getString("conname"), kind, columns,
                referred == null ? "" : referred.name(),
                CatalogText.notNullColumn(kind, columns, row.getString("definition")), row.getBoolean("convalidated")));
        if (referred != null) {
            referred.referrers().add(table.name());
        }
    }

    private void referrer(ResultSet row, @Nullable KnownTable referred) throws SQLException {
        if (referred == null) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::oid::regclass::text")) {
            statement.setLong(1, row.getLong("conrelid"));
            try (ResultSet name = statement.executeQuery()) {
                name.next();
                referred.referrers().add(name.getString(1));
            }
        }
    }

    private KnownTable table(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(byOid.get(row.getLong(column)));
    }

    private Array texts(Collection<String> names) throws SQLException {
        return connection.createArrayOf("text", names.toArray());
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private void query(String sql, Array first, @Nullable Array second, Row each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, first);
            if (second != null) {
                statement.setArray(2, second);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.read(rows);
                }
            }
        }
    }

    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException;
    }
}
