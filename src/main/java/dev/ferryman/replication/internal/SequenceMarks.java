package dev.ferryman.replication.internal;

import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Keeps both sides' number generators ahead of every id the other side has ever given out; never back. */
final class SequenceMarks {
    private final Plan plan;

    SequenceMarks(Plan plan) {
        this.plan = plan;
    }

    /** Sets the target's sequences past the source's ids. */
    void forward(Connection source, Connection target) throws SQLException {
        for (SequencePlan sequence : plan.sequences()) {
            TablePlan table = table(sequence);
            long highest = Math.max(stored(source, table), Sql.number(source, "SELECT coalesce(max("
                    + Names.quote(sequence.column()) + "), 0) FROM " + Names.quote(table.source())));
            String name = sequenceOf(target, table, sequence).orElseThrow(() -> new ReplicationFailedException(
                    "Column " + sequence.column() + " of table " + table.target()
                            + " has neither identity nor sequence any more.",
                    "Nothing was switched. Give the column one, then try again."));
            if (highest > 0) {
                Sql.query(target, "SELECT setval(" + SqlNames.literal(name) + "::regclass, greatest(?, last_value), "
                        + "? > last_value OR is_called) FROM " + name
                        + " WHERE ? > last_value OR (? = last_value AND NOT is_called)", row -> true, highest, highest,
                        highest, highest);
            }
        }
    }

    /** Sets {@code sqlite_sequence} past the target's ids, for tables with AUTOINCREMENT. */
    void backward(Connection source, Connection target) throws SQLException {
        if (!Sql.yes(source, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")) {
            return;
        }
        for (SequencePlan sequence : plan.sequences()) {
            TablePlan table = table(sequence);
            String sql = Sql.query(source, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?",
                    row -> row.getString(1), table.source()).stream().findFirst().orElse("");
            Optional<String> name = sequenceOf(target, table, sequence);
            if (name.isPresent() && sql.toUpperCase(java.util.Locale.ROOT).contains("AUTOINCREMENT")) {
                long given = Sql.number(target, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM "
                        + name.get());
                if (given > stored(source, table)) {
                    Sql.update(source, "DELETE FROM sqlite_sequence WHERE name = ?", table.source());
                    Sql.update(source, "INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", table.source(), given);
                }
            }
        }
    }

    private TablePlan table(SequencePlan sequence) {
        return plan.tables().stream().filter(t -> t.source().equals(sequence.table())).findFirst()
                .orElseThrow(() -> new IllegalStateException("no table " + sequence.table() + " in the plan"));
    }

    private static long stored(Connection source, TablePlan table) throws SQLException {
        if (!Sql.yes(source, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")) {
            return 0;
        }
        return Sql.number(source,
                "SELECT coalesce(max(seq), 0) FROM main.sqlite_sequence WHERE name = ? AND typeof(seq) = 'integer'",
                table.source());
    }

    /** The sequence behind a column, quoted; owned by it or only used by its default. */
    private static Optional<String> sequenceOf(Connection target, TablePlan table, SequencePlan sequence)
            throws SQLException {
        List<String> columns = table.columns().stream().filter(c -> c.source().equals(sequence.column()))
                .map(ColumnPlan::target).toList();
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        return Sql.query(target,
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
                WHERE a.attrelid = ?::regclass AND a.attname = ? LIMIT 1""", row -> row.getString(1),
                SqlNames.quote(table.targetSchema(), table.target()), columns.getFirst()).stream().findFirst();
    }
}
