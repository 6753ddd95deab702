package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.TargetSchema.TargetTable;
import dev.ferryman.schema.TargetSchema.TargetUnique;
import java.util.List;

/** What an existing table lets in, foreign keys aside: its keys and UNIQUEs are looked at, its other rules named. */
final class ExistingRules {
    private final TableDraft draft;
    private final TargetTable target;
    private final Findings findings;

    ExistingRules(TableDraft draft, TargetTable target, Findings findings) {
        this.draft = draft;
        this.target = target;
        this.findings = findings;
    }

    void plan() {
        for (var unique : target.uniques()) {
            var fit = draft.profile.targetFit(unique.name());
            var columns = columns(unique);
            if (fit != null && fit.count() > 0 && columns.size() == unique.columns().size()) {
                findings.add(Severity.BLOCKER, draft.source.name(), null, "target-duplicates", "The target's "
                        + unique.name() + " lets no two rows have the same (" + String.join(", ", unique.columns())
                        + "), and rows of the source have" + same(columns)
                        + ". Correct them in the source, or drop it in the target.",
                        fit.count(), fit.exampleKeys());
            }
        }
        for (var rule : target.rules()) {
            findings.info(draft.source.name(), null, "target-rule",
                    "Only PostgreSQL can apply the target's " + rule.name()
                            + ": a row that breaks it stops the copy. " + rule.sql());
        }
    }

    /** The columns in the plan that it is over. */
    private List<ColumnPlan> columns(TargetUnique unique) {
        return unique.columns().stream()
                .flatMap(name -> draft.columns.stream().filter(column -> column.target().equals(name))).toList();
    }

    private static String same(List<ColumnPlan> columns) {
        return columns.stream().anyMatch(column -> column.type().base() == Base.CITEXT)
                ? ": citext takes upper and lower case for the same"
                : " once they are read as the target's types";
    }
}
