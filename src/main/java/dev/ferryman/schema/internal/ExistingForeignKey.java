package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SourceTable.SourceForeignKey;
import dev.ferryman.schema.TargetSchema.TargetForeignKey;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A foreign key that the target has: its rows must all have a parent, whatever the source says of them. */
final class ExistingForeignKey {
    private final TableDraft draft;
    private final @Nullable TableDraft parent;
    private final TargetForeignKey key;
    private final Decisions decisions;
    private final Findings findings;

    /** @param parent the table that it refers to, null where that is not in the plan */
    ExistingForeignKey(TableDraft draft, @Nullable TableDraft parent, TargetForeignKey key, Decisions decisions,
            Findings findings) {
        this.draft = draft;
        this.parent = parent;
        this.key = key;
        this.decisions = decisions;
        this.findings = findings;
    }

    void plan() {
        if (parent == null) {
            return;
        }
        var columns = sourceNames(draft, key.columns());
        var parentColumns = sourceNames(parent, key.parentColumns());
        if (columns.size() != key.columns().size() || parentColumns.size() != key.parentColumns().size()) {
            return;
        }
        draft.enforced.add(new TableDraft.EnforcedKey(columns, parent.source.name(), parentColumns));
        var declared = declared(columns);
        var subject = ForeignKeyPlanner.describe(declared < 0
                ? new SourceForeignKey(null, columns, parent.source.name(), parentColumns, "", "", false, false)
                : draft.source.foreignKeys().get(declared));
        var fit = draft.profile.targetFit(key.name());
        var orphans = declared < 0 ? null : draft.profile.violation(Violation.Kind.ORPHAN, declared);
        if (fit != null) {
            decide(subject, fit.count(), fit.exampleKeys(), columns, parentColumns, fit.plain());
        } else if (orphans != null) {
            decide(subject, orphans.count(), orphans.exampleKeys(), columns, parentColumns, true);
        }
    }

    /** Position of the source's own foreign key, negative where it has none. */
    private int declared(List<String> columns) {
        for (var i = 0; i < draft.source.foreignKeys().size(); i++) {
            var declared = draft.source.foreignKeys().get(i);
            if (parent != null && declared.columns().equals(columns)
                    && declared.parent().equalsIgnoreCase(parent.source.name())) {
                return i;
            }
        }
        return -1;
    }

    /** @param plain whether the rows can be told apart by SQLite itself, which quarantine needs */
    private void decide(String subject, long found, List<String> exampleKeys, List<String> columns,
            List<String> parentColumns, boolean plain) {
        var count = found - emptied(columns);
        if (parent == null || count <= 0) {
            return;
        }
        var options = new ArrayList<Option>();
        var quarantine = plain && draft.quarantinable() && count < draft.profile.rows();
        if (quarantine) {
            options.add(new Option(Choice.QUARANTINE, "rows without a parent go to quarantine, and with them the rows"
                    + " that refer to them"));
        }
        options.add(new Option(Choice.FAIL, "the copy is refused until the data or this choice changes"));
        var table = draft.source.name();
        var message = "The target's foreign key " + key.name()
                + " holds for every row, and rows of the source refer to parents that are not there.";
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.FOREIGN_KEY, table, null, subject, "orphans",
                message, count, exampleKeys, options, quarantine ? Choice.QUARANTINE : Choice.FAIL));
        if (choice == Choice.QUARANTINE) {
            findings.add(Severity.WARNING, table, null, "orphans", message
                    + " They go to ferryman.quarantine, as chosen.", count, exampleKeys);
            draft.quarantine.add(QuarantineRule.orphans(columns, parent.source.name(), parentColumns));
        }
    }

    private long emptied(List<String> columns) {
        var column = columns.size() == 1 ? draft.column(columns.getFirst()) : null;
        return column != null && column.emptyAsNull()
                ? draft.profile.column(column.source()).count(Trait.TEXT_EMPTY)
                : 0;
    }

    private static List<String> sourceNames(TableDraft table, List<String> targets) {
        return targets.stream().flatMap(target -> table.columns.stream().filter(c -> c.target().equals(target)))
                .map(ColumnPlan::source).toList();
    }
}
