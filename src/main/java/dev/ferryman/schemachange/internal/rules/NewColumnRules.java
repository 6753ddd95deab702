package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code ALTER TABLE … ADD COLUMN}. */
final class NewColumnRules {
    private NewColumnRules() {}

    static void add(Verdict verdict, KnownTable table, Tree command) {
        Tree column = command.child("def").orElseThrow();
        String name = SqlText.name(column.text("colname"));
        verdict.does("add column " + name + " to " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "DROP COLUMN " + name
                + "; -- what was written to it meanwhile is lost");
        TypeStyle.review(verdict, column);
        Names.check(verdict, column.text("colname"), column);
        boolean rewritten = rewrite(verdict, table, column, name);
        required(verdict, table, column, name, rewritten);
        constraints(verdict, table, column, rewritten);
    }

    static Optional<Tree> constraint(Tree column, String kind) {
        return column.list("constraints").stream().filter(each -> each.text("contype").equals(kind)).findFirst();
    }

    private static boolean rewrite(Verdict verdict, KnownTable table, Tree column, String name) {
        Optional<Tree> identity = constraint(column, "CONSTR_IDENTITY");
        if (identity.isPresent() || Types.serial(column.struct("typeName"))) {
            verdict.rewrites(table, Answer.YES);
            verdict.findForSize(Rule.AUTO_INCREMENT_COLUMN, table, identity.orElse(column),
                    "Every row of " + table.name() + " gets a number, so the table is written anew.",
                    Safer.autoIncrement(table, name));
            return true;
        }
        Optional<Tree> generated = constraint(column, "CONSTR_GENERATED");
        if (generated.isPresent()) {
            return generated(verdict, table, generated.get(), name);
        }
        Optional<Tree> expression = constraint(column, "CONSTR_DEFAULT").flatMap(each -> each.child("raw_expr"));
        Answer changes = expression.map(each -> Expressions.changes(each, verdict.catalog())).orElse(Answer.NO);
        if (changes.possible()) {
            verdict.rewrites(table, changes);
            String doubt = changes == Answer.DEPENDS ? " if the function is volatile, which is the usual" : "";
            verdict.findForSize(Rule.VOLATILE_DEFAULT, table, expression.orElseThrow(),
                    "The default differs from row to row, so " + table.name() + " is written anew" + doubt + ".",
                    Safer.volatileDefault(table, column, name));
        }
        return changes.possible();
    }

    private static boolean generated(Verdict verdict, KnownTable table, Tree generated, String name) {
        generated.child("raw_expr").flatMap(each -> Expressions.firstMutable(each, verdict.catalog()))
                .ifPresent(call -> verdict.find(Rule.NON_IMMUTABLE_GENERATED, call.at(),
                        call.name() + " is not immutable; PostgreSQL refuses it in a generated column.", ""));
        if (generated.text("generated_kind").equals("v")) {
            if (verdict.surroundings().version() < 18) {
                verdict.find(Rule.NEWER_SYNTAX, generated,
                        "Virtual generated columns exist from PostgreSQL 18 on.", "");
            }
            return false;
        }
        verdict.rewrites(table, Answer.YES);
        verdict.findForSize(Rule.STORED_GENERATED_COLUMN, table, generated,
                "The value of every row is computed and " + table.name() + " written anew.",
                Safer.storedGenerated(table, name, verdict.surroundings().version()));
        return true;
    }

    private static void required(Verdict verdict, KnownTable table, Tree column, String name, boolean rewritten) {
        boolean key = constraint(column, "CONSTR_PRIMARY").isPresent();
        boolean notNull = key || constraint(column, "CONSTR_NOTNULL").isPresent();
        boolean filled = rewritten || Types.serial(column.struct("typeName"))
                || Stream.of("CONSTR_DEFAULT", "CONSTR_GENERATED", "CONSTR_IDENTITY")
                        .anyMatch(kind -> constraint(column, kind).isPresent());
        if (notNull && !filled && !table.created()) {
            verdict.scans(table, Answer.YES);
            verdict.oldCode(Answer.NO, "Its INSERTs do not fill column " + name + ", which takes no NULL.");
            verdict.find(Rule.REQUIRED_COLUMN, column,
                    "Column " + name + " takes no NULL and has no default: this fails "
                            + "if " + table.name() + " has a row, and old code can insert none afterwards.",
                    Safer.requiredColumn(table, name, verdict.surroundings().statement().sql()));
        }
    }

    private static void constraints(Verdict verdict, KnownTable table, Tree column, boolean rewritten) {
        for (Tree constraint : column.list("constraints")) {
            switch (constraint.text("contype")) {
                case "CONSTR_FOREIGN" -> ConstraintRules.foreignKeyOfNewColumn(verdict, table, constraint,
                        column.text("colname"), rewritten || constraint(column, "CONSTR_DEFAULT").isPresent());
                case "CONSTR_UNIQUE", "CONSTR_PRIMARY" -> ConstraintRules.unique(verdict, table, constraint);
                case "CONSTR_CHECK" -> ConstraintRules.checkOfNewColumn(verdict, table, constraint);
                default -> {
                }
            }
        }
    }
}
