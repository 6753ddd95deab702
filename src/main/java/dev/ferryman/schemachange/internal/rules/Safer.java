package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Locale;

/** Safer forms, as SQL with the names of the statement at hand. Each line of SQL is a transaction of its own. */
final class Safer {
    private Safer() {}

    /** The same index, built without blocking. */
    static String concurrentIndex(String sql, KnownTable table) {
        int at = sql.toUpperCase(Locale.ROOT).indexOf("INDEX");
        String form = sql.substring(0, at + "INDEX".length()) + " CONCURRENTLY" + sql.substring(at + "INDEX".length())
                + ";";
        return table.kind() == 'p'
                ? "CREATE INDEX ON ONLY " + table.name() + " …; -- then CONCURRENTLY on each partition, and attach them"
                : form;
    }

    static String notValid(Verdict verdict, KnownTable table, Tree constraint) {
        String name = constraint.text("conname").isEmpty() ? "…" : SqlText.name(constraint.text("conname"));
        String sql = verdict.surroundings().statement().sql();
        boolean only = verdict.surroundings().tree().list("cmds").size() == 1;
        String add = only
                ? sql + " NOT VALID;"
                : AlterTableRules.alter(table) + "ADD CONSTRAINT " + name + " … NOT VALID;";
        return add + "\n" + AlterTableRules.alter(table) + "VALIDATE CONSTRAINT " + name + ";";
    }

    static String uniqueUsingIndex(KnownTable table, Tree constraint, boolean primary) {
        String name = constraint.text("conname").isEmpty() ? "…" : SqlText.name(constraint.text("conname"));
        List<String> columns = constraint.names("keys");
        return "CREATE UNIQUE INDEX CONCURRENTLY " + name + " ON " + table.name() + " ("
                + (columns.isEmpty() ? "…" : SqlText.names(columns)) + ");\n" + AlterTableRules.alter(table)
                + "ADD CONSTRAINT " + name + (primary ? " PRIMARY KEY" : " UNIQUE") + " USING INDEX " + name + ";";
    }

    /** The detour by a check, or from 18 on by a NOT NULL constraint that is validated later. */
    static String notNull(KnownTable table, String column, int version) {
        String alter = AlterTableRules.alter(table);
        String name = SqlText.name(column);
        String constraint = SqlText.name(column + "_not_null");
        if (version >= 18) {
            return alter + "ADD CONSTRAINT " + constraint + " NOT NULL " + name + " NOT VALID;\n" + alter
                    + "VALIDATE CONSTRAINT " + constraint + ";";
        }
        return alter + "ADD CONSTRAINT " + constraint + " CHECK (" + name + " IS NOT NULL) NOT VALID;\n" + alter
                + "VALIDATE CONSTRAINT " + constraint + ";\n" + alter + "ALTER COLUMN " + name + " SET NOT NULL;\n"
                + alter
                + "DROP CONSTRAINT " + constraint + ";";
    }

    static String volatileDefault(KnownTable table, Tree column, String name) {
        String alter = AlterTableRules.alter(table);
        return alter + "ADD COLUMN " + name + " " + type(column) + ";\n" + alter + "ALTER COLUMN " + name
                + " SET DEFAULT …; -- for new rows\n" + fill(table, name);
    }

    static String requiredColumn(KnownTable table, String name, String sql) {
        return sql + " DEFAULT …; -- a constant: no row is written\n-- or: add column " + name + " of " + table.name()
                + " nullable, let code fill it, backfill in batches, then SET NOT NULL by a validated check";
    }

    static String autoIncrement(KnownTable table, String name) {
        return "-- Add " + name + " as a nullable bigint, create a sequence for it, set the default to its nextval,\n"
                + fill(table, name) + "\n-- then make it NOT NULL by a validated check.";
    }

    static String storedGenerated(KnownTable table, String name, int version) {
        return (version >= 18 ? "-- VIRTUAL instead of STORED writes no row.\n" : "") + "-- Add " + name
                + " as a nullable column, fill it by a trigger for new rows,\n" + fill(table, name);
    }

    static String newColumnForType(KnownTable table, String name, String type) {
        return AlterTableRules.alter(table) + "ADD COLUMN " + name + "_new " + type + ";\n"
                + "-- write both columns by a trigger,\n" + fill(table, name + "_new")
                + "\n-- let code read the new one, then drop the old one.";
    }

    static String renameColumn(KnownTable table, String old, String name) {
        return "-- Expand and contract: add " + name + ", write both columns by a trigger,\n" + fill(table, name)
                + "\n-- deploy code that uses " + name + ", then drop " + old
                + ". Or rename at once behind a view that shows both names.";
    }

    static String batches(KnownTable table, boolean delete) {
        return "-- Repeat until no row is left, each time in a transaction of its own:\n"
                + (delete ? "DELETE FROM " : "UPDATE ") + table.name() + (delete ? "" : " SET …")
                + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + table.name()
                + (delete ? "" : " WHERE …not done yet…") + " LIMIT 5000));";
    }

    private static String fill(KnownTable table, String name) {
        return "UPDATE " + table.name() + " SET " + name + " = … WHERE …; -- in batches";
    }

    private static String type(Tree column) {
        return SqlText.typeName(column.struct("typeName"));
    }
}
