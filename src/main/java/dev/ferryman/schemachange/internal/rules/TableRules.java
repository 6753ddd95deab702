package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Set;

/** New tables and views, and statements on a table as a whole. */
final class TableRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("CreateStmt", "CreateTableAsStmt", "RefreshMatViewStmt", "ViewStmt", "TruncateStmt", "LockStmt",
                "VacuumStmt", "ClusterStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        switch (statement.kind()) {
            case "CreateStmt" -> create(verdict, statement);
            case "CreateTableAsStmt" -> createAs(verdict, statement);
            case "RefreshMatViewStmt" -> refresh(verdict, statement);
            case "ViewStmt" -> view(verdict, statement);
            case "TruncateStmt" -> truncate(verdict, statement);
            case "LockStmt" -> lock(verdict, statement);
            case "ClusterStmt" -> cluster(verdict, statement);
            default -> vacuum(verdict, statement);
        }
    }

    private static void create(Verdict verdict, Tree statement) {
        Tree range = statement.struct("relation");
        String name = SqlText.relation(range);
        verdict.does("create table " + name);
        verdict.undo(Undo.Way.STATEMENT, "DROP TABLE " + name + "; -- what was written to it meanwhile is lost");
        Names.check(verdict, range.text("relname"), statement);
        boolean partition = statement.has("partbound");
        for (Tree parent : statement.list("inhRelations")) {
            KnownTable table = verdict.catalog().table(parent);
            verdict.lock(table, partition ? LockMode.ACCESS_EXCLUSIVE : LockMode.SHARE_UPDATE_EXCLUSIVE);
            if (partition && !table.created()) {
                verdict.find(Rule.PARTITION_CREATE, statement, "Nobody reads or writes " + table.name()
                        + " while the lock is waited for and held; a default partition is read.",
                        "CREATE TABLE " + name + " (LIKE " + table.name() + " INCLUDING ALL); ALTER TABLE "
                                + table.name()
                                + " ATTACH PARTITION " + name + " FOR VALUES …;");
            }
            if (partition) {
                PartitionRules.intoRest(verdict, table, statement);
            }
        }
        references(verdict, statement, name);
        if (!partition && statement.list("inhRelations").isEmpty() && !TransactionRules.keepsBooks(range)) {
            style(verdict, statement, name);
        }
    }

    private static void references(Verdict verdict, Tree statement, String name) {
        statement.walk(node -> {
            if (!node.is("Constraint") || !node.text("contype").equals("CONSTR_FOREIGN")) {
                return;
            }
            KnownTable referred = verdict.catalog().table(node.struct("pktable"));
            if (!referred.name().equals(name)) {
                verdict.lock(referred, LockMode.SHARE_ROW_EXCLUSIVE);
            }
        });
        for (Tree column : statement.list("tableElts")) {
            boolean key = NewColumnRules.constraint(column, "CONSTR_PRIMARY").isPresent()
                    || NewColumnRules.constraint(column, "CONSTR_UNIQUE").isPresent();
            if (!key) {
                NewColumnRules.constraint(column, "CONSTR_FOREIGN")
                        .ifPresent(each -> index(verdict, name, List.of(column.text("colname")), each));
            }
        }
    }

    private static void index(Verdict verdict, String name, List<String> columns, Tree constraint) {
        if (!verdict.surroundings().indexedLater(name, columns)) {
            verdict.find(Rule.FOREIGN_KEY_INDEX, Risk.LOW, constraint, "No index on " + name + " ("
                    + SqlText.names(columns) + ") is created: each row deleted in the referred table reads all of it.",
                    "CREATE INDEX ON " + name + " (" + SqlText.names(columns) + ");");
        }
    }

    private static void style(Verdict verdict, Tree statement, String name) {
        boolean key = false;
        for (Tree element : statement.list("tableElts")) {
            if (element.is("ColumnDef")) {
                TypeStyle.review(verdict, element);
                Names.check(verdict, element.text("colname"), element);
                key |= NewColumnRules.constraint(element, "CONSTR_PRIMARY").isPresent();
            } else {
                key |= element.text("contype").equals("CONSTR_PRIMARY") || element.is("TableLikeClause");
            }
        }
        if (!key && !verdict.surroundings().keyLater(name)
                && !statement.struct("relation").text("relpersistence").equals("t")) {
            verdict.find(Rule.NO_PRIMARY_KEY, statement, "Table " + name + " has no primary key.", "");
        }
    }

    private static void createAs(Verdict verdict, Tree statement) {
        String name = SqlText.relation(statement.struct("into").struct("rel"));
        boolean view = statement.text("objtype").equals("OBJECT_MATVIEW");
        verdict.does("create " + (view ? "materialized view " : "table ") + name + " from a query");
        verdict.undo(Undo.Way.STATEMENT, "DROP " + (view ? "MATERIALIZED VIEW " : "TABLE ") + name + ";");
        statement.child("query").ifPresent(query -> {
            DataRules.reads(verdict, query);
            if (!statement.struct("into").flag("skipData")) {
                DataRules.scans(verdict, query);
            }
        });
    }

    private static void refresh(Verdict verdict, Tree statement) {
        KnownTable view = verdict.catalog().table(statement.struct("relation"));
        boolean concurrently = statement.flag("concurrent");
        verdict.does("refresh " + view.name() + (concurrently ? " without blocking" : ""));
        verdict.lock(view, concurrently ? LockMode.EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE);
        if (!concurrently) {
            verdict.writesAnew();
            verdict.findForSize(Rule.REFRESH_BLOCKS, view, statement, "Nobody reads " + view.name()
                    + " until the query is done.",
                    "REFRESH MATERIALIZED VIEW CONCURRENTLY " + view.name()
                            + "; -- needs a unique index on it");
        }
    }

    private static void view(Verdict verdict, Tree statement) {
        KnownTable view = verdict.catalog().table(statement.struct("view"));
        boolean replaces = statement.flag("replace");
        verdict.does((replaces ? "create or replace view " : "create view ") + view.name());
        statement.child("query").ifPresent(query -> DataRules.reads(verdict, query));
        if (replaces && view.known()) {
            verdict.lock(view, LockMode.ACCESS_EXCLUSIVE);
            verdict.oldCode(Answer.DEPENDS, "It reads what the new query returns.");
        }
        verdict.undo(Undo.Way.STATEMENT, replaces ? "Create it again as it was." : "DROP VIEW " + view.name() + ";");
    }

    private static void truncate(Verdict verdict, Tree statement) {
        boolean cascade = statement.text("behavior").equals("DROP_CASCADE");
        for (Tree range : statement.list("relations")) {
            KnownTable table = verdict.catalog().table(range);
            verdict.does("empty " + table.name());
            lock(verdict, table, range, LockMode.ACCESS_EXCLUSIVE);
            if (cascade) {
                table.referrers().forEach(
                        each -> verdict.lockTree(verdict.catalog().table(each), LockMode.ACCESS_EXCLUSIVE));
            }
            if (!table.created()) {
                verdict.undo(Undo.Way.BACKUP, "The rows come back only from a backup.");
                verdict.oldCode(Answer.DEPENDS, "It finds no rows in " + table.name() + ".");
                verdict.find(Rule.TRUNCATE, range, "All rows of " + table.name() + " are lost.",
                        "DELETE in batches, or detach a partition.");
            }
        }
        if (cascade) {
            DropRules.cascade(verdict, statement);
        }
    }

    private static void lock(Verdict verdict, Tree statement) {
        LockMode mode = LockMode.values()[Math.clamp(statement.number("mode") - 1L, 0, 7)];
        for (Tree range : statement.list("relations")) {
            KnownTable table = verdict.catalog().table(range);
            verdict.does("lock " + table.name());
            lock(verdict, table, range, mode);
            if (mode.blocksWrites() && !table.created()) {
                verdict.find(Rule.EXPLICIT_LOCK, range, "It blocks " + mode.blocks() + " on " + table.name()
                        + " until the transaction ends.", "Leave it out, or take the weakest lock that serves.");
            }
        }
    }

    /** ONLY leaves partitions and heirs alone. */
    private static void lock(Verdict verdict, KnownTable table, Tree range, LockMode mode) {
        if (range.flag("inh")) {
            verdict.lockTree(table, mode);
        } else {
            verdict.lock(table, mode);
        }
    }

    private static void cluster(Verdict verdict, Tree statement) {
        KnownTable table = verdict.catalog().table(statement.struct("relation"));
        verdict.does("write " + table.name() + " anew in the order of an index");
        anew(verdict, table, statement);
    }

    private static void anew(Verdict verdict, KnownTable table, Tree at) {
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.rewrites(table, Answer.YES);
        verdict.findForSize(Rule.VACUUM_FULL, table, at, "Nobody reads or writes " + table.name()
                + " until it is written anew.", "Use pg_repack or pg_squeeze, or let autovacuum reuse the space.");
    }

    private static void vacuum(Verdict verdict, Tree statement) {
        boolean full = statement.list("options").stream().anyMatch(option -> option.text("defname").equals("full"));
        boolean analyze = !statement.flag("is_vacuumcmd");
        List<KnownTable> tables = statement.list("rels").stream()
                .map(each -> verdict.catalog().table(each.struct("relation"))).toList();
        verdict.does((analyze ? "analyze " : full ? "vacuum in full " : "vacuum ")
                + (tables.isEmpty()
                        ? "every table"
                        : String.join(", ", tables.stream().map(KnownTable::name).toList())));
        for (KnownTable table : tables) {
            if (full) {
                anew(verdict, table, statement);
            } else {
                verdict.lockTree(table, LockMode.SHARE_UPDATE_EXCLUSIVE);
            }
        }
        if (full && tables.isEmpty()) {
            verdict.find(Rule.VACUUM_FULL, statement, "Every table is written anew, one after the other, while nobody "
                    + "can read it.", "Use pg_repack on the tables that need it.");
        }
    }
}
