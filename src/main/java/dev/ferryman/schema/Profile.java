package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a source are: all rows of all its ordinary tables, none sampled.
 *
 * @param tables one entry per ordinary table, in the schema's order
 */
public record Profile(List<TableProfile> tables) {
    public Profile {
        tables = List.copyOf(tables);
    }

    /** The profile of a table; null where it was not profiled. */
    public @Nullable TableProfile table(String name) {
        return tables.stream().filter(table -> table.table().equals(name)).findFirst().orElse(null);
    }

    /**
     * One table.
     *
     * @param rows rows read
     * @param columns one entry per column, in the table's order
     * @param violations rows that break a declared constraint, under the rules PostgreSQL will apply
     * @param targetFits what was found of constraints of an existing target, those that every row keeps included
     */
    public record TableProfile(String table, long rows, List<ColumnProfile> columns, List<Violation> violations,
            List<TargetFit> targetFits) {
        public TableProfile {
            columns = List.copyOf(columns);
            violations = List.copyOf(violations);
            targetFits = List.copyOf(targetFits);
        }

        /** A table that was not held against a target. */
        public TableProfile(String table, long rows, List<ColumnProfile> columns, List<Violation> violations) {
            this(table, rows, columns, violations, List.of());
        }

        /** The same table, held against an existing target. */
        public TableProfile with(List<TargetFit> found) {
            return new TableProfile(table, rows, columns, violations, found);
        }

        /** What was found of a constraint of the target; null where it was not looked for. */
        public @Nullable TargetFit targetFit(String constraint) {
            return targetFits.stream().filter(fit -> fit.constraint().equals(constraint)).findFirst().orElse(null);
        }

        /** The profile of a column of this table. */
        public ColumnProfile column(String name) {
            return columns.stream().filter(column -> column.column().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no column " + name + " in " + table));
        }

        /** The violation of one constraint; null where all rows keep it. */
        public @Nullable Violation violation(Violation.Kind kind, int position) {
            return violations.stream().filter(v -> v.kind() == kind && v.position() == position).findFirst()
                    .orElse(null);
        }
    }

    /**
     * Rows that break one declared constraint.
     *
     * @param position position of the constraint in the list of its kind in {@link SourceTable}
     * @param count rows concerned (for duplicates: groups of rows)
     * @param exampleKeys up to five keys, rendered for a person
     */
    public record Violation(Kind kind, int position, long count, List<String> exampleKeys) {
        public Violation {
            exampleKeys = List.copyOf(exampleKeys);
        }

        /** What is broken. */
        public enum Kind {
            /** A foreign key whose parent is missing when text is compared byte by byte. */
            ORPHAN,
            /** A CHECK that is false. */
            CHECK,
            /** Rows of a unique index that become equal once their values are written as text. */
            DUPLICATE_AS_TEXT
        }
    }

    /**
     * How the rows fit a UNIQUE or foreign key that an existing target has, compared as the target compares: under its
     * types, and without case in {@code citext}.
     *
     * @param constraint its name in the target
     * @param count rows that break it
     * @param exampleKeys up to five of their keys, rendered for a person; of duplicates, those that are the same follow
     *        each other
     * @param plain whether SQLite compares these values in the same way
     */
    public record TargetFit(String constraint, long count, List<String> exampleKeys, boolean plain) {
        public TargetFit {
            exampleKeys = List.copyOf(exampleKeys);
        }
    }
}
