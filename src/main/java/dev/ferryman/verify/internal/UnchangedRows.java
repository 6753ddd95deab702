package dev.ferryman.verify.internal;

import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.internal.VerifiedParts.Kept;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Proves that the rows of a table are those that were there at an earlier moment, without reading their values: no row
 * has been written by a transaction that had not ended then, so all of them were there; and there are as many as then, so none
 * is gone. PostgreSQL never changes a row in place, except in the catalogue: columns, defaults and enum labels must be the
 * same catalogue rows.
 */
final class UnchangedRows {
    /** Transaction numbers of rows have 32 bits and are compared in a circle. */
    private static final long FARTHEST = 2_000_000_000L;
    private static final String SHAPE = """
                                        WITH RECURSIVE part(oid) AS (SELECT to_regclass(?)::oid
                                            UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN part p ON i.inhparent = p.oid),
                                        attribute AS (SELECT a.* , a.xmin AS written FROM part p
                                            JOIN pg_catalog.pg_attribute a ON a.attrelid = p.oid WHERE a.attnum > 0)
                                        SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
                                            SELECT 'a' || attrelid || '.' || attnum || '.' || written AS line FROM attribute
                                            UNION ALL SELECT 'd' || d.oid || '.' || d.xmin FROM part p
                                                JOIN pg_catalog.pg_attrdef d ON d.adrelid = p.oid
                                            UNION ALL SELECT 'e' || e.oid || '.' || e.xmin FROM attribute a
                                                JOIN pg_catalog.pg_enum e ON e.enumtypid = a.atttypid) lines""";

    private UnchangedRows() {}

    /** A number below which every transaction has ended at the moment that a transaction sees. */
    static long horizon(Connection view) throws SQLException {
        try (var statement = view.createStatement();
                var rows = statement.executeQuery(
                        "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Stands for everything in the catalogue that values are read by: another whenever a column is altered. */
    static String shape(Connection view, TablePlan table) throws SQLException {
        try (var statement = view.prepareStatement(SHAPE)) {
            statement.setString(1, SqlNames.quote(table.targetSchema(), table.target()));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return String.valueOf(rows.getString(1));
            }
        }
    }

    /**
     * Whether the rows of a part are those that were compared then.
     *
     * @param from the part, as a FROM clause
     */
    static boolean proved(Connection view, TablePlan table, String from, Kept then) throws SQLException {
        if (horizon(view) - then.horizon() > FARTHEST || !shape(view, table).equals(then.shape())) {
            return false;
        }
        // Of a row's transaction only 32 bits are kept; age() puts them into order.
        String sql = "SELECT count(*), count(*) FILTER (WHERE age(t.xmin) <= age('" + (then.horizon() & 0xFFFF_FFFFL)
                + "'::xid))" + from;
        try (var statement = view.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1) == then.targetRows() && rows.getLong(2) == 0;
        }
    }
}
