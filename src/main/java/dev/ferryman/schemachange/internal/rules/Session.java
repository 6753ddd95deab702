package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Origin;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The session that would run the script: its transaction, the locks held in it, and its settings. */
final class Session {
    /** Their output does not show that a migration was told to run without a transaction. */
    private static final Set<Origin> SILENT = Set.of(Origin.LIQUIBASE, Origin.LARAVEL, Origin.KNEX);

    private final boolean wrapped;
    private final Set<Integer> alone = new HashSet<>();
    private final Map<String, LockMode> held = new LinkedHashMap<>();
    private final Set<String> added = new HashSet<>();
    private final Set<String> enumValues = new HashSet<>();
    private @Nullable ParsedStatement begun;
    private int transactions;
    private int transaction;
    private int section = -1;
    private boolean lockTimeout;
    private boolean localLockTimeout;
    private boolean utc;

    Session(Origin origin, List<ParsedStatement> statements) {
        boolean sections = statements.stream().anyMatch(each -> each.section() > 0);
        wrapped = switch (origin) {
            // Flyway runs a file of such statements alone without a transaction.
            case FLYWAY -> !statements.stream().allMatch(each -> TransactionRules.refusesTransaction(each.tree())
                    || each.tree().is("VariableSetStmt"));
            // PostgreSQL makes a transaction of a message only where there are several statements in it.
            case PRISMA -> statements.size() > 1;
            case LIQUIBASE -> sections;
            case LARAVEL, KNEX -> true;
            case PLAIN, ALEMBIC, DJANGO -> false;
        };
        if (SILENT.contains(origin)) {
            statements.stream().filter(each -> !TransactionRules.bookkeeping(each.tree()))
                    .collect(Collectors.groupingBy(ParsedStatement::section, Collectors.counting()))
                    .forEach((of, count) -> {
                        if (count == 1) {
                            alone.add(of);
                        }
                    });
        }
    }

    /** Whether the tool may well run it without a transaction: it is the only statement of its migration, and nobody says. */
    boolean mayBeOutside(ParsedStatement statement) {
        return alone.contains(statement.section());
    }

    /** Called with each statement before it is reviewed. */
    void enter(ParsedStatement statement) {
        if (wrapped && statement.section() != section) {
            section = statement.section();
            open(null);
        }
    }

    private void open(@Nullable ParsedStatement by) {
        transaction = ++transactions;
        begun = by;
        held.clear();
        added.clear();
        enumValues.clear();
    }

    private void close() {
        transaction = 0;
        begun = null;
        held.clear();
        added.clear();
        enumValues.clear();
        localLockTimeout = false;
    }

    /** Called with each statement after it is reviewed, and with the locks that it takes. */
    void leave(ParsedStatement statement, Map<String, LockMode> locks) {
        Tree tree = statement.tree();
        if (tree.is("TransactionStmt")) {
            transactionStatement(statement, tree.text("kind"));
        } else if (tree.is("VariableSetStmt")) {
            set(tree);
        }
        if (transaction > 0) {
            locks.forEach((relation, mode) -> held.merge(relation, mode, LockMode::orStronger));
            if (tree.is("AlterEnumStmt") && tree.text("oldVal").isEmpty()) {
                enumValues.add(tree.text("newVal"));
            }
        }
    }

    private void transactionStatement(ParsedStatement statement, String kind) {
        switch (kind) {
            case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> {
                if (transaction == 0) {
                    open(statement);
                }
            }
            case "TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE" -> close();
            default -> {
            }
        }
    }

    private void set(Tree tree) {
        String value = tree.list("args").stream().findFirst().map(each -> each.struct("sval").text("sval")
                + each.struct("ival").number("ival")).orElse("");
        boolean off = tree.text("kind").equals("VAR_RESET") || tree.text("kind").equals("VAR_SET_DEFAULT")
                || value.equals("0") || value.startsWith("00");
        switch (tree.text("name")) {
            case "lock_timeout" -> {
                if (tree.flag("is_local")) {
                    localLockTimeout = !off && transaction > 0;
                } else {
                    lockTimeout = !off;
                }
            }
            case "timezone" -> utc = value.startsWith("UTC") || value.startsWith("Etc/UTC") || value.startsWith("GMT");
            default -> {
            }
        }
    }

    /** Number of the open transaction, 0 outside any. */
    int transaction() {
        return transaction;
    }

    /** The BEGIN of the open transaction; null outside any, and in one that the tool has opened. */
    @Nullable
    ParsedStatement begun() {
        return begun;
    }

    boolean wrapped() {
        return wrapped;
    }

    boolean utc() {
        return utc;
    }

    boolean hasLockTimeout() {
        return lockTimeout || localLockTimeout;
    }

    /** Locks that earlier statements of the open transaction hold. */
    Map<String, LockMode> held() {
        return held;
    }

    Set<String> enumValues() {
        return enumValues;
    }

    void add(String constraint) {
        added.add(constraint);
    }

    boolean added(String constraint) {
        return added.contains(constraint);
    }
}
