package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.Set;

/** {@code ALTER TABLE} and what PostgreSQL's grammar counts as such: a list of subcommands on one relation. */
final class AlterTableRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("AlterTableStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        String kind = statement.text("objtype");
        if (kind.equals("OBJECT_TYPE")) {
            TypeRules.alterComposite(verdict, statement);
            return;
        }
        for (Tree command : statement.list("cmds")) {
            if (kind.equals("OBJECT_INDEX")) {
                IndexRules.alterIndex(verdict, statement, command);
            } else if (kind.equals("OBJECT_SEQUENCE")) {
                verdict.does("change sequence " + table.name());
                verdict.lock(table, LockMode.SHARE_ROW_EXCLUSIVE);
            } else {
                alter(verdict, table, command);
            }
        }
    }

    private static void alter(Verdict verdict, KnownTable table, Tree command) {
        switch (command.text("subtype")) {
            case "AT_AddColumn" -> NewColumnRules.add(verdict, table, command);
            case "AT_AddConstraint" -> ConstraintRules.add(verdict, table, command.child("def").orElseThrow());
            case "AT_ValidateConstraint" -> ConstraintRules.validate(verdict, table, command);
            case "AT_DropConstraint" -> ConstraintRules.drop(verdict, table, command);
            case "AT_AlterConstraint" -> {
                verdict.does("change a constraint of " + table.name());
                verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
            }
            case "AT_DropColumn" -> ColumnRules.drop(verdict, table, command);
            case "AT_AlterColumnType" -> ColumnRules.changeType(verdict, table, command);
            case "AT_SetNotNull" -> ColumnRules.setNotNull(verdict, table, command);
            case "AT_DropNotNull" -> ColumnRules.dropNotNull(verdict, table, command);
            case "AT_ColumnDefault" -> ColumnRules.changeDefault(verdict, table, command);
            case "AT_SetExpression" -> ColumnRules.setExpression(verdict, table, command);
            case "AT_DropExpression", "AT_SetStorage", "AT_SetCompression", "AT_AddIdentity", "AT_SetIdentity",
                    "AT_DropIdentity" ->
                ColumnRules.catalogOnly(verdict, table, command, LockMode.ACCESS_EXCLUSIVE);
            case "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions" ->
                ColumnRules.catalogOnly(verdict, table, command, LockMode.SHARE_UPDATE_EXCLUSIVE);
            case "AT_AttachPartition" -> PartitionRules.attach(verdict, table, command);
            case "AT_DetachPartition" -> PartitionRules.detach(verdict, table, command);
            case "AT_DetachPartitionFinalize" -> PartitionRules.finishDetach(verdict, table, command);
            default -> TableOptionRules.alter(verdict, table, command);
        }
    }

    /** The safer form's first words. */
    static String alter(KnownTable table) {
        return "ALTER TABLE " + table.name() + " ";
    }

    /** A column in SQL. */
    static String column(Tree command) {
        return SqlText.name(command.text("name"));
    }
}
