package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SqlNames;
import java.util.ArrayList;
import java.util.List;

/** Plans the CHECK constraints of one created table. */
final class CheckPlanner {
    private final TableDraft draft;
    private final Decisions decisions;
    private final Findings findings;

    CheckPlanner(TableDraft draft, Decisions decisions, Findings findings) {
        this.decisions = decisions;
        this.draft = draft;
        this.findings = findings;
    }

    void plan(List<AfterLoad> statements) {
        var expressions = new ExpressionTranslator(draft::expressionColumn);
        for (var i = 0; i < draft.source.checks().size(); i++) {
            var check = draft.source.checks().get(i);
            try {
                var condition = expressions.translateCondition(check.sql());
                if (!condition.immutable()) {
                    throw new UntranslatableException("it is not immutable");
                }
                var wanted = check.name() == null ? draft.source.name() + "_check" + (i == 0 ? "" : i) : check.name();
                var name = draft.constraintNames.take(wanted);
                var broken = draft.profile.violation(Violation.Kind.CHECK, i);
                var choice = broken == null ? null : decide(check.sql(), broken);
                if (choice != Choice.SKIP) {
                    statements.add(new AfterLoad(AfterLoad.Kind.CHECK, name,
                            "ALTER TABLE " + draft.sql() + " ADD CONSTRAINT " + SqlNames.quote(name) + " CHECK ("
                                    + condition.text() + ")" + (choice == Choice.WIDEN ? " NOT VALID" : ""),
                            "CHECK (" + check.sql() + ")"));
                }
            } catch (UntranslatableException e) {
                findings.warning(draft.source.name(), null, "check-left-out", "CHECK (" + check.sql()
                        + ") is left out, for it is not known to mean the same in PostgreSQL: " + e.getMessage() + ".");
            }
        }
    }

    private Choice decide(String sql, Profile.Violation broken) {
        var options = new ArrayList<Option>();
        options.add(new Option(Choice.WIDEN, "the CHECK is created NOT VALID: it holds for new rows only"));
        if (draft.quarantinable() && broken.count() < draft.profile.rows()) {
            options.add(new Option(Choice.QUARANTINE, "the CHECK holds; rows that break it go to quarantine, and with"
                    + " them the rows that refer to them"));
        }
        options.add(new Option(Choice.SKIP, "the CHECK is left out"));
        options.add(new Option(Choice.FAIL, "the copy is refused until the data or this choice changes"));
        var table = draft.source.name();
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.CHECK, table, null, sql.strip(),
                "check-broken", "Rows break CHECK (" + sql + ").", broken.count(), broken.exampleKeys(), options,
                Choice.WIDEN));
        var effect = switch (choice) {
            case WIDEN -> "it is created NOT VALID, so that it holds for new rows only.";
            case QUARANTINE -> "they go to ferryman.quarantine, as chosen.";
            case SKIP -> "it is left out, as chosen.";
            case CONVERT, REPLACE, FAIL -> null;
        };
        if (choice == Choice.QUARANTINE) {
            draft.quarantine.add(QuarantineRule.check(sql));
        }
        if (effect != null) {
            findings.add(Severity.WARNING, table, null, "check-broken", "Rows break CHECK (" + sql + "): " + effect,
                    broken.count(), broken.exampleKeys());
        }
        return choice;
    }
}
