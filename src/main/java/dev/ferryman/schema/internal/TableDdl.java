package dev.ferryman.schema.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only the text of a CREATE TABLE tells: SQLite's PRAGMAs keep silent about it. */
record TableDdl(List<Column> columns, List<Check> checks, List<ForeignKey> foreignKeys, boolean autoincrement) {
    /**
     * One column.
     *
     * @param collation declared collation, BINARY where none is
     * @param generated SQL of a generated column's expression, null where it is none
     */
    record Column(String name, String collation, @Nullable String generated) {}

    /** A CHECK of a column or of the table, with the name of its constraint where it has one. */
    record Check(@Nullable String name, String sql) {}

    /** A foreign key, in the order of declaration; columns as written. */
    record ForeignKey(@Nullable String name, List<String> columns, String parent, boolean deferrable,
            boolean initiallyDeferred) {}
}
