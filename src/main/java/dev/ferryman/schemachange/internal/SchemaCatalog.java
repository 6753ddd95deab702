package dev.ferryman.schemachange.internal;

import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads a schema from the catalog. Each query gives kind and name of an object, and one column for each of its properties,
 * whose label is the property's name; NULL stands for what an object does not have.
 */
public final class SchemaCatalog {
    /** Tables in which migration tools keep books: Alembic, Liquibase, Flyway, Django, Prisma, Knex. */
    public static final Set<String> BOOKS = Set.of("alembic_version", "databasechangelog", "databasechangeloglock",
            "flyway_schema_history", "django_migrations", "_prisma_migrations", "knex_migrations",
            "knex_migrations_lock");

    /** Schemas that are nobody's own. */
    private static final String FOREIGN = "(%1$s.nspname ~ '^pg_' OR %1$s.nspname IN ('information_schema', 'ferryman'))";

    /** Tables, views and sequences that count; books of migration tools are known by their names (and Laravel's by a column). */
    private static final String MINE = """
                                       WITH books AS MATERIALIZED (SELECT oid FROM pg_class WHERE relkind = 'r' AND (relname IN ({books})
                                           OR relname = 'migrations' AND EXISTS (SELECT FROM pg_attribute
                                               WHERE attrelid = pg_class.oid AND attname = 'batch'))),
                                       mine AS MATERIALIZED (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS title
                                           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                           WHERE NOT {foreign n} AND c.oid NOT IN (SELECT oid FROM books)
                                               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                   AND (d.deptype = 'e' OR d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                                                       AND d.refobjid IN (SELECT oid FROM books))))
                                       """;

    private static final String COMMENT_OF_CLASS = "obj_description(m.oid, 'pg_class') AS \"comment\"";

