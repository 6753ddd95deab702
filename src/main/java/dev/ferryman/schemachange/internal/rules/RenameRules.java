package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.Locale;
import java.util.Set;

/** Things that get another name or another schema. */
final class RenameRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("RenameStmt", "AlterObjectSchemaStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        if (statement.is("AlterObjectSchemaStmt")) {
            move(verdict, statement);
            return;
        }
        Names.check(verdict, statement.text("newname"), statement);
        switch (statement.text("renameType")) {
            case "OBJECT_COLUMN" -> column(verdict, statement);
            case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE" ->
                relation(verdict, statement, statement.text("newname"));
            case "OBJECT_INDEX" -> index(verdict, statement);
            case "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY" ->
                inTable(verdict, statement);
            case "OBJECT_SCHEMA" -> {
                verdict.does("rename schema " + SqlText.name(statement.text("subname")));
                broken(verdict, statement, Rule.RENAME_TABLE, "schema " + statement.text("subname"),
                        "Keep the old schema with views on the new one until no code names it.");
            }
            default -> {
                verdict.does("rename " + statement.text("renameType").substring("OBJECT_".length()).toLowerCase(
                        Locale.ROOT));
                verdict.undo(Undo.Way.STATEMENT, "Give it the old name back.");
                verdict.oldCode(Answer.DEPENDS, "Code that uses the old name fails.");
                verdict.find(Rule.RENAME_TABLE, statement, "Code that uses the old name fails.", "");
            }
        }
    }

    private static void broken(Verdict verdict, Tree statement, Rule rule, String what, String safer) {
        verdict.oldCode(Answer.NO, "Code that uses the old name of " + what + " fails.");
        verdict.find(rule, statement, "Code that uses the old name of " + what + " fails at once.", safer);
    }

    private static void column(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        String old = SqlText.name(statement.text("subname"));
        String name = SqlText.name(statement.text("newname"));
        verdict.does("rename column " + old + " of " + table.name() + " to " + name);
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "RENAME COLUMN " + name + " TO " + old + ";");
        if (!table.created()) {
            broken(verdict, statement, Rule.RENAME_COLUMN, "column " + old, Safer.renameColumn(table, old, name));
        }
    }

    private static void relation(Verdict verdict, Tree statement, String newName) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        String name = SqlText.name(newName);
        verdict.does("rename " + table.name() + " to " + name);
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "ALTER TABLE " + name + " RENAME TO "
                + SqlText.name(statement.struct("relation").text("relname")) + ";");
        if (!table.created()) {
            broken(verdict, statement, Rule.RENAME_TABLE, table.name(), "BEGIN;\nALTER TABLE " + table.name()
                    + " RENAME TO " + name + ";\nCREATE VIEW " + table.name() + " AS SELECT * FROM " + name
                    + "; -- drop it when no code uses the old name\nCOMMIT;");
        }
    }

    private static void index(Verdict verdict, Tree statement) {
        String name = SqlText.relation(statement.struct("relation"));
        verdict.does("rename index " + name);
        verdict.lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "ALTER INDEX " + SqlText.name(statement.text("newname")) + " RENAME TO "
                + SqlText.name(statement.struct("relation").text("relname")) + ";");
    }

    private static void inTable(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        verdict.does("rename " + SqlText.name(statement.text("subname")) + " of " + table.name());
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Give it the old name back.");
    }

    private static void move(Verdict verdict, Tree statement) {
        verdict.undo(Undo.Way.STATEMENT, "Move it back.");
        if (!statement.has("relation")) {
            verdict.does("move something to schema " + SqlText.name(statement.text("newschema")));
            verdict.oldCode(Answer.DEPENDS, "It finds it only if its search_path has the new schema.");
            verdict.find(Rule.RENAME_TABLE, statement, "Code finds it only if its search_path has the new schema.", "");
            return;
        }
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        verdict.does("move " + table.name() + " to schema " + SqlText.name(statement.text("newschema")));
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        if (!table.created()) {
            broken(verdict, statement, Rule.RENAME_TABLE, table.name(),
                    "Leave a view under the old name until no code uses it.");
        }
    }
}
