package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of the source.
 *
 * @param name name as declared
 * @param kind what kind of table it is
 * @param strict whether it is a STRICT table
 * @param withoutRowid whether it is a WITHOUT ROWID table
 * @param autoincrement whether its INTEGER PRIMARY KEY is AUTOINCREMENT
 * @param sequence its high-water mark in {@code sqlite_sequence}, null where it has none
 * @param rowidAlias the INTEGER PRIMARY KEY column, null where there is none
 * @param rowidName a name under which the rowid can be selected; null where there is no rowid, or where columns hide
 *        all of its names
 * @param columns columns in declared order, hidden columns of virtual tables left out
 * @param primaryKey names of the primary key's columns in key order, empty where there is none
 * @param indexes every index, those of constraints included, by name
 * @param foreignKeys foreign keys in declared order
 * @param checks CHECK constraints of columns and table in declared order
 * @param sql the CREATE statement
 * @param unread why its CREATE statement could not be read in full, null where it was
 */
public record SourceTable(String name, Kind kind, boolean strict, boolean withoutRowid, boolean autoincrement,
        @Nullable Long sequence, @Nullable String rowidAlias, @Nullable String rowidName, List<SourceColumn> columns,
        List<String> primaryKey, List<SourceIndex> indexes, List<SourceForeignKey> foreignKeys,
        List<SourceCheck> checks, String sql, @Nullable String unread) {
    public SourceTable {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        indexes = List.copyOf(indexes);
        foreignKeys = List.copyOf(foreignKeys);
        checks = List.copyOf(checks);
    }

    /** Kinds of tables. */
    public enum Kind {
        ORDINARY,
        /** Made by a module such as FTS5 or rtree: not data of its own. */
        VIRTUAL,
        /** Belongs to a virtual table. */
        SHADOW
    }

    /** The column of that name, compared as SQLite does (ASCII case aside); null where there is none. */
    public @Nullable SourceColumn column(String wanted) {
        for (var column : columns) {
            if (column.name().equalsIgnoreCase(wanted)) {
                return column;
            }
        }
        return null;
    }

    /**
     * A column.
     *
     * @param declaredType type as declared, empty where there is none
     * @param notNull whether NOT NULL is declared
     * @param defaultSql SQL of the default, null where there is none
     * @param collation declared collation in upper case, {@code BINARY} where none is
     * @param generated how the column is generated
     * @param generatedSql SQL of the generating expression, null where the column is not generated or it was not read
     */
    public record SourceColumn(String name, String declaredType, boolean notNull, @Nullable String defaultSql,
            String collation, Generated generated, @Nullable String generatedSql) {}

    /** How a column is generated. */
    public enum Generated {
        NO, VIRTUAL, STORED
    }

    /**
     * An index.
     *
     * @param origin what made it
     * @param partial whether it covers only the rows of a condition
     * @param whereSql SQL of that condition, null where it is not partial or it was not read
     * @param parts what it is over, in order
     * @param sql the CREATE statement, null for the index of a constraint
     */
    public record SourceIndex(String name, boolean unique, Origin origin, boolean partial, @Nullable String whereSql,
            List<IndexPart> parts, @Nullable String sql) {
        public SourceIndex {
            parts = List.copyOf(parts);
        }
    }

    /** What made an index. */
    public enum Origin {
        CREATE_INDEX, UNIQUE, PRIMARY_KEY
    }

    /**
     * One part of an index.
     *
     * @param column name of the column, null where the part is an expression
     * @param expressionSql SQL of the expression, null where the part is a column or it was not read
     * @param collation collation in upper case
     */
    public record IndexPart(@Nullable String column, @Nullable String expressionSql, String collation,
            boolean descending) {}

    /**
     * A foreign key.
     *
     * @param name name of its constraint, null where it has none
     * @param columns columns of the child
     * @param parent table it refers to, as written; it may be missing
     * @param parentColumns columns it refers to; those of the parent's primary key where it names none; empty where
     *        that cannot be resolved
     * @param onDelete action in SQL's words, such as {@code SET NULL}
     * @param onUpdate action in SQL's words
     */
    public record SourceForeignKey(@Nullable String name, List<String> columns, String parent,
            List<String> parentColumns, String onDelete, String onUpdate, boolean deferrable,
            boolean initiallyDeferred) {
        public SourceForeignKey {
            columns = List.copyOf(columns);
            parentColumns = List.copyOf(parentColumns);
        }
    }

    /** A CHECK with the name of its constraint, null where it has none. */
    public record SourceCheck(@Nullable String name, String sql) {}
}
