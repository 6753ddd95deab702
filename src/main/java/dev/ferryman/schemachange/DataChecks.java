package dev.ferryman.schemachange;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schemachange.internal.InterruptibleSession;
import dev.ferryman.schemachange.internal.PgText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks at rows and indexes of a changed database. Reads only; a look can take as long as reading the tables takes. */
public final class DataChecks {
    private static final int LISTED = 10;

    private static final String KEYS = """
                                       SELECT a.attname FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
                                       WHERE x.indrelid = ?::regclass AND x.indisprimary ORDER BY array_position(x.indkey::int2[], a.attnum)""";
    private static final String REFERENCES = """
                                             SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
                                                 ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
                                                     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i),
                                                 ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
                                                     JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.i)
                                             FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                                             WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'ferryman'
                                             ORDER BY 2, 1""";
    private static final String UNUSED = """
                                         SELECT s.indexrelid::regclass::text, s.relid::regclass::text, pg_size_pretty(pg_relation_size(s.indexrelid))
                                         FROM pg_stat_user_indexes s JOIN pg_index x ON x.indexrelid = s.indexrelid
                                         WHERE s.idx_scan = 0 AND NOT x.indisunique AND s.schemaname <> 'ferryman' ORDER BY 1 LIMIT 100""";
    private static final String DUPLICATES = """
                                             SELECT string_agg(x.indexrelid::regclass::text, ' and ' ORDER BY x.indexrelid::regclass::text),
                                                 x.indrelid::regclass::text
                                             FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                                             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'ferryman'
                                             GROUP BY x.indrelid, c.relam, x.indkey::text, x.indclass::text, x.indcollation::text, x.indoption::text,
                                                 pg_get_expr(x.indexprs, x.indrelid), pg_get_expr(x.indpred, x.indrelid), x.indnkeyatts
                                             HAVING count(*) > 1 ORDER BY 1 LIMIT 100""";

    private final PostgresTarget target;

    /** @param target the database to look at */
    public DataChecks(PostgresTarget target) {
        this.target = target;
    }

    /** Rows whose values are no UUIDs, or not of the version that was asked for, with their keys. NULL is none of these. */
    public List<Observation> uuids(List<UuidColumn> columns) throws InterruptedException {
        return look(connection -> {
            List<Observation> found = new ArrayList<>();
            for (UuidColumn column : columns) {
                found.add(uuids(connection, column));
            }
            return found;
        });
    }

    private static Observation uuids(Connection connection, UuidColumn column) throws SQLException {
        String title = column.table() + "." + column.column();
        if (!PgText.yes(connection, "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(?)"
                + " AND attname = ? AND attnum > 0 AND NOT attisdropped)", column.table(), column.column())) {
            return Observation.wrong("There is no column " + title + ".");
        }
        String value = "t." + SqlNames.quote(column.column()) + "::text";
        String wanted = column.version() == null ? "[1-8]" : column.version().toString();
        List<String> bad = PgText.query(connection, "SELECT format('%s: %s', " + key(connection, column.table())
                + ", left(" + value + ", 60)), count(*) OVER () FROM " + table(connection, column.table()) + " t WHERE "
                + value + " !~* '^[0-9a-f]{8}-[0-9a-f]{4}-" + wanted + "[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'"
                + " ORDER BY 1 LIMIT " + LISTED, row -> row.getLong(2) + "\n" + row.getString(1));
        String kind = column.version() == null ? "a UUID" : "a UUID of version " + column.version();
        if (!bad.isEmpty()) {
            return Observation.wrong(counted(bad) + " not " + kind + " in " + title + ": " + examples(bad) + ".");
        }
        boolean any = PgText.yes(connection, "SELECT EXISTS (SELECT FROM " + table(connection, column.table())
                + " t WHERE " + value + " IS NOT NULL)");
        boolean rows = any || PgText.yes(connection, "SELECT EXISTS (SELECT FROM " + table(connection, column.table())
                + ")");
        return any || !rows
                ? Observation.note("Every value of " + title + " is " + kind + (rows ? "." : ": there is no row."))
                : Observation.warning("No row of " + column.table() + " has a value in " + title + ".");
    }

