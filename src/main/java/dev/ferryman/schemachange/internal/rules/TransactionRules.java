package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is wrong with a statement because of the transaction it runs in, or because of the session's settings. */
final class TransactionRules {
    /** Tables in which migration tools note what they have run; always written with the schema change. */
    private static final Set<String> BOOKKEEPING = Set.of("alembic_version", "databasechangelog",
            "databasechangeloglock", "flyway_schema_history", "django_migrations", "migrations", "knex_migrations",
            "knex_migrations_lock", "_prisma_migrations", "schema_migrations");

    private boolean timeoutMissed;
    private boolean schemaMissed;
    private int severalIn = -1;
    private int dataIn = -1;

    /** Whether PostgreSQL refuses the statement inside a transaction. */
    static boolean refusesTransaction(Tree tree) {
        return switch (tree.kind()) {
            case "IndexStmt" -> tree.flag("concurrent");
            case "DropStmt" -> tree.flag("concurrent");
            case "ReindexStmt" -> option(tree, "concurrently") || Set.of("REINDEX_OBJECT_SCHEMA",
                    "REINDEX_OBJECT_DATABASE", "REINDEX_OBJECT_SYSTEM").contains(tree.text("kind"));
            case "VacuumStmt" -> tree.flag("is_vacuumcmd");
            case "ClusterStmt" -> !tree.has("relation");
            case "AlterTableStmt" -> tree.list("cmds").stream().flatMap(each -> each.child("def").stream())
                    .anyMatch(each -> each.is("PartitionCmd") && each.flag("concurrent"));
            case "CreatedbStmt", "DropdbStmt", "AlterSystemStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt" -> true;
            default -> false;
        };
    }

    /** Whether it writes a table in which a tool notes what it has run. */
    static boolean bookkeeping(Tree tree) {
        return (tree.is("InsertStmt") || tree.is("UpdateStmt") || tree.is("DeleteStmt"))
                && keepsBooks(tree.struct("relation"));
    }

    /** Whether a tool notes in that table what it has run. */
    static boolean keepsBooks(Tree range) {
        return BOOKKEEPING.contains(range.text("relname").toLowerCase(Locale.ROOT));
    }

    private static boolean option(Tree tree, String name) {
        return tree.list("params").stream().anyMatch(each -> each.text("defname").equals(name));
    }

    void review(Verdict verdict) {
        Session session = verdict.surroundings().session();
        Tree tree = verdict.surroundings().tree();
        if (session.transaction() > 0) {
            inTransaction(verdict, session, tree);
        }
        timeout(verdict, session, tree);
        schemaNames(verdict, tree);
    }

    private void inTransaction(Verdict verdict, Session session, Tree tree) {
        if (refusesTransaction(tree) && session.begun() == null
                && session.mayBeOutside(verdict.surroundings().statement())) {
            verdict.find(Rule.NOT_IN_TRANSACTION, Risk.MEDIUM, tree,
                    "PostgreSQL refuses this statement inside a transaction."
                            + " The tool opens one around it, unless its migration says otherwise, which this output does not"
                            + " show.",
                    "Make sure that the tool runs this migration without a transaction.");
        } else if (refusesTransaction(tree)) {
            verdict.find(Rule.NOT_IN_TRANSACTION, tree, "PostgreSQL refuses this statement inside a transaction"
                    + (session.begun() == null ? ", which the tool opens around it." : "."),
                    session.begun() == null
                            ? "Put it in a migration of its own that the tool runs without a transaction."
                            : "COMMIT; -- before it");
        }
        if (tree.is("TransactionStmt")) {
            nesting(verdict, session, tree);
        }
        enumValues(verdict, session, tree);
        several(verdict, session, tree);
        workUnderLock(verdict, session, tree);
    }

    private static void nesting(Verdict verdict, Session session, Tree tree) {
        String kind = tree.text("kind");
        boolean begins = kind.equals("TRANS_STMT_BEGIN") || kind.equals("TRANS_STMT_START");
        boolean ends = kind.equals("TRANS_STMT_COMMIT") || kind.equals("TRANS_STMT_ROLLBACK");
        if (begins || ends && session.begun() == null) {
            verdict.find(Rule.NESTED_TRANSACTION, tree, begins
                    ? "A transaction is open already: this BEGIN only warns, and the next COMMIT ends both."
                    : "This ends the transaction that the tool has opened: what follows is not undone when it fails.",
                    "Leave it out, or let the tool run the migration without a transaction.");
        }
    }

