package dev.ferryman.verify.internal;

import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.StructureFinding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the defaults of a created table with the planned ones by what they give, for PostgreSQL keeps an expression in
 * other words than it was written in.
 */
final class DefaultCheck {
    private static final String DEFAULTS = """
                                           SELECT a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                                               pg_catalog.format_type(a.atttypid, a.atttypmod)
                                           FROM pg_catalog.pg_attribute a
                                           JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                                           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                           LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                                           WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
                                               AND a.attgenerated = ''""";

    /** So many values of two make it sure whether an expression always gives the same: a random bit repeats itself. */
    private static final int LOOKS = 64;

    private final Connection connection;

    /** @param connection to the target, inside a transaction that only reads */
    DefaultCheck(Connection connection) {
        this.connection = connection;
    }

    /**
     * What differs in a table, in the plan's order.
     *
     * @param given source columns whose values come from a sequence
     */
    List<StructureFinding> run(TablePlan table, Set<String> given) throws SQLException {
        var actual = defaults(table);
        var findings = new ArrayList<StructureFinding>();
        for (var column : table.columns()) {
            var found = actual.get(column.target());
            if (column.identity() || given.contains(column.source()) || !column.written() || found == null) {
                continue;
            }
            if (!same(column.defaultSql(), found)) {
                findings.add(new StructureFinding(StructureFinding.Severity.FAILURE, table.source(), column.target(),
                        "default-differs", "The plan wants " + (column.defaultSql() == null
                                ? "no default"
                                : "the default " + column.defaultSql()) + " for " + column.target()
                                + ", the target has "
                                + (found.sql() == null ? "none" : found.sql()) + ". Run ALTER TABLE … ALTER COLUMN … "
                                + (column.defaultSql() == null ? "DROP DEFAULT." : "SET DEFAULT.")));
            }
        }
        return findings;
    }

    /** A default as the catalog has it, null where there is none, and its column's type. */
    private record Found(@Nullable String sql, String type) {}

    private Map<String, Found> defaults(TablePlan table) throws SQLException {
        var defaults = new HashMap<String, Found>();
        try (var statement = connection.prepareStatement(DEFAULTS)) {
            statement.setString(1, table.targetSchema());
            statement.setString(2, table.target());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    defaults.put(rows.getString(1), new Found(rows.getString(2), rows.getString(3)));
                }
            }
        }
        return defaults;
    }

    private boolean same(@Nullable String planned, Found found) throws SQLException {
        var actual = found.sql();
        if (planned == null || actual == null) {
            return planned == null && actual == null;
        }
        if (planned.equals(actual)) {
            return true;
        }
        execute("SAVEPOINT of_default");
        var wanted = new HashSet<@Nullable String>();
        var given = new HashSet<@Nullable String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT ((" + planned + ")::" + found.type() + ")::text, ((" + actual + ")::" + found.type()
                                + ")::text FROM pg_catalog.generate_series(1, " + LOOKS + ")")) {
            while (rows.next()) {
                wanted.add(rows.getString(1));
                given.add(rows.getString(2));
            }
            // What gives something else every time can only be told from what does not.
            return wanted.size() == 1 ? wanted.equals(given) : given.size() > 1;
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57")) {
                throw e;
            }
            execute("ROLLBACK TO SAVEPOINT of_default");
            return false;
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
