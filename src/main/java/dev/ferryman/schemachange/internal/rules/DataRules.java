package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.Set;

/** Queries and writes within a schema change. */
final class DataRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        switch (statement.kind()) {
            case "SelectStmt" -> {
                verdict.does("query");
                reads(verdict, statement);
            }
            case "InsertStmt" -> insert(verdict, statement);
            case "CopyStmt" -> copy(verdict, statement);
            default -> change(verdict, statement);
        }
    }

    /** What a query reads, and locks while it does. */
    static void reads(Verdict verdict, Tree query) {
        LockMode mode = query.has("lockingClause") ? LockMode.ROW_SHARE : LockMode.ACCESS_SHARE;
        query.walk(node -> {
            if (node.is("RangeVar")) {
                verdict.lock(verdict.catalog().table(node), mode);
            }
        });
    }

    /** The tables of a query without a condition are read from end to end; with one it depends on indexes. */
    static void scans(Verdict verdict, Tree query) {
        Answer answer = query.has("whereClause") ? Answer.DEPENDS : Answer.YES;
        query.list("fromClause").stream().filter(each -> each.is("RangeVar"))
                .forEach(each -> verdict.scans(verdict.catalog().table(each), answer));
    }

    private static void insert(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        verdict.does("insert into " + table.name());
        statement.child("selectStmt").ifPresent(query -> reads(verdict, query));
        verdict.lock(table, LockMode.ROW_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "DELETE the rows again, by their keys.");
    }

    private static void copy(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        boolean from = statement.flag("is_from");
        verdict.does(from ? "load rows into " + table.name() : "read " + table.name());
        if (statement.has("relation")) {
            verdict.lock(table, from ? LockMode.ROW_EXCLUSIVE : LockMode.ACCESS_SHARE);
        }
        if (from) {
            verdict.undo(Undo.Way.STATEMENT, "DELETE the rows again, by their keys.");
        }
    }

    private static void change(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        boolean delete = statement.is("DeleteStmt");
        String verb = delete ? "delete from " : statement.is("MergeStmt") ? "merge into " : "update ";
        verdict.does(verb + table.name());
        verdict.lockTree(table, LockMode.ROW_EXCLUSIVE);
        verdict.undo(Undo.Way.BACKUP, "The old values come back only from a copy or a backup.");
        boolean whole = !statement.is("MergeStmt") && !statement.has("whereClause");
        if (whole && !table.created()) {
            verdict.scans(table, Answer.YES);
            verdict.oldCode(Answer.DEPENDS, "Its writes to the same rows wait until the end.");
            boolean small = table.size().map(size -> size.small()).orElse(false);
            verdict.find(Rule.WHOLE_TABLE_WRITE, small && !delete ? Risk.LOW : Rule.WHOLE_TABLE_WRITE.risk(), statement,
                    (delete
                            ? "Every row of " + table.name() + " is deleted"
                            : "Every row of " + table.name()
                                    + " is changed")
                            + " in one statement, and stays locked until it ends.",
                    Safer.batches(table, delete));
        }
    }
}
