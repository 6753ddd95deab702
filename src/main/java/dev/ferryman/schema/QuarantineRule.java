package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table go to quarantine instead of into their table. Names are the source's.
 *
 * @param kind what is wrong with the rows
 * @param columns the columns concerned: one for values and NULLs, those of the foreign key for orphans, none for a CHECK
 * @param reason why, for the person who reads the quarantine, without the value
 * @param condition for a CHECK its expression in SQLite's SQL, which is false for the rows; null otherwise
 * @param parent for orphans the source table they refer to, null otherwise
 * @param parentColumns for orphans the columns they refer to
 * @param accepted for values of an enum its labels, for dates the forms of {@link IsoText} that are read; empty where the type
 *        says all
 */
public record QuarantineRule(Kind kind, List<String> columns, String reason, @Nullable String condition,
        @Nullable String parent, List<String> parentColumns, List<String> accepted) {

    /** What is wrong with a row. */
    public enum Kind {
        /** A value that the column's type cannot hold exactly. */
        VALUES,
        /** NULL in a NOT NULL column. */
        NULLS,
        /** A CHECK is false. */
        CHECK,
        /** The row's parent is missing, or in quarantine itself. */
        ORPHANS
    }

    public QuarantineRule {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
        accepted = List.copyOf(accepted);
        if ((kind == Kind.CHECK) != (condition != null) || (kind == Kind.ORPHANS) != (parent != null)) {
            throw new IllegalArgumentException("a CHECK has a condition, orphans have a parent");
        }
        if (parentColumns.size() != (kind == Kind.ORPHANS ? columns.size() : 0)) {
            throw new IllegalArgumentException("a foreign key has as many columns as it refers to");
        }
    }

    /** Rows with a value that does not fit its column. */
    public static QuarantineRule values(String column, String reason, List<String> accepted) {
        return new QuarantineRule(Kind.VALUES, List.of(column), reason, null, null, List.of(), accepted);
    }

    /** Rows with NULL where it may not be. */
    public static QuarantineRule nulls(String column) {
        return new QuarantineRule(Kind.NULLS, List.of(column), "NULL, and the column is NOT NULL", null, null,
                List.of(), List.of());
    }

    /** Rows that break a CHECK. */
    public static QuarantineRule check(String condition) {
        return new QuarantineRule(Kind.CHECK, List.of(), "CHECK (" + condition + ") is false", condition, null,
                List.of(), List.of());
    }

    /** Rows without a parent in the target. */
    public static QuarantineRule orphans(List<String> columns, String parent, List<String> parentColumns) {
        return new QuarantineRule(Kind.ORPHANS, columns,
                "no row of " + parent + " with this (" + String.join(", ", parentColumns) + ") is in the target", null,
                parent, parentColumns, List.of());
    }
}
