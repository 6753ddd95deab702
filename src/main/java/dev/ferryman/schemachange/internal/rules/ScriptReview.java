package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.Finding;
import dev.ferryman.schemachange.ReviewedStatement;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.SqlScript;
import dev.ferryman.schemachange.TakenLock;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Goes through a script, statement by statement, as the session that would run it. */
public final class ScriptReview {
    private static final Map<String, StatementRules> RULES = rules(new AlterTableRules(), new IndexRules(),
            new DropRules(), new RenameRules(), new TableRules(), new DataRules(), new TypeRules(), new ObjectRules());
    /** Statements that change no schema and take no lock that matters. */
    private static final Set<String> HARMLESS = Set.of("TransactionStmt", "VariableSetStmt", "VariableShowStmt",
            "DiscardStmt", "NotifyStmt", "ExplainStmt", "CheckPointStmt", "ConstraintsSetStmt");

    private final ParsedScript script;
    private final Catalog catalog;
    private final int version;
    private final Session session;
    private final Outlook outlook;
    private final TransactionRules transactions = new TransactionRules();

    private ScriptReview(SqlScript source, ParsedScript script, Catalog catalog, int version) {
        this.script = script;
        this.catalog = catalog;
        this.version = version;
        this.session = new Session(source.origin(), script.statements());
        this.outlook = new Outlook(script.statements(), catalog);
    }

    private static Map<String, StatementRules> rules(StatementRules... all) {
        Map<String, StatementRules> byKind = new HashMap<>();
        for (StatementRules rules : all) {
            rules.kinds().forEach(kind -> byKind.put(kind, rules));
        }
        return Map.copyOf(byKind);
    }

    /** Names of relations, without schema, that a script mentions: what has to be looked up on a target. */
    public static Set<String> relations(ParsedScript script) {
        Set<String> names = new HashSet<>();
        for (ParsedStatement statement : script.statements()) {
            statement.tree().walk(node -> relationNames(node, names));
            // The last name of what is dropped or commented on is a relation's, a column's or a trigger's; more is no harm.
            statement.tree().list("objects").forEach(object -> names.addAll(object.names("items")));
            statement.tree().child("object").ifPresent(object -> names.addAll(object.names("items")));
            for (String field : List.of("relation", "view", "table", "sequence")) {
                add(names, statement.tree().struct(field).text("relname"));
            }
        }
        return names;
    }

    private static void relationNames(Tree node, Set<String> names) {
        add(names, node.text("relname"));
        add(names, node.struct("relation").text("relname"));
        add(names, node.struct("pktable").text("relname"));
        add(names, node.struct("name").text("relname"));
        add(names, node.text("indexname"));
    }

    private static void add(Set<String> names, String name) {
        if (!name.isEmpty()) {
            names.add(name);
        }
    }

    /** Names of functions, without schema, that a script calls, and of domains that it changes. */
    public static Set<String> functions(ParsedScript script) {
        Set<String> names = new HashSet<>();
        for (ParsedStatement statement : script.statements()) {
            statement.tree().walk(node -> {
                if (node.is("FuncCall")) {
                    names.add(node.names("funcname").getLast());
                }
            });
        }
        return names;
    }

    /** Names of domains that a script changes: the tables that use them are read. */
    public static Set<String> domains(ParsedScript script) {
        Set<String> names = new HashSet<>();
        script.statements().stream().map(ParsedStatement::tree).filter(tree -> tree.is("AlterDomainStmt"))
                .forEach(tree -> names.add(tree.names("typeName").getLast()));
        return names;
    }

    /**
     * Reviews a script.
     *
     * @param catalog what is known of the target; changed as the script would change the target
     * @param version major version of the server
     */
    public static List<ReviewedStatement> review(SqlScript source, ParsedScript script, Catalog catalog, int version) {
        return new ScriptReview(source, script, catalog, version).review();
    }

    private List<ReviewedStatement> review() {
        var memory = new ScriptMemory(catalog, session);
        List<Reviewed> reviewed = new ArrayList<>();
        for (ParsedStatement statement : script.statements()) {
            session.enter(statement);
            var verdict = new Verdict(new Surroundings(statement, catalog, version, outlook, session));
            judge(verdict, statement.tree());
            transactions.review(verdict);
            memory.remember(statement.tree());
            int transaction = session.transaction();
            session.leave(statement, verdict.locks());
            reviewed.add(new Reviewed(statement, verdict, Math.max(transaction, session.transaction())));
            if (statement.tree().text("name").equals("search_path")) {
                transactions.searchPathSet();
            }
        }
        ParsedStatement open = session.begun();
        return reviewed.stream().map(each -> statement(each, each.statement().equals(open))).toList();
    }

    private record Reviewed(ParsedStatement statement, Verdict verdict, int transaction) {}

    private static void judge(Verdict verdict, Tree tree) {
        StatementRules rules = RULES.get(tree.kind());
        if (rules != null) {
            rules.review(verdict);
        } else if (HARMLESS.contains(tree.kind())) {
            verdict.does(tree.is("TransactionStmt") ? "begin or end a transaction" : "change or show the session");
        } else {
            verdict.does("something that the review has no rule for");
            verdict.find(Rule.OPAQUE, Risk.LOW, tree, "The review has no rule for this kind of statement.", "");
        }
    }

    private ReviewedStatement statement(Reviewed reviewed, boolean neverCommitted) {
        ParsedStatement statement = reviewed.statement();
        Verdict verdict = reviewed.verdict();
        if (neverCommitted) {
            verdict.find(Rule.NOT_COMMITTED, statement.tree(), "The transaction that begins here is never committed.",
                    "COMMIT; -- at the end");
        }
        List<Finding> findings = verdict.findings().stream().map(each -> finding(statement, each))
                .sorted(Comparator.comparing(Finding::risk).reversed()).toList();
        List<TakenLock> locks = verdict.locks().entrySet().stream()
                .map(each -> new TakenLock(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(TakenLock::mode).reversed()).toList();
        Risk risk = findings.isEmpty() ? Risk.LOW : findings.getFirst().risk();
        Optional<Duration> duration = catalog.live() && verdict.scan() != Answer.NO
                ? Optional.of(verdict.held())
                : Optional.empty();
        return new ReviewedStatement(statement.number(), script.line(statement.start()),
                script.line(statement.start() + statement.sql().length() - 1), script.column(statement.start()),
                statement.sql(), verdict.doing(), reviewed.transaction(), locks, verdict.rewrite(), verdict.scan(),
                duration,
                verdict.oldCode(), verdict.undo(), risk, why(risk, findings, locks), findings);
    }

    private static String why(Risk risk, List<Finding> findings, List<TakenLock> locks) {
        if (risk != Risk.LOW) {
            return findings.getFirst().what();
        }
        return locks.isEmpty() || !locks.getFirst().mode().blocksWrites()
                ? "It keeps nobody from reading or writing."
                : "Its lock is held for an instant only.";
    }

    private Finding finding(ParsedStatement statement, Verdict.Spoken spoken) {
        int at = spoken.location() < 0
                ? statement.start()
                : Math.max(statement.start(), script.bytes().character(spoken.location()));
        return new Finding(spoken.rule(), spoken.risk(), script.line(at), script.column(at), spoken.what(),
                spoken.safer());
    }
}