    private static final List<String> QUERIES = List.of(
            """
            SELECT 'schema', format('%I', n.nspname), obj_description(n.oid, 'pg_namespace') AS "comment"
            FROM pg_namespace n WHERE NOT {foreign n}
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_namespace'::regclass AND objid = n.oid AND deptype = 'e')""",
            """
            SELECT 'extension', format('%I', e.extname), n.nspname AS "schema", e.extversion AS "version"
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'""",
            """
            {mine} SELECT 'table', m.title,
                CASE m.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'ordinary' END AS "kind",
                CASE m.relpersistence WHEN 'u' THEN 'yes' END AS "unlogged",
                CASE WHEN m.relrowsecurity THEN CASE WHEN m.relforcerowsecurity THEN 'forced' ELSE 'on' END END AS "row security",
                array_to_string(m.reloptions, ', ') AS "options",
                CASE WHEN m.relkind = 'p' THEN pg_get_partkeydef(m.oid) END AS "partition key",
                pg_get_expr(m.relpartbound, m.oid) AS "partition bound",
                (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i
                    WHERE i.inhrelid = m.oid) AS "inherits",
                CASE m.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END AS "replica identity",
                (SELECT string_agg(quote_ident(a.attname), E'\\n' ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped) AS "columns",
                {comment} FROM mine m WHERE m.relkind IN ('r', 'p', 'f')""",
            """
            {mine} SELECT 'column', format('%s.%I', m.title, a.attname), format_type(a.atttypid, a.atttypmod) AS "type",
                CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END AS "nullable",
                CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
                CASE a.attgenerated WHEN 's' THEN 'stored ' WHEN 'v' THEN 'virtual ' END || pg_get_expr(d.adbin, d.adrelid) AS "generated",
                CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS "identity",
                CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS "collation",
                col_description(m.oid, a.attnum) AS "comment"
            FROM mine m JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
                JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE m.relkind IN ('r', 'p', 'f')""",
            // What PostgreSQL 18 keeps of NOT NULL is a property of the column, unless it is not validated.
            """
            {mine} SELECT 'constraint', format('%s.%I', m.title, c.conname),
                regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') AS "definition",
                CASE WHEN c.convalidated THEN 'yes' ELSE 'no' END AS "validated",
                obj_description(c.oid, 'pg_constraint') AS "comment"
            FROM mine m JOIN pg_constraint c ON c.conrelid = m.oid
            WHERE c.contype <> 't' AND (c.contype <> 'n' OR NOT c.convalidated)""",
            """
            {mine} SELECT 'index', m.title, pg_get_indexdef(m.oid) AS "definition",
                CASE WHEN x.indisvalid AND x.indisready THEN 'yes' ELSE 'no' END AS "valid",
                CASE WHEN x.indisclustered THEN 'yes' END AS "clustered",
                CASE WHEN x.indisreplident THEN 'yes' END AS "replica identity",
                {comment}
            FROM mine m JOIN pg_index x ON x.indexrelid = m.oid JOIN mine t ON t.oid = x.indrelid
            WHERE NOT x.indisvalid OR NOT EXISTS (SELECT FROM pg_constraint c
                WHERE c.conindid = m.oid AND c.contype IN ('p', 'u', 'x') AND c.conrelid = x.indrelid)""",
            """
            {mine} SELECT 'sequence', m.title, format_type(s.seqtypid, NULL) AS "type", s.seqstart::text AS "start",
                s.seqincrement::text AS "increment", s.seqmin::text AS "least", s.seqmax::text AS "most",
                s.seqcache::text AS "cache", CASE WHEN s.seqcycle THEN 'yes' END AS "cycle",
                (SELECT format('%s.%I', d.refobjid::regclass, a.attname) FROM pg_depend d
                    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = m.oid AND d.refclassid = 'pg_class'::regclass
                        AND d.deptype IN ('a', 'i')) AS "owned by",
                {comment} FROM mine m JOIN pg_sequence s ON s.seqrelid = m.oid""",
            """
            {mine} SELECT CASE m.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, m.title,
                pg_get_viewdef(m.oid) AS "definition", array_to_string(m.reloptions, ', ') AS "options", {comment}
            FROM mine m WHERE m.relkind IN ('v', 'm')""",
            """
            SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
                format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
                CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (SELECT concat_ws(' ', g.aggtransfn,
                    g.aggfinalfn, g.aggcombinefn, g.aggtranstype::regtype, g.agginitval) FROM pg_aggregate g
                    WHERE g.aggfnoid = p.oid) END AS "definition",
                obj_description(p.oid, 'pg_proc') AS "comment"
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT {foreign n}
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype IN ('e', 'i'))""",
            """
            {mine} SELECT 'trigger', format('%s.%I', m.title, t.tgname), pg_get_triggerdef(t.oid) AS "definition",
                CASE t.tgenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'A' THEN 'always' ELSE 'replica' END AS "enabled",
                obj_description(t.oid, 'pg_trigger') AS "comment"
            FROM mine m JOIN pg_trigger t ON t.tgrelid = m.oid WHERE NOT t.tgisinternal""",
            """
            SELECT 'event trigger', format('%I', e.evtname), e.evtevent AS "event", e.evtfoid::regproc::text AS "function",
                array_to_string(e.evttags, ', ') AS "tags",
                CASE e.evtenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'A' THEN 'always' ELSE 'replica' END AS "enabled"
            FROM pg_event_trigger e""",
            """
            {mine} SELECT 'rule', format('%s.%I', m.title, r.rulename), pg_get_ruledef(r.oid) AS "definition"
            FROM mine m JOIN pg_rewrite r ON r.ev_class = m.oid WHERE r.rulename <> '_RETURN'""",
            """
            {mine} SELECT 'policy', format('%s.%I', m.title, p.polname), p.polcmd::text AS "command",
                CASE WHEN p.polpermissive THEN 'yes' ELSE 'no' END AS "permissive",
                (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ', ' ORDER BY 1)
                    FROM unnest(p.polroles) r) AS "roles",
                pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
            FROM mine m JOIN pg_policy p ON p.polrelid = m.oid""",
            """
            SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, format('%I.%I', n.nspname, t.typname),
                (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e
                    WHERE e.enumtypid = t.oid) AS "values",
                CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS "type",
                CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'no' END AS "nullable", t.typdefault AS "default",
                (SELECT string_agg(format('%I %s', c.conname, pg_get_constraintdef(c.oid)), ', ' ORDER BY c.conname)
                    FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c') AS "checks",
                (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
                        AND NOT a.attisdropped) AS "attributes",
                (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid) AS "range of",
                obj_description(t.oid, 'pg_type') AS "comment"
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE NOT {foreign n} AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = t.oid AND deptype = 'e')""",
            """
            SELECT 'statistics', format('%I.%I', n.nspname, s.stxname), pg_get_statisticsobjdef(s.oid) AS "definition"
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE NOT {foreign n}""");

    private SchemaCatalog() {}

    /** Objects by kind and name. */
    public static SortedMap<String, SortedMap<String, String>> read(Connection connection) throws SQLException {
        SortedMap<String, SortedMap<String, String>> objects = new TreeMap<>();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            // So that every name is written with its schema, whatever path the role or the database has.
            statement.execute("SET LOCAL search_path = pg_catalog");
            for (String query : QUERIES) {
                try (ResultSet rows = statement.executeQuery(filled(query))) {
                    read(rows, objects);
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return objects;
    }

    private static String filled(String query) {
        String books = BOOKS.stream().sorted().map(SqlNames::literal).collect(Collectors.joining(", "));
        return query.replace("{mine}", MINE).replace("{books}", books).replace("{comment}", COMMENT_OF_CLASS).replace(
                "{foreign n}",
                FOREIGN.formatted("n"));
    }

    private static void read(ResultSet rows, SortedMap<String, SortedMap<String, String>> objects) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
            SortedMap<String, String> properties = new TreeMap<>();
            for (int i = 3; i <= columns.getColumnCount(); i++) {
                String value = rows.getString(i);
                if (value != null && !value.isEmpty()) {
                    properties.put(columns.getColumnLabel(i), value);
                }
            }
            objects.put(rows.getString(1) + " " + rows.getString(2), properties);
        }
    }
}
