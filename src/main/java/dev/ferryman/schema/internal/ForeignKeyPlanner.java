package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceTable.SourceForeignKey;
import dev.ferryman.schema.SqlNames;
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
    private final Findings findings;

    /** @param drafts finds the other tables of the plan by name, case aside */
    ForeignKeyPlanner(TableDraft draft, Function<String, @Nullable TableDraft> drafts, Findings findings) {
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

    private static String describe(SourceForeignKey key) {
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
            if (child == null || other == null || !comparable(child.type().base(), other.type().base())) {
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
        statements.add(new AfterLoad(AfterLoad.Kind.FOREIGN_KEY, name, sql.toString(), source));
        var orphans = draft.profile.violation(Violation.Kind.ORPHAN, position);
        if (orphans == null) {
            statements.add(new AfterLoad(AfterLoad.Kind.VALIDATE_FOREIGN_KEY, name,
                    "ALTER TABLE " + draft.sql() + " VALIDATE CONSTRAINT " + SqlNames.quote(name), source));
        } else {
            findings.add(Severity.WARNING, draft.source.name(), null, "orphans", "Rows refer to parents that are not"
                    + " there, by the foreign key " + describe(key)
                    + ": it stays NOT VALID, so that it holds for new rows only.", orphans.count(),
                    orphans.exampleKeys());
        }
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