    /** Rows whose foreign key leads nowhere, with examples: joined, not believed. */
    public List<Observation> references() throws InterruptedException {
        return look(connection -> {
            List<Observation> found = new ArrayList<>();
            List<Reference> references = PgText.query(connection, REFERENCES,
                    row -> new Reference(row.getString(1), row.getString(2), row.getString(3),
                            (String[]) row.getArray(4).getArray(), (String[]) row.getArray(5).getArray()));
            for (Reference reference : references) {
                List<String> orphans = PgText.query(connection, reference.orphans(key(connection, reference.child())),
                        row -> row.getLong(2) + "\n" + row.getString(1));
                if (!orphans.isEmpty()) {
                    found.add(Observation
                            .wrong(Counted.of(count(orphans), "row leads", "rows lead") + " from " + reference.child()
                                    + " to no row of " + reference.parent() + " by " + reference.name() + ": "
                                    + examples(orphans) + "."));
                }
            }
            if (found.isEmpty()) {
                found.add(Observation.note("No row of " + Counted.of(references.size(), "foreign key")
                        + " leads to nothing."));
            }
            return found;
        });
    }

    /** Indexes that no query has used since statistics are kept, and indexes that are the same as another one. */
    public List<Observation> indexes() throws InterruptedException {
        return look(connection -> {
            List<Observation> found = new ArrayList<>();
            PgText.query(connection, DUPLICATES, row -> Observation.warning("The indexes " + row.getString(1) + " of "
                    + row.getString(2) + " are the same: one is enough.")).forEach(found::add);
            PgText.query(connection, UNUSED, row -> Observation.warning("The index " + row.getString(1) + " of "
                    + row.getString(2) + " (" + row.getString(3) + ") was never used since statistics are kept."))
                    .forEach(found::add);
            return found;
        });
    }

    /** A foreign key by names as the catalog has them. */
    private record Reference(String name, String child, String parent, String[] from, String[] to) {
        String orphans(String key) {
            String filled = IntStream.range(0, from.length)
                    .mapToObj(i -> "t." + SqlNames.quote(from[i]) + " IS NOT NULL")
                    .collect(Collectors.joining(" AND "));
            String same = IntStream.range(0, from.length)
                    .mapToObj(i -> "p." + SqlNames.quote(to[i]) + " = t." + SqlNames.quote(from[i]))
                    .collect(Collectors.joining(" AND "));
            String values = IntStream.range(0, from.length).mapToObj(i -> "t." + SqlNames.quote(from[i]) + "::text")
                    .collect(Collectors.joining(", "));
            return "SELECT format('%s: %s', " + key + ", concat_ws(', ', " + values + ")), count(*) OVER () FROM "
                    + child
                    + " t WHERE " + filled + " AND NOT EXISTS (SELECT FROM " + parent + " p WHERE " + same
                    + ") ORDER BY 1 LIMIT " + LISTED;
        }
    }

    /** An expression for a row's key; where its place on disk where it has none. */
    private static String key(Connection connection, String table) throws SQLException {
        List<String> keys = PgText.query(connection, KEYS, row -> row.getString(1), table);
        return keys.isEmpty()
                ? "t.ctid::text"
                : "concat_ws(', ', " + keys.stream().map(each -> "t." + SqlNames.quote(each) + "::text")
                        .collect(Collectors.joining(", ")) + ")";
    }

    private static String table(Connection connection, String name) throws SQLException {
        return PgText.query(connection, "SELECT ?::regclass::text", row -> row.getString(1), name).getFirst();
    }

    private static String counted(List<String> rows) {
        return Counted.of(count(rows), "value is", "values are");
    }

    private static long count(List<String> rows) {
        return Long.parseLong(rows.getFirst().lines().findFirst().orElseThrow());
    }

    private static String examples(List<String> rows) {
        return rows.stream().map(row -> row.substring(row.indexOf('\n') + 1)).collect(Collectors.joining("; "))
                + (count(rows) > rows.size() ? " and more" : "");
    }

    private <T> T look(InterruptibleSession.Work<T> work) throws InterruptedException {
        try {
            return InterruptibleSession.run(target, connection -> {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
                return work.with(connection);
            });
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }
}
