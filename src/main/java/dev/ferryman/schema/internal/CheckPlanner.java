package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SqlNames;
import java.util.List;

/** Plans the CHECK constraints of one created table. */
final class CheckPlanner {
    private final TableDraft draft;
    private final Findings findings;

    CheckPlanner(TableDraft draft, Findings findings) {
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
                if (broken != null) {
                    findings.add(Severity.WARNING, draft.source.name(), null, "check-broken", "Rows break CHECK ("
                            + check.sql() + "): it is created NOT VALID, so that it holds for new rows only.",
                            broken.count(), broken.exampleKeys());
                }
                statements.add(new AfterLoad(AfterLoad.Kind.CHECK, name,
                        "ALTER TABLE " + draft.sql() + " ADD CONSTRAINT " + SqlNames.quote(name) + " CHECK ("
                                + condition.text() + ")" + (broken == null ? "" : " NOT VALID"),
                        "CHECK (" + check.sql() + ")"));
            } catch (UntranslatableException e) {
                findings.warning(draft.source.name(), null, "check-left-out", "CHECK (" + check.sql()
                        + ") is left out, for it is not known to mean the same in PostgreSQL: " + e.getMessage() + ".");
            }
        }
    }
}
