package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SourceTable.SourceForeignKey;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plans the foreign keys of one created table: added NOT VALID, then validated where no row is an orphan. */
final class ForeignKeyPlanner {
    private final TableDraft draft;
    private final Function<String, @Nullable TableDraft> drafts;
    private final Decisions decisions;
    private final Findings findings;

    /** @param drafts finds the other tables of the plan by name, case aside */
    ForeignKeyPlanner(TableDraft draft, Function<String, @Nullable TableDraft> drafts, Decisions decisions,
            Findings findings) {
        this.decisions = decisions;
        this.draft = draft;
        this.drafts = drafts;
        this.findings = findings;
    }

    /** Plans all of them; answers the parents' source names. */
    Set<String> plan(List<AfterLoad> statements) {
        Set<String> parents = new HashSet<>();
        for (var i = 0; i < draft.source.foreignKeys().size(); i++) {
            var key = draft.source.foreignKeys().get(i);
            try {
                var parent = parent(key);
                parents.add(parent.source.name());
                add(i, key, parent, statements);
            } catch (UntranslatableException e) {
                findings.warning(draft.source.name(), null, "foreign-key-left-out",
                        "The foreign key " + describe(key) + " is left out: " + e.getMessage() + ".");
            }
        }
        return parents;
    }

    /** Names a foreign key within its table, in a plan file too. */
    static String describe(SourceForeignKey key) {
        return "(" + String.join(", ", key.columns()) + ") REFERENCES " + key.parent()
                + (key.parentColumns().isEmpty() ? "" : " (" + String.join(", ", key.parentColumns()) + ")");
    }

    private TableDraft parent(SourceForeignKey key) throws UntranslatableException {
        var parent = drafts.apply(key.parent());
        if (parent == null) {
            throw new UntranslatableException("the table it refers to is not there");
        }
        if (key.parentColumns().isEmpty()
                || key.parentColumns().stream().anyMatch(column -> parent.column(column) == null)) {
            throw new UntranslatableException("the columns it refers to are not there");
        }
        if (!isReferable(parent, key.parentColumns())) {
            throw new UntranslatableException("no primary key or plain UNIQUE is over the columns it refers to");
        }
        for (var i = 0; i < key.columns().size(); i++) {
            var child = draft.column(key.columns().get(i));
            var other = parent.column(key.parentColumns().get(i));
            if (child == null || other == null) {
                throw new UntranslatableException("a column of it stays behind");
            }
            if (!comparable(child.type().base(), other.type().base())) {
                throw new UntranslatableException("its columns are of different types in the target");
            }
        }
        return parent;
    }

    private static boolean comparable(Base child, Base parent) {
        return TableDraft.comparable(child).equals(TableDraft.comparable(parent))
                || (parent == Base.NUMERIC && TableDraft.comparable(child).equals("integer"));
    }

    private static boolean isReferable(TableDraft parent, List<String> wanted) {
        if (IndexPlanner.hasPrimaryKey(parent) && same(parent.source.primaryKey(), wanted)) {
            return true;
        }
        for (var i = 0; i < parent.source.indexes().size(); i++) {
            var columns = IndexPlanner.referable(parent, i);
            if (columns != null && same(columns, wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(List<String> left, List<String> right) {
        return left.size() == right.size()
                && right.stream().allMatch(wanted -> left.stream().anyMatch(wanted::equalsIgnoreCase));
    }

    private void add(int position, SourceForeignKey key, TableDraft parent, List<AfterLoad> statements) {
        var name = draft.constraintNames.take(
                key.name() == null ? CreatePlanner.derivedName(draft, key.columns(), "fkey") : key.name());
        var sql = new StringBuilder("ALTER TABLE ").append(draft.sql()).append(" ADD CONSTRAINT ")
                .append(SqlNames.quote(name)).append(" FOREIGN KEY (").append(columns(draft, key.columns()))
                .append(") REFERENCES ").append(parent.sql()).append(" (").append(columns(parent, key.parentColumns()))
                .append(")");
        if (!key.onDelete().equals("NO ACTION")) {
            sql.append(" ON DELETE ").append(key.onDelete());
        }
        if (!key.onUpdate().equals("NO ACTION")) {
            sql.append(" ON UPDATE ").append(key.onUpdate());
        }
        if (key.deferrable()) {
            sql.append(key.initiallyDeferred() ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE");
        }
        sql.append(" NOT VALID");
        var source = "FOREIGN KEY " + describe(key);
        var choice = orphans(position, key, parent);
        if (choice != Choice.SKIP) {
            statements.add(new AfterLoad(AfterLoad.Kind.FOREIGN_KEY, name, sql.toString(), source));
        }
        if (choice != Choice.SKIP && choice != Choice.WIDEN) {
            draft.enforced.add(new TableDraft.EnforcedKey(key.columns(), parent.source.name(), key.parentColumns()));
            statements.add(new AfterLoad(AfterLoad.Kind.VALIDATE_FOREIGN_KEY, name,
                    "ALTER TABLE " + draft.sql() + " VALIDATE CONSTRAINT " + SqlNames.quote(name), source));
        }
    }

    /** What becomes of rows without a parent; null where there is none. */
    private @Nullable Choice orphans(int position, SourceForeignKey key, TableDraft parent) {
        var orphans = draft.profile.violation(Violation.Kind.ORPHAN, position);
        if (orphans == null) {
            return null;
        }
        var count = orphans.count() - emptied(key);
        if (count <= 0) {
            return null;
        }
        var options = new ArrayList<Option>();
        options.add(new Option(Choice.WIDEN, "the foreign key stays NOT VALID: it holds for new rows only"));
        if (draft.quarantinable() && count < draft.profile.rows()) {
            options.add(new Option(Choice.QUARANTINE, "the foreign key holds; rows without a parent go to quarantine,"
                    + " and with them the rows that refer to them"));
        }
        options.add(new Option(Choice.SKIP, "the foreign key is left out"));
        options.add(new Option(Choice.FAIL, "the copy is refused until the data or this choice changes"));
        var table = draft.source.name();
        var message = "Rows refer to parents that are not there, by the foreign key " + describe(key);
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.FOREIGN_KEY, table, null, describe(key),
                "orphans", message + ".", count, orphans.exampleKeys(), options, Choice.WIDEN));
        var effect = switch (choice) {
            case WIDEN -> "it stays NOT VALID, so that it holds for new rows only.";
            case QUARANTINE -> "they go to ferryman.quarantine, as chosen.";
            case SKIP -> "it is left out, as chosen.";
            case CONVERT, REPLACE, FAIL -> null;
        };
        if (choice == Choice.QUARANTINE) {
            draft.quarantine
                    .add(QuarantineRule.orphans(key.columns(), parent.source.name(), key.parentColumns()));
        }
        if (effect != null) {
            findings.add(Severity.WARNING, table, null, "orphans", message + ": " + effect, count,
                    orphans.exampleKeys());
        }
        return choice;
    }

    /** Rows whose foreign key is an empty text that becomes NULL refer to nobody any more. */
    private long emptied(SourceForeignKey key) {
        var column = key.columns().size() == 1 ? draft.column(key.columns().getFirst()) : null;
        return column != null && column.emptyAsNull()
                ? draft.profile.column(column.source()).count(Trait.TEXT_EMPTY)
                : 0;
    }

    private static String columns(TableDraft table, List<String> names) {
        var quoted = new ArrayList<String>();
        for (var name : names) {
            var column = table.column(name);
            if (column != null) {
                quoted.add(SqlNames.quote(column.target()));
            }
        }
        return String.join(", ", quoted);
    }
}
