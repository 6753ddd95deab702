package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownConstraint;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Optional;

/** Constraints of tables that are there. */
final class ConstraintRules {
    private ConstraintRules() {}

    static void add(Verdict verdict, KnownTable table, Tree constraint) {
        String name = constraint.text("conname");
        Names.check(verdict, name, constraint);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "DROP CONSTRAINT "
                + (name.isEmpty() ? "…; -- the name that PostgreSQL chose" : SqlText.name(name) + ";"));
        switch (constraint.text("contype")) {
            case "CONSTR_CHECK" -> check(verdict, table, constraint);
            case "CONSTR_NOTNULL" -> notNull(verdict, table, constraint);
            case "CONSTR_FOREIGN" -> foreignKey(verdict, table, constraint, constraint.names("fk_attrs"), Answer.YES);
            case "CONSTR_EXCLUSION" -> exclusion(verdict, table, constraint);
            default -> unique(verdict, table, constraint);
        }
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "Its writes must keep the new constraint.");
        }
    }

    private static void check(Verdict verdict, KnownTable table, Tree constraint) {
        verdict.does("add a check to " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        enforced(verdict, constraint);
        if (!constraint.flag("skip_validation") && constraint.flag("is_enforced")) {
            verdict.scans(table, Answer.YES);
            verdict.findForSize(Rule.CHECK_SCAN, table, constraint, "All rows of " + table.name()
                    + " are checked while nobody can read or write.", Safer.notValid(verdict, table, constraint));
        }
    }

    /** {@code NOT ENFORCED} is new in 18. */
    private static void enforced(Verdict verdict, Tree constraint) {
        if (!constraint.flag("is_enforced") && verdict.surroundings().version() < 18) {
            verdict.find(Rule.NEWER_SYNTAX, constraint, "NOT ENFORCED exists from PostgreSQL 18 on.", "");
        }
    }

    private static void notNull(Verdict verdict, KnownTable table, Tree constraint) {
        verdict.does("forbid NULL in a column of " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        String column = constraint.names("keys").getFirst();
        if (verdict.surroundings().version() < 18) {
            verdict.find(Rule.NEWER_SYNTAX, constraint,
                    "NOT NULL as a constraint with a name exists from PostgreSQL 18 "
                            + "on.",
                    Safer.notNull(table, column, verdict.surroundings().version()));
        }
        if (!constraint.flag("skip_validation") && !table.provenNotNull(column)) {
            verdict.scans(table, Answer.YES);
            verdict.findForSize(Rule.NOT_NULL_SCAN, table, constraint, "All rows of " + table.name()
                    + " are read while nobody can read or write.", Safer.notNull(table, column, 18));
        }
    }

    static void checkOfNewColumn(Verdict verdict, KnownTable table, Tree constraint) {
        verdict.scans(table, Answer.YES);
        verdict.findForSize(Rule.CHECK_SCAN, table, constraint, "The check of the new column reads all rows of "
                + table.name() + " while nobody can read or write.",
                "Add the column without the check, then the check as NOT VALID, then validate it.");
    }

    static void foreignKeyOfNewColumn(Verdict verdict, KnownTable table, Tree constraint, String column,
            boolean filled) {
        foreignKey(verdict, table, constraint, List.of(column), filled ? Answer.YES : Answer.NO);
    }

    private static void foreignKey(Verdict verdict, KnownTable table, Tree constraint, List<String> columns,
            Answer hasValues) {
        KnownTable referred = verdict.catalog().table(constraint.struct("pktable"));
        verdict.does("add a foreign key from " + table.name() + " to " + referred.name());
        verdict.lockTree(table, LockMode.SHARE_ROW_EXCLUSIVE);
        verdict.lockTree(referred, LockMode.SHARE_ROW_EXCLUSIVE);
        enforced(verdict, constraint);
        if (!constraint.flag("skip_validation") && constraint.flag("is_enforced")) {
            validatedAtOnce(verdict, table, referred, constraint, hasValues);
        }
        boolean indexed = table.indexes().stream().anyMatch(index -> index.serves(columns));
        if (!indexed && !verdict.surroundings().indexedLater(table.name(), columns)) {
            verdict.find(Rule.FOREIGN_KEY_INDEX, table.created()
                    ? Risk.LOW
                    : Rule.FOREIGN_KEY_INDEX.risk(), constraint,
                    "No index on " + table.name() + " (" + SqlText.names(columns) + ") is known: each row deleted in "
                            + referred.name() + " reads all of " + table.name() + ".",
                    "CREATE INDEX CONCURRENTLY ON " + table.name() + " (" + SqlText.names(columns) + ");");
        }
    }

    private static void validatedAtOnce(Verdict verdict, KnownTable table, KnownTable referred, Tree constraint,
            Answer hasValues) {
        if (hasValues == Answer.NO || table.created()) {
            return;
        }
        verdict.scans(table, Answer.YES);
        verdict.findForSize(Rule.FOREIGN_KEY_SCAN, table, constraint, "Every row of " + table.name()
                + " is looked up while nobody can write to it or to " + referred.name() + ".",
                Safer.notValid(verdict, table, constraint));
    }

    private static void exclusion(Verdict verdict, KnownTable table, Tree constraint) {
        verdict.does("add an exclusion constraint to " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.builds(table);
        verdict.findForSize(Rule.EXCLUSION_CONSTRAINT, table, constraint, "Nobody reads or writes " + table.name()
                + " until its index is built; there is no concurrent form.",
                "Build a new table with the constraint, keep it in step with a trigger, and change over.");
    }

    static void unique(Verdict verdict, KnownTable table, Tree constraint) {
        boolean primary = constraint.text("contype").equals("CONSTR_PRIMARY");
        verdict.does("add a " + (primary ? "primary key" : "unique constraint") + " to " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        if (constraint.text("indexname").isEmpty()) {
            verdict.builds(table);
            verdict.findForSize(Rule.UNIQUE_BUILDS_INDEX, table, constraint, "Nobody reads or writes " + table.name()
                    + " until the index is built, and it fails at the first duplicate.",
                    Safer.uniqueUsingIndex(table, constraint, primary));
        } else {
            usingIndex(verdict, table, constraint, primary);
        }
    }

    /** A primary key makes its columns NOT NULL, which reads the table unless that is known. */
    private static void usingIndex(Verdict verdict, KnownTable table, Tree constraint, boolean primary) {
        String index = constraint.text("indexname");
        List<String> columns = table.indexes().stream().filter(known -> known.name().equals(index)).findFirst()
                .map(known -> known.columns()).orElse(List.of());
        boolean proven = !columns.isEmpty() && columns.stream().allMatch(table::provenNotNull);
        if (primary && !proven) {
            verdict.scans(table, columns.isEmpty() ? Answer.DEPENDS : Answer.YES);
            verdict.findForSize(Rule.NOT_NULL_SCAN, table, constraint, "A primary key forbids NULL: all rows of "
                    + table.name() + " are read while nobody can read or write.",
                    columns.isEmpty()
                            ? "Make its columns NOT NULL by a validated check first."
                            : Safer.notNull(table, columns.getFirst(), verdict.surroundings().version()));
        }
    }

    static void validate(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("validate constraint " + name + " of " + table.name());
        verdict.lockTree(table, LockMode.SHARE_UPDATE_EXCLUSIVE);
        Optional<KnownConstraint> known = table.constraint(command.text("name"));
        known.filter(each -> each.kind() == 'f').ifPresent(
                each -> verdict.lock(verdict.catalog().table(each.refers()), LockMode.ROW_SHARE));
        if (!known.map(KnownConstraint::validated).orElse(false)) {
            verdict.scans(table, Answer.YES);
        }
        if (verdict.surroundings().addedInThisTransaction(table.name(), command.text("name"))) {
            verdict.findForSize(Rule.VALIDATED_AT_ONCE, table, command, "The lock of adding the constraint is held "
                    + "until all rows of " + table.name() + " are read.",
                    "COMMIT; -- before this statement\n" + AlterTableRules.alter(table) + "VALIDATE CONSTRAINT " + name
                            + ";");
        }
    }

    static void drop(Verdict verdict, KnownTable table, Tree command) {
        String name = AlterTableRules.column(command);
        verdict.does("drop constraint " + name + " of " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        table.constraint(command.text("name")).filter(each -> each.kind() == 'f').ifPresent(
                each -> verdict.lock(verdict.catalog().table(each.refers()), LockMode.ACCESS_EXCLUSIVE));
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ADD CONSTRAINT " + name
                + " … NOT VALID; -- then VALIDATE, as long as every row keeps it");
        if (!table.created()) {
            verdict.find(Rule.DROP_CONSTRAINT, command, "Rows that constraint " + name
                    + " kept out can be stored from now on.", "");
        }
        if (command.text("behavior").equals("DROP_CASCADE")) {
            DropRules.cascade(verdict, command);
        }
    }
}
