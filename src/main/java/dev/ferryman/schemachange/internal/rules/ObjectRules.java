package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Set;

/** Everything that is neither a table, a column, an index nor a type. */
final class ObjectRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("CreateTrigStmt", "RuleStmt", "CreatePolicyStmt", "AlterPolicyStmt", "CreateStatsStmt",
                "CommentStmt", "GrantStmt", "AlterOwnerStmt", "CreateFunctionStmt", "AlterFunctionStmt", "DoStmt",
                "CallStmt", "CreateSeqStmt", "AlterSeqStmt", "CreateSchemaStmt", "CreateExtensionStmt",
                "AlterExtensionStmt", "CreatePublicationStmt", "AlterPublicationStmt", "CreatedbStmt",
                "CreateRoleStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        switch (statement.kind()) {
            case "CreateTrigStmt" -> trigger(verdict, statement);
            case "RuleStmt", "CreatePolicyStmt", "AlterPolicyStmt" -> onTable(verdict, statement);
            case "CreateStatsStmt" -> {
                verdict.does("create extended statistics");
                statement.list("relations").forEach(each -> verdict.lock(verdict.catalog().table(each),
                        LockMode.SHARE_UPDATE_EXCLUSIVE));
                verdict.undo(Undo.Way.STATEMENT, "DROP STATISTICS …;");
            }
            case "CommentStmt" -> comment(verdict, statement);
            case "GrantStmt" -> grant(verdict, statement);
            case "AlterOwnerStmt" -> rights(verdict, statement, "change an owner");
            case "DoStmt", "CallStmt" -> opaque(verdict, statement);
            case "AlterSeqStmt" -> {
                KnownTable sequence = verdict.catalog().table(statement.struct("sequence"));
                verdict.does("change sequence " + sequence.name());
                verdict.lock(sequence, LockMode.SHARE_ROW_EXCLUSIVE);
                verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
            }
            case "CreateFunctionStmt" -> function(verdict, statement);
            case "CreatePublicationStmt", "AlterPublicationStmt" -> publication(verdict, statement);
            default -> plain(verdict, statement);
        }
    }

    private static void trigger(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        String name = SqlText.name(statement.text("trigname"));
        verdict.does("create trigger " + name + " on " + table.name());
        verdict.lockTree(table, LockMode.SHARE_ROW_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "DROP TRIGGER " + name + " ON " + table.name() + ";");
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "Its writes run the trigger too.");
            verdict.find(Rule.TRIGGER, statement, "Every write to " + table.name()
                    + " waits meanwhile, and runs the trigger from now on.", "");
        }
    }

    private static void onTable(Verdict verdict, Tree statement) {
        String field = statement.is("RuleStmt") ? "relation" : "table";
        KnownTable table = verdict.catalog().table(statement.struct(field));
        verdict.does((statement.is("RuleStmt") ? "create a rule on " : "set a policy of ") + table.name());
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Drop it, or set it as it was.");
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "It sees or writes other rows.");
            verdict.find(statement.is("RuleStmt") ? Rule.TRIGGER : Rule.ROW_SECURITY, statement,
                    "What code sees or writes in " + table.name() + " changes at once.", "");
        }
    }

    private static void comment(Verdict verdict, Tree statement) {
        verdict.does("set a comment");
        verdict.undo(Undo.Way.STATEMENT, "Set the old comment again.");
        List<String> name = statement.child("object").map(each -> each.names("items")).orElse(List.of());
        switch (statement.text("objtype")) {
            case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW" ->
                verdict.lock(verdict.catalog().table(name), LockMode.SHARE_UPDATE_EXCLUSIVE);
            case "OBJECT_COLUMN" -> verdict.lock(verdict.catalog().table(name.subList(0, name.size() - 1)),
                    LockMode.SHARE_UPDATE_EXCLUSIVE);
            case "OBJECT_TABCONSTRAINT" -> verdict.lock(verdict.catalog().table(name.subList(0, name.size() - 1)),
                    LockMode.ACCESS_SHARE);
            default -> {
            }
        }
    }

    private static void grant(Verdict verdict, Tree statement) {
        if (statement.flag("is_grant")) {
            verdict.does("grant rights");
            verdict.undo(Undo.Way.STATEMENT, "REVOKE them again.");
        } else {
            rights(verdict, statement, "revoke rights");
        }
    }

    private static void rights(Verdict verdict, Tree statement, String what) {
        verdict.does(what);
        verdict.undo(Undo.Way.STATEMENT, "Set it as it was.");
        verdict.oldCode(Answer.DEPENDS, "Its user may lose access.");
        verdict.find(Rule.PERMISSIONS, statement, "Code that runs as another user may lose access at once.", "");
    }

    private static void opaque(Verdict verdict, Tree statement) {
        verdict.does(statement.is("DoStmt") ? "run a block of code" : "call a procedure");
        verdict.undo(Undo.Way.BACKUP, "Not known: the review cannot see what it does.");
        verdict.oldCode(Answer.DEPENDS, "The review cannot see what it does.");
        verdict.find(Rule.OPAQUE, statement, "What it locks, rewrites or drops is known only when it runs.",
                "Write its statements out, or try it on a copy and look at the locks.");
    }

    private static void function(Verdict verdict, Tree statement) {
        List<String> name = statement.names("funcname");
        verdict.does((statement.flag("replace") ? "create or replace function " : "create function ")
                + SqlText.name(name.getLast()));
        verdict.undo(Undo.Way.STATEMENT, statement.flag("replace")
                ? "Create it again as it was."
                : "DROP FUNCTION " + SqlText.name(name.getLast()) + ";");
        if (statement.flag("replace")) {
            verdict.oldCode(Answer.DEPENDS, "It calls the new body at once.");
        }
    }

    private static void publication(Verdict verdict, Tree statement) {
        verdict.does("change what is replicated");
        verdict.undo(Undo.Way.STATEMENT, "Change it back.");
        statement.walk(node -> {
            if (node.is("PublicationObjSpec")) {
                verdict.lock(verdict.catalog().table(node.struct("pubtable").struct("relation")),
                        LockMode.SHARE_UPDATE_EXCLUSIVE);
            }
        });
    }

    private static void plain(Verdict verdict, Tree statement) {
        String kind = statement.kind();
        verdict.does(switch (kind) {
            case "CreateSeqStmt" -> "create a sequence";
            case "CreateSchemaStmt" -> "create schema " + SqlText.name(statement.text("schemaname"));
            case "CreateExtensionStmt" -> "install extension " + SqlText.name(statement.text("extname"));
            case "CreatedbStmt" -> "create database " + SqlText.name(statement.text("dbname"));
            case "CreateRoleStmt" -> "create a role";
            default -> "change " + (kind.contains("Function") ? "a function" : "an extension");
        });
        verdict.undo(Undo.Way.STATEMENT, "Drop it again, or change it back.");
    }
}
