package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Sets sequences and identities past every id the source has ever given out; never back. */
final class Sequences {
    private Sequences() {}

    /** In one transaction, so that the disk is waited for once. */
    static void set(Connection connection, Plan plan) throws SQLException {
        connection.setAutoCommit(false);
        try {
            setAll(connection, plan);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void setAll(Connection connection, Plan plan) throws SQLException {
        for (SequencePlan sequence : plan.sequences()) {
            TablePlan table = plan.tables().stream().filter(t -> t.source().equals(sequence.table())).findFirst()
                    .orElseThrow(() -> new IllegalStateException("no table " + sequence.table() + " in the plan"));
            ColumnPlan column = table.columns().stream().filter(c -> c.source().equals(sequence.column())).findFirst()
                    .orElseThrow(() -> new IllegalStateException("no column " + sequence.column() + " in the plan"));
            set(connection, table, column, sequence);
        }
    }

    private static void set(Connection connection, TablePlan table, ColumnPlan column, SequencePlan plan)
            throws SQLException {
        String name = sequence(connection, table, column);
        if (name == null) {
            throw new CopyFailedException(
                    "Column " + column.target() + " of table " + table.target() + " has neither identity nor sequence.",
                    "All rows are in. Give the column one, then run the same copy again.");
        }
        // A sequence that was never used would give its own start, which a single row may have already.
        String sql = "SELECT setval(" + SqlNames.literal(name) + "::regclass, ?, true) FROM " + name
                + " WHERE ? > last_value OR (? = last_value AND NOT is_called)";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, plan.highWater());
            statement.setLong(2, plan.highWater());
            statement.setLong(3, plan.highWater());
            statement.executeQuery().close();
        } catch (SQLException e) {
            throw new CopyFailedException("The sequence of " + table.target() + "." + column.target()
                    + " cannot be set past " + plan.highWater() + ": " + e.getMessage(),
                    "All rows are in. Widen the column and its sequence to bigint, then run the same copy again.", e);
        }
    }

    /** The sequence behind a column, quoted; owned by it or only used by its default. */
    private static @Nullable String sequence(Connection connection, TablePlan table, ColumnPlan column)
            throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                SELECT format('%I.%I', n.nspname, s.relname)
                FROM pg_attribute a
                JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refobjid = a.attrelid
                        AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
                    OR d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
                        AND d.objid = (SELECT oid FROM pg_attrdef WHERE adrelid = a.attrelid AND adnum = a.attnum)
                JOIN pg_class s ON s.relkind = 'S'
                    AND s.oid = CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid ELSE d.refobjid END
                JOIN pg_namespace n ON n.oid = s.relnamespace
                WHERE a.attrelid = ?::regclass AND a.attname = ? LIMIT 1""")) {
            statement.setString(1, SqlNames.quote(table.targetSchema(), table.target()));
            statement.setString(2, column.target());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }
}
