package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one source table becomes.
 *
 * @param source table name in SQLite, as declared
 * @param targetSchema schema in PostgreSQL, unquoted
 * @param target table name in PostgreSQL, unquoted
 * @param withoutRowid whether the source is a WITHOUT ROWID table (it then has a key, and no rowid to chunk by)
 * @param rowidAlias source name of the INTEGER PRIMARY KEY column, null where there is none
 * @param key what identifies a row on both sides
 * @param columns columns in source order
 * @param createSql statement that creates the bare table (columns, types, NOT NULL, defaults, generated columns,
 *        identities), null in existing mode
 * @param afterLoad statements to run after the data is in, in order: see {@link AfterLoad}
 * @param quarantine which rows go to quarantine instead, in the order in which a reason is looked for
 * @param replace whether rows that the target's table holds already are removed first, by a person's choice
 * @param rows rows counted by the profile
 */
public record TablePlan(String source, String targetSchema, String target, boolean withoutRowid,
        @Nullable String rowidAlias, TableKey key, List<ColumnPlan> columns, @Nullable String createSql,
        List<AfterLoad> afterLoad, List<QuarantineRule> quarantine, boolean replace, long rows) {
    public TablePlan {
        columns = List.copyOf(columns);
        afterLoad = List.copyOf(afterLoad);
        quarantine = List.copyOf(quarantine);
    }

    /** A table all of whose rows go into an empty table. */
    public TablePlan(String source, String targetSchema, String target, boolean withoutRowid,
            @Nullable String rowidAlias, TableKey key, List<ColumnPlan> columns, @Nullable String createSql,
            List<AfterLoad> afterLoad, long rows) {
        this(source, targetSchema, target, withoutRowid, rowidAlias, key, columns, createSql, afterLoad, List.of(),
                false, rows);
    }
}
