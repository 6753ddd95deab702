package dev.ferryman.schema;

import org.jspecify.annotations.Nullable;

/**
 * What one source column becomes.
 *
 * @param source column name in SQLite, as declared
 * @param target column name in PostgreSQL, unquoted
 * @param declaredType the declaration in SQLite, empty where there is none
 * @param type type in PostgreSQL
 * @param conversion how values are read on the way
 * @param notNull whether the target column is NOT NULL
 * @param defaultSql default expression in PostgreSQL's SQL, null where there is none (created mode only)
 * @param generatedSql expression of a generated column in PostgreSQL's SQL, null where the column is none
 * @param identity whether the column takes its values from a sequence or identity of the target; the sequence is set
 *        past the source's high-water mark
 * @param emptyAsNull whether the empty text becomes NULL, by a person's choice
 * @param collation what a created column of text compares under instead of the database's default, null for that default;
 *        in the schema of its table
 * @param why one sentence that a DBA reads: why this type and this conversion
 */
public record ColumnPlan(String source, String target, String declaredType, PgType type, Conversion conversion,
        boolean notNull, @Nullable String defaultSql, @Nullable String generatedSql, boolean identity,
        boolean emptyAsNull, @Nullable Collation collation, String why) {

    /** A column whose empty texts stay what they are. */
    public ColumnPlan(String source, String target, String declaredType, PgType type, Conversion conversion,
            boolean notNull, @Nullable String defaultSql, @Nullable String generatedSql, boolean identity,
            String why) {
        this(source, target, declaredType, type, conversion, notNull, defaultSql, generatedSql, identity, false, null,
                why);
    }

    /** Whether the backfill writes this column (generated columns are computed by the target). */
    public boolean written() {
        return conversion != Conversion.GENERATED;
    }
}
