package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;

/** {@code ALTER TABLE} on the table as a whole. */
final class TableOptionRules {
    private TableOptionRules() {}

    static void alter(Verdict verdict, KnownTable table, Tree command) {
        String subtype = command.text("subtype");
        verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
        switch (subtype) {
            case "AT_SetTableSpace" ->
                rewrite(verdict, table, command, "move " + table.name() + " to another tablespace",
                        "Its files are copied while nobody can read it.", false);
            case "AT_SetLogged" -> rewrite(verdict, table, command, "make " + table.name() + " logged",
                    "It is written anew while nobody can read it.", true);
            case "AT_SetUnLogged" -> rewrite(verdict, table, command, "make " + table.name() + " unlogged",
                    "It is written anew while nobody can read it, and is empty after a crash.", true);
            case "AT_SetAccessMethod" -> rewrite(verdict, table, command, "change the access method of " + table.name(),
                    "It is written anew while nobody can read it.", true);
            case "AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig", "AT_EnableTrigAll",
                    "AT_DisableTrigAll", "AT_EnableTrigUser", "AT_DisableTrigUser" ->
                trigger(verdict, table, command);
            case "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity", "AT_NoForceRowSecurity" ->
                rowSecurity(verdict, table, command);
            case "AT_ChangeOwner" -> {
                verdict.does("change the owner of " + table.name());
                verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
                verdict.oldCode(Answer.DEPENDS, "Its user may lose the owner's rights.");
                verdict.find(Rule.PERMISSIONS, command,
                        "Code that runs as the old owner keeps only the rights that were "
                                + "granted to it.",
                        "GRANT what it needs first.");
            }
            case "AT_ClusterOn", "AT_DropCluster" -> setting(verdict, table, LockMode.SHARE_UPDATE_EXCLUSIVE);
            case "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions" ->
                setting(verdict, table, optionLock(table, command));
            case "AT_AddInherit", "AT_DropInherit" -> {
                KnownTable parent = verdict.catalog().table(command.child("def").orElseThrow());
                verdict.does("change what " + table.name() + " inherits from");
                verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
                verdict.lock(parent, subtype.equals("AT_AddInherit")
                        ? LockMode.SHARE_UPDATE_EXCLUSIVE
                        : LockMode.ACCESS_SHARE);
            }
            default -> setting(verdict, table, LockMode.ACCESS_EXCLUSIVE);
        }
    }

    private static void setting(Verdict verdict, KnownTable table, LockMode mode) {
        verdict.does("change settings of " + table.name());
        verdict.lock(table, mode);
    }

    /** How a table is vacuumed or filled is no business of those who read it; only one setting is. */
    private static LockMode optionLock(KnownTable table, Tree command) {
        List<Tree> options = command.child("def").map(list -> list.list("items")).orElse(List.of());
        boolean plain = options.stream().noneMatch(option -> option.text("defname").equals("user_catalog_table"));
        return plain && table.kind() != 'v' ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE;
    }

    private static void rewrite(Verdict verdict, KnownTable table, Tree command, String does, String what,
            boolean byRow) {
        verdict.does(does);
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        if (byRow) {
            verdict.rewrites(table, Answer.YES);
        } else {
            verdict.copies(table);
        }
        verdict.findForSize(Rule.TABLE_REWRITE, table, command, what, byRow
                ? "Make a new table as it should be, fill it in batches, and change over."
                : "Use pg_repack, which can move a table while it is used.");
    }

    private static void trigger(Verdict verdict, KnownTable table, Tree command) {
        verdict.does("switch triggers of " + table.name());
        verdict.lock(table, LockMode.SHARE_ROW_EXCLUSIVE);
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "Its writes run other triggers from now on.");
            verdict.find(Rule.TRIGGER, command, "Every write to " + table.name()
                    + " waits meanwhile, and runs other triggers afterwards; ALL includes those of foreign keys.", "");
        }
    }

    private static void rowSecurity(Verdict verdict, KnownTable table, Tree command) {
        verdict.does("switch row security of " + table.name());
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "It sees only the rows that a policy shows to its user.");
            verdict.find(Rule.ROW_SECURITY, command, "Without a policy, nobody but the owner sees a row of "
                    + table.name() + "; when it is switched off, everybody sees all.",
                    "Create the policies in the same transaction, before this.");
        }
    }
}
