package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownColumn;
import dev.ferryman.schemachange.internal.target.KnownConstraint;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Optional;

/** {@code ALTER TABLE} on a column that is there. */
final class ColumnRules {
    private ColumnRules() {}

    static void drop(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("drop column " + name + " of " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        foreignKeys(table, command.text("name")).forEach(
                key -> verdict.lock(verdict.catalog().table(key.refers()), LockMode.ACCESS_EXCLUSIVE));
        verdict.undo(Undo.Way.BACKUP, "Add the column again; its data comes back only from a backup.");
        if (table.created()) {
            return;
        }
        verdict.oldCode(Answer.NO, "Code that names column " + name + " fails.");
        verdict.find(Rule.DROP_COLUMN, command,
                "The data in column " + name + " is lost, and code that names it fails.",
                "Deploy code that does not name the column, then drop it in a later change.");
        DropRules.dependents(verdict, table, command.text("name"), command);
        if (command.text("behavior").equals("DROP_CASCADE")) {
            DropRules.cascade(verdict, command);
        }
    }

    private static List<KnownConstraint> foreignKeys(KnownTable table, String column) {
        return table.constraints().stream()
                .filter(each -> each.kind() == 'f' && each.columns().contains(column)).toList();
    }

    static void changeType(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        Tree definition = command.child("def").orElseThrow();
        Tree type = definition.struct("typeName");
        verdict.does("change the type of " + table.name() + "." + name + " to " + SqlText.typeName(type));
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        foreignKeys(table, command.text("name")).forEach(
                key -> verdict.lock(verdict.catalog().table(key.refers()), LockMode.ACCESS_EXCLUSIVE));
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ALTER COLUMN " + name
                + " TYPE …; -- the old type, as long as every value fits it");
        if (table.created()) {
            return;
        }
        verdict.oldCode(Answer.DEPENDS, "It has to accept both types of column " + name + ".");
        Optional<KnownColumn> old = table.column(command.text("name"));
        Answer rewrite = rewrites(verdict, old, definition, type);
        if (rewrite.possible()) {
            verdict.rewrites(table, rewrite);
            verdict.findForSize(Rule.TYPE_REWRITE, table, command, table.name()
                    + (rewrite == Answer.YES
                            ? " is written anew while nobody can read it."
                            : " is written anew unless the old type has the same bytes: varchar to text or to a larger "
                                    + "limit does not. Review with the target to know."),
                    Safer.newColumnForType(table, name, typeText(type)));
        } else {
            stillReads(verdict, table, command);
            verdict.find(Rule.TYPE_CHANGE, command, "The rows stay as they are; code has to fit both types, and cached "
                    + "plans of open sessions fail once.", "");
        }
    }

    private static Answer rewrites(Verdict verdict, Optional<KnownColumn> old, Tree definition, Tree type) {
        if (definition.has("raw_default")) {
            return Answer.YES;
        }
        if (old.isEmpty()) {
            return verdict.catalog().live() ? Answer.YES : Answer.DEPENDS;
        }
        return Types.sameBytes(old.get(), type, verdict.surroundings().utc()) ? Answer.NO : Answer.YES;
    }

    /** Checks on the column are proved again, and indexes whose operators change are built again. */
    private static void stillReads(Verdict verdict, KnownTable table, Tree command) {
        String column = command.text("name");
        boolean checked = table.constraints().stream()
                .anyMatch(each -> each.kind() == 'c' && each.columns().contains(column));
        if (checked) {
            verdict.scans(table, Answer.YES);
        }
    }

    private static String typeText(Tree type) {
        List<Integer> limit = SqlText.modifiers(type);
        return SqlText.typeName(type) + (limit.isEmpty()
                ? ""
                : "(" + String.join(", ", limit.stream().map(String::valueOf).toList()) + ")");
    }

    static void setNotNull(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("forbid NULL in " + table.name() + "." + name);
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ALTER COLUMN " + name + " DROP NOT NULL;");
        if (table.created()) {
            return;
        }
        verdict.oldCode(Answer.DEPENDS, "Its writes must not leave column " + name + " NULL.");
        if (!table.provenNotNull(command.text("name"))) {
            verdict.scans(table, Answer.YES);
            verdict.findForSize(Rule.NOT_NULL_SCAN, table, command,
                    "All rows of " + table.name()
                            + " are read while nobody can read or write, to see that none is NULL.",
                    Safer.notNull(table, command.text("name"), verdict.surroundings().version()));
        }
    }

    static void dropNotNull(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("allow NULL in " + table.name() + "." + name);
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ALTER COLUMN " + name
                + " SET NOT NULL; -- as long as no NULL was stored");
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "It has to cope with a NULL in column " + name + ".");
            verdict.find(Rule.DROP_NOT_NULL, command, "Old code may read a NULL in column " + name
                    + " where it never met one.", "Deploy code that copes with NULL first.");
        }
    }

    static void changeDefault(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        boolean drops = command.child("def").isEmpty();
        verdict.does((drops ? "drop" : "set") + " the default of " + table.name() + "." + name);
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ALTER COLUMN " + name + (drops
                ? " SET DEFAULT …; -- the old one"
                : " DROP DEFAULT; -- or the old one"));
        if (table.created()) {
            return;
        }
        boolean required = table.column(command.text("name")).map(KnownColumn::notNull).orElse(true);
        if (drops) {
            verdict.oldCode(required ? Answer.DEPENDS : Answer.YES,
                    "INSERTs that leave column " + name + " out fail if it takes no NULL.");
            verdict.find(Rule.DEFAULT_CHANGE, command, "Code that leaves column " + name
                    + " out stores NULL from now on, or fails if it takes none.",
                    "Deploy code that always gives a value first.");
        }
    }

    static void setExpression(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("change how " + table.name() + "." + name + " is generated");
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Set the old expression again.");
        verdict.rewrites(table, Answer.YES);
        if (verdict.surroundings().version() < 17) {
            verdict.find(Rule.NEWER_SYNTAX, command, "SET EXPRESSION exists from PostgreSQL 17 on.", "");
        }
        verdict.findForSize(Rule.TABLE_REWRITE, table, command,
                "The value of every row is computed again and " + table.name() + " written anew.",
                "Add a new column, and let code use it.");
    }

    /** Changes that only the catalog sees. */
    static void catalogOnly(Verdict verdict, KnownTable table, Tree command, LockMode mode) {
        verdict.does("change settings of column " + table.name() + "." + AlterTableRules.column(command));
        verdict.lockTree(table, mode);
        verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
        if (command.text("subtype").equals("AT_DropIdentity") && !table.created()) {
            verdict.oldCode(Answer.NO, "INSERTs that leave the column out fail.");
            verdict.find(Rule.DEFAULT_CHANGE, command, "Code that leaves the column out can insert nothing.", "");
        }
    }
}
