package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownIndex;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Indexes built, rebuilt and changed; {@link DropRules} has those that are dropped. */
final class IndexRules implements StatementRules {
    private static final int MANY_COLUMNS = 3;

    @Override
    public Set<String> kinds() {
        return Set.of("IndexStmt", "ReindexStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        if (statement.is("IndexStmt")) {
            create(verdict, statement);
        } else {
            reindex(verdict, statement);
        }
    }

    private static void create(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        boolean concurrently = statement.flag("concurrent");
        String name = statement.text("idxname");
        verdict.does("build " + (statement.flag("unique") ? "a unique index" : "an index") + " on " + table.name()
                + (concurrently ? " without blocking" : ""));
        verdict.lockTree(table, concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.SHARE);
        verdict.builds(table);
        verdict.undo(Undo.Way.STATEMENT,
                "DROP INDEX CONCURRENTLY " + (name.isEmpty() ? "…" : SqlText.name(name)) + ";");
        Names.check(verdict, name, statement);
        if (!concurrently) {
            verdict.findForSize(Rule.INDEX_BLOCKS_WRITES, table, statement,
                    "Every write to " + table.name() + " waits until the index is built.",
                    Safer.concurrentIndex(verdict.surroundings().statement().sql(), table));
        }
        immutable(verdict, statement);
        shape(verdict, table, statement);
        existing(verdict, table, statement);
    }

    private static void immutable(Verdict verdict, Tree statement) {
        statement.child("whereClause").flatMap(each -> Expressions.firstMutable(each, verdict.catalog()))
                .ifPresent(call -> verdict.find(Rule.NON_IMMUTABLE_INDEX, call.at(), call.name()
                        + " changes with the time or the session; PostgreSQL refuses it in the predicate of an index.",
                        "Compare with a constant, or index the column itself and leave the condition to the query."));
        statement.list("indexParams").stream().flatMap(each -> each.child("expr").stream())
                .flatMap(each -> Expressions.firstMutable(each, verdict.catalog()).stream()).findFirst()
                .ifPresent(call -> verdict.find(Rule.NON_IMMUTABLE_INDEX, call.at(), call.name()
                        + " is not immutable; PostgreSQL refuses it in an index.",
                        "Index the column itself, or an immutable form such as (… AT TIME ZONE 'UTC')::date."));
    }

    static List<String> columns(Tree statement) {
        return statement.list("indexParams").stream().map(each -> each.text("name")).toList();
    }

    private static void shape(Verdict verdict, KnownTable table, Tree statement) {
        if (columns(statement).size() > MANY_COLUMNS && !statement.flag("unique")) {
            verdict.find(Rule.WIDE_INDEX, statement, "The index has more than three columns; the first of them do most "
                    + "of the work.", "");
        }
        Optional<KnownIndex> covering = table.indexes().stream()
                .filter(index -> index.valid() && index.whole() && !statement.flag("unique")
                        && !statement.has("whereClause") && startsWith(index.columns(), columns(statement)))
                .findFirst();
        covering.ifPresent(index -> verdict.find(Rule.DUPLICATE_INDEX, statement,
                "Index " + index.name() + " begins with the same columns.", "Leave this index out."));
    }

    private static boolean startsWith(List<String> columns, List<String> beginning) {
        return columns.size() >= beginning.size() && columns.subList(0, beginning.size()).equals(beginning)
                && !beginning.contains("");
    }

    private static void existing(Verdict verdict, KnownTable table, Tree statement) {
        String name = statement.text("idxname");
        boolean repeatable = statement.flag("if_not_exists");
        if (statement.flag("concurrent") && !repeatable) {
            verdict.find(Rule.NOT_REPEATABLE, statement,
                    "An interrupted build leaves an invalid index, at which the next "
                            + "run fails.",
                    "DROP INDEX CONCURRENTLY IF EXISTS " + (name.isEmpty() ? "…" : SqlText.name(name))
                            + "; -- before it");
        }
        if (repeatable && table.indexes().stream().anyMatch(index -> index.name().equals(name) && !index.valid())) {
            verdict.find(Rule.INVALID_INDEX, statement, "An invalid index " + name
                    + " exists, left behind by an interrupted build: nothing would be built.",
                    "DROP INDEX CONCURRENTLY " + SqlText.name(name) + "; -- before it");
        }
    }

    private static void reindex(Verdict verdict, Tree statement) {
        String kind = statement.text("kind");
        boolean concurrently = statement.list("params").stream()
                .anyMatch(option -> option.text("defname").equals("concurrently"));
        LockMode mode = concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.SHARE;
        String name = statement.has("relation")
                ? SqlText.relation(statement.struct("relation"))
                : statement.text("name");
        verdict.does("rebuild " + (kind.equals("REINDEX_OBJECT_INDEX") ? "index " : "the indexes of ") + name
                + (concurrently ? " without blocking" : ""));
        verdict.writesAnew();
        Optional<KnownTable> table = kind.equals("REINDEX_OBJECT_INDEX")
                ? verdict.catalog().tableOfIndex(name)
                : kind.equals("REINDEX_OBJECT_TABLE") ? Optional.of(verdict.catalog().table(name)) : Optional.empty();
        table.ifPresent(each -> {
            verdict.lockTree(each, mode);
            verdict.builds(each);
        });
        if (kind.equals("REINDEX_OBJECT_INDEX")) {
            verdict.lock(name, concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE);
        }
        if (!concurrently) {
            verdict.findForSize(Rule.REINDEX_BLOCKS, table.orElseGet(() -> new KnownTable(name)), statement,
                    "Writes wait until the indexes are rebuilt, and so do queries that would use them.",
                    "REINDEX " + kind.substring("REINDEX_OBJECT_".length()) + " CONCURRENTLY " + name + ";");
        }
    }

    static void alterIndex(Verdict verdict, Tree statement, Tree command) {
        String name = SqlText.relation(statement.struct("relation"));
        verdict.does("change index " + name);
        verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
        switch (command.text("subtype")) {
            case "AT_SetTableSpace" -> {
                verdict.lock(name, LockMode.ACCESS_EXCLUSIVE);
                verdict.writesAnew();
                verdict.find(Rule.TABLE_REWRITE, command, "The index is copied while no query can use it, nor plan one "
                        + "on its table.", "Build it again in the other tablespace, CONCURRENTLY.");
            }
            case "AT_AttachPartition" -> {
                verdict.lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE);
                verdict.lock(SqlText.relation(command.child("def").orElseThrow().struct("name")),
                        LockMode.ACCESS_EXCLUSIVE);
            }
            default -> verdict.lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE);
        }
    }
}