    private static void enumValues(Verdict verdict, Session session, Tree tree) {
        if (session.enumValues().isEmpty()) {
            return;
        }
        tree.walk(node -> {
            String text = node.is("A_Const") ? node.struct("sval").text("sval") : "";
            if (session.enumValues().contains(text)) {
                verdict.find(Rule.ENUM_IN_TRANSACTION, node, "'" + text
                        + "' was added in this transaction; PostgreSQL refuses its use before the commit.",
                        "COMMIT; -- after ALTER TYPE … ADD VALUE");
            }
        });
    }

    private static List<String> exclusive(Map<String, LockMode> locks, Verdict verdict) {
        return locks.entrySet().stream().filter(each -> each.getValue() == LockMode.ACCESS_EXCLUSIVE)
                .map(Map.Entry::getKey).filter(each -> verdict.catalog().tableOfIndex(each).isEmpty()).toList();
    }

    private void several(Verdict verdict, Session session, Tree tree) {
        var all = new LinkedHashSet<>(exclusive(session.held(), verdict));
        int before = all.size();
        all.addAll(exclusive(verdict.locks(), verdict));
        if (before > 0 && all.size() > before && severalIn != session.transaction()) {
            severalIn = session.transaction();
            verdict.find(Rule.SEVERAL_EXCLUSIVE, tree, "The transaction locks everybody out of "
                    + String.join(", then ", all) + "; the first stays locked while the next is waited for.",
                    "A transaction for each table, or LOCK TABLE for all of them first, in the order in which code uses "
                            + "them.");
        }
    }

    private void workUnderLock(Verdict verdict, Session session, Tree tree) {
        List<String> closed = exclusive(session.held(), verdict);
        if (closed.isEmpty() || session.transaction() == dataIn) {
            return;
        }
        boolean change = tree.is("UpdateStmt") || tree.is("DeleteStmt")
                || tree.is("InsertStmt")
                        && tree.child("selectStmt").map(each -> !each.has("valuesLists")).orElse(false);
        if (change && !bookkeeping(tree)) {
            dataIn = session.transaction();
            verdict.find(Rule.DATA_WITH_SCHEMA, tree, "Nobody reads or writes " + String.join(", ", closed)
                    + " until these rows are changed.", "Change the rows in a migration of its own, in batches.");
        } else if (verdict.scan().possible()) {
            KnownTable locked = verdict.catalog().table(closed.getFirst());
            if (verdict.locks().keySet().stream().anyMatch(each -> !closed.contains(each))
                    || verdict.locks().values().stream().noneMatch(LockMode::blocksReads)) {
                verdict.findForSize(Rule.WORK_UNDER_LOCK, locked, tree, "Nobody reads or writes "
                        + String.join(", ", closed) + " until this is done.", "COMMIT; -- before it");
            }
        }
    }

    private void timeout(Verdict verdict, Session session, Tree tree) {
        boolean strong = verdict.locks().values().stream().anyMatch(LockMode::blocksWrites);
        if (strong && !session.hasLockTimeout() && !timeoutMissed) {
            timeoutMissed = true;
            verdict.find(Rule.NO_LOCK_TIMEOUT, tree,
                    "While this waits for its lock, every query that comes later waits "
                            + "behind it, for as long as the longest transaction takes.",
                    "SET lock_timeout = '2s'; -- before it, and try again when it is refused");
        }
    }

    private void schemaNames(Verdict verdict, Tree tree) {
        if (schemaMissed || !tree.has("relation") || !Set.of("AlterTableStmt", "CreateStmt").contains(tree.kind())) {
            return;
        }
        Tree range = tree.struct("relation");
        if (range.text("schemaname").isEmpty() && !range.text("relpersistence").equals("t")) {
            schemaMissed = true;
            verdict.find(Rule.NO_SCHEMA_NAME, tree, "Which " + range.text("relname")
                    + " is meant depends on the search_path.", "Write the schema before the name, or SET search_path.");
        }
    }

    /** The script says which schema its names are in. */
    void searchPathSet() {
        schemaMissed = true;
    }
}
