package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Dependent;
import dev.ferryman.schemachange.internal.target.KnownIndex;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Everything that is dropped. */
final class DropRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("DropStmt", "DropdbStmt", "DropOwnedStmt", "DropRoleStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        if (!statement.is("DropStmt")) {
            verdict.does(
                    "drop " + (statement.is("DropdbStmt") ? "database " + statement.text("dbname") : "a role's own"));
            lost(verdict, "Everything in it comes back only from a backup.");
            verdict.find(Rule.DROP_SCHEMA, statement, "Everything in it is lost.", "");
            return;
        }
        for (Tree object : statement.list("objects")) {
            drop(verdict, statement, object);
        }
        if (statement.text("behavior").equals("DROP_CASCADE")) {
            cascade(verdict, statement);
        }
    }

    private static void drop(Verdict verdict, Tree statement, Tree object) {
        List<String> name = object.is("List") ? object.names("items") : object.names("names");
        if (object.is("String")) {
            name = List.of(object.text("sval"));
        }
        switch (statement.text("removeType")) {
            case "OBJECT_TABLE", "OBJECT_FOREIGN_TABLE" -> table(verdict, statement, verdict.catalog().table(name));
            case "OBJECT_INDEX" -> index(verdict, statement, verdict.catalog().table(name).name());
            case "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE" ->
                relation(verdict, statement, verdict.catalog().table(name));
            case "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY" -> onTable(verdict, statement, name);
            case "OBJECT_SCHEMA" -> {
                verdict.does("drop schema " + name.getLast());
                lost(verdict, "Everything in it comes back only from a backup.");
                verdict.find(Rule.DROP_SCHEMA, statement, "Everything in schema " + name.getLast() + " is lost.", "");
            }
            default -> other(verdict, statement, name.isEmpty() ? "" : SqlText.name(name.getLast()));
        }
    }

    private static void lost(Verdict verdict, String how) {
        verdict.undo(Undo.Way.BACKUP, how);
        verdict.oldCode(Answer.NO, "Code that uses it fails.");
    }

    private static void table(Verdict verdict, Tree statement, KnownTable table) {
        verdict.does("drop table " + table.name());
        verdict.lockTree(table, LockMode.ACCESS_EXCLUSIVE);
        table.constraints().stream().filter(each -> each.kind() == 'f').forEach(
                key -> verdict.lock(verdict.catalog().table(key.refers()), LockMode.ACCESS_EXCLUSIVE));
        if (table.created()) {
            return;
        }
        if (statement.text("behavior").equals("DROP_CASCADE")) {
            table.referrers().forEach(
                    each -> verdict.lock(verdict.catalog().table(each), LockMode.ACCESS_EXCLUSIVE));
            table.dependents().stream().map(Dependent::view).filter(each -> !each.isEmpty())
                    .forEach(each -> verdict.lock(verdict.catalog().table(each), LockMode.ACCESS_EXCLUSIVE));
        }
        lost(verdict, "Its data comes back only from a backup.");
        verdict.find(Rule.DROP_TABLE, statement,
                "The data in " + table.name() + " is lost, and code that uses it fails.",
                "Deploy code that does not use it, rename it for some days, then drop it in a later change.");
        dependents(verdict, table, "", statement);
        table.referrers().stream().filter(each -> !each.equals(table.name())).distinct()
                .forEach(each -> verdict.find(Rule.DROP_IN_USE, statement, "Table " + each
                        + " has a foreign key to " + table.name() + ".", ""));
        if (table.use().reads() + table.use().writes() > 0) {
            verdict.find(Rule.DROP_IN_USE, statement, "Table " + table.name() + " is in use: " + table.use().reads()
                    + " scans and " + table.use().writes() + " rows written since the statistics were reset.",
                    "Find out who uses it: pg_stat_activity, or log_statement for its owner.");
        }
    }

    /** What {@code pg_depend} names. */
    static void dependents(Verdict verdict, KnownTable table, String column, Tree at) {
        table.dependents().stream().filter(each -> column.isEmpty() || each.column().equals(column))
                .map(Dependent::what).distinct().forEach(what -> verdict.find(Rule.DROP_IN_USE, at, what + " needs "
                        + table.name() + (column.isEmpty() ? "" : "." + column) + ".",
                        "Change or drop it first."));
        table.indexes().stream().filter(each -> !column.isEmpty() && each.columns().contains(column))
                .forEach(index -> verdict.find(Rule.DROP_IN_USE, index.scans() > 0
                        ? Rule.DROP_IN_USE.risk()
                        : Risk.LOW, at,
                        "Index " + index.name() + " goes with the column; it was "
                                + "used " + index.scans() + " times.",
                        ""));
    }

    static void cascade(Verdict verdict, Tree at) {
        verdict.find(Rule.DROP_CASCADE, at, "Whatever depends on it is dropped too, without being named here.",
                "Name each thing to be dropped, without CASCADE.");
    }

    private static void index(Verdict verdict, Tree statement, String name) {
        boolean concurrently = statement.flag("concurrent");
        LockMode mode = concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE;
        Optional<KnownTable> table = verdict.catalog().tableOfIndex(name);
        verdict.does("drop index " + name + (concurrently ? " without blocking" : ""));
        verdict.undo(Undo.Way.STATEMENT, "CREATE INDEX CONCURRENTLY " + name + " …; -- as it was");
        if (table.map(KnownTable::created).orElse(false)) {
            return;
        }
        table.ifPresent(each -> verdict.lock(each, mode));
        verdict.lock(name, mode);
        if (!concurrently) {
            verdict.find(Rule.INDEX_DROP_BLOCKS, statement,
                    "Nobody reads or writes the table while the lock is waited for "
                            + "and held.",
                    "DROP INDEX CONCURRENTLY " + name + ";");
        }
        String last = name.substring(name.lastIndexOf('.') + 1);
        table.stream().flatMap(each -> each.indexes().stream())
                .filter(each -> SqlText.name(each.name()).equals(last) && each.scans() > 0).findFirst()
                .ifPresent(each -> used(verdict, statement, each));
    }

    private static void used(Verdict verdict, Tree statement, KnownIndex index) {
        verdict.find(Rule.DROP_IN_USE, statement, "Index " + index.name() + " was used " + index.scans()
                + " times since the statistics were reset.", "See which queries need it before it goes.");
    }

    private static void relation(Verdict verdict, Tree statement, KnownTable relation) {
        String kind = kind(statement);
        verdict.does("drop " + kind + " " + relation.name());
        verdict.lock(relation, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Create it again as it was.");
        if (!relation.created()) {
            verdict.oldCode(Answer.NO, "Code that uses it fails.");
            verdict.find(Rule.DROP_OBJECT, statement, "Code that uses " + kind + " " + relation.name() + " fails.",
                    "Deploy code that does not use it first.");
            dependents(verdict, relation, "", statement);
        }
    }

    private static void onTable(Verdict verdict, Tree statement, List<String> name) {
        KnownTable table = verdict.catalog().table(name.subList(0, name.size() - 1));
        verdict.does("drop " + kind(statement) + " " + SqlText.name(name.getLast()) + " of " + table.name());
        verdict.lock(table, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Create it again as it was.");
        if (!table.created()) {
            verdict.oldCode(Answer.DEPENDS, "Its writes or reads no longer pass the " + kind(statement) + ".");
            verdict.find(Rule.DROP_OBJECT, statement,
                    "What the " + kind(statement) + " did or kept out is no longer done.",
                    "");
        }
    }

    private static void other(Verdict verdict, Tree statement, String name) {
        String kind = kind(statement);
        verdict.does("drop " + kind + " " + name);
        verdict.undo(Undo.Way.STATEMENT, "Create it again as it was.");
        verdict.oldCode(Answer.NO, "Code that uses it fails.");
        verdict.find(Rule.DROP_OBJECT, statement, "Code that uses " + kind + " " + name + " fails.", "");
    }

    private static String kind(Tree statement) {
        String kind = statement.text("removeType");
        String words = kind.startsWith("OBJECT_") ? kind.substring("OBJECT_".length()) : kind;
        return words.equals("MATVIEW") ? "materialized view" : words.toLowerCase(Locale.ROOT);
    }
}
