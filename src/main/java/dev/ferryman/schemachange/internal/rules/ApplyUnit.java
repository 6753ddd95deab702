package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.SqlScript;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a script is done together or not at all.
 *
 * @param last number of its last statement, a COMMIT counted in
 * @param begin the statement that begins its transaction; empty for a statement that refuses transactions
 * @param statements what runs in it, in their order
 */
public record ApplyUnit(int last, String begin, List<ParsedStatement> statements) {
    private static final Set<String> SERVER_WIDE = Set.of("CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt",
            "DropTableSpaceStmt", "AlterSystemStmt");
    private static final Set<String> OTHER_ROLE = Set.of("role", "session_authorization");

    public ApplyUnit {
        statements = List.copyOf(statements);
    }

    /** Whether it is a transaction. */
    public boolean transaction() {
        return !begin.isEmpty();
    }

    /**
     * The units of a script, in their order.
     *
     * @throws BadInputException where something in it could not be run exactly once
     */
    public static List<ApplyUnit> of(SqlScript script, ParsedScript parsed) {
        var session = new Session(script.origin(), parsed.statements());
        List<ApplyUnit> units = new ArrayList<>();
        List<ParsedStatement> open = new ArrayList<>();
        String begin = "";
        int transaction = 0;
        for (ParsedStatement statement : parsed.statements()) {
            refuse(script, parsed, statement);
            session.enter(statement);
            if (session.transaction() != transaction && !open.isEmpty()) {
                units.add(new ApplyUnit(open.getLast().number(), begin, open));
                open.clear();
            }
            transaction = session.transaction();
            session.leave(statement, Map.of());
            int after = session.transaction();
            if (transaction == 0 && after == 0) {
                boolean refuses = TransactionRules.refusesTransaction(statement.tree());
                units.add(new ApplyUnit(statement.number(), refuses ? "" : "BEGIN", List.of(statement)));
            } else if (transaction == 0) {
                begin = statement.sql();
            } else if (after == 0) {
                units.add(new ApplyUnit(statement.number(), begin.isEmpty() ? "BEGIN" : begin, open));
                open.clear();
                begin = "";
            } else {
                begin = begin.isEmpty() ? "BEGIN" : begin;
                open.add(statement);
            }
            transaction = after;
        }
        ParsedStatement never = session.begun();
        if (never != null) {
            throw refusal(script, parsed, never, "The transaction that begins here is never committed",
                    "Write COMMIT at its end.");
        }
        if (!open.isEmpty()) {
            units.add(new ApplyUnit(open.getLast().number(), begin, open));
        }
        return List.copyOf(units);
    }

    private static void refuse(SqlScript script, ParsedScript parsed, ParsedStatement statement) {
        Tree tree = statement.tree();
        String kind = tree.text("kind");
        if (kind.equals("TRANS_STMT_ROLLBACK") || kind.startsWith("TRANS_STMT_") && kind.contains("PREPARE")
                || tree.is("TransactionStmt") && tree.flag("chain")) {
            throw refusal(script, parsed, statement,
                    "‘" + statement.sql() + "’ ends a transaction in a way that could not "
                            + "be continued after an interruption",
                    "End transactions by COMMIT alone.");
        }
        if (tree.is("VariableSetStmt") && OTHER_ROLE.contains(tree.text("name"))) {
            throw refusal(script, parsed, statement, "‘" + statement.sql() + "’ changes who runs the script",
                    "Connect as that role instead: what was done is noted in the same transaction.");
        }
        if (SERVER_WIDE.contains(tree.kind())) {
            throw refusal(script, parsed, statement, "This changes the server, not this database",
                    "Do it beforehand, by hand.");
        }
        if (tree.is("CopyStmt") && tree.text("filename").isEmpty()) {
            throw refusal(script, parsed, statement, "COPY needs a client that sends or takes the rows",
                    "Use INSERT, or the team's own command.");
        }
        if (tree.is("IndexStmt") && tree.flag("concurrent") && tree.text("idxname").isEmpty()) {
            throw refusal(script, parsed, statement,
                    "An index built CONCURRENTLY needs a name here: by it an interrupted "
                            + "build is found again",
                    "Write the index's name.");
        }
    }

    private static BadInputException refusal(SqlScript script, ParsedScript parsed, ParsedStatement at, String what,
            String next) {
        return new BadInputException(script.name() + ":" + parsed.line(at.start()) + ": " + what + ".",
                "Nothing was run. " + next);
    }
}
