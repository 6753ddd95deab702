package dev.ferryman.schemachange;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A table that a change of keys reaches.
 *
 * @param schema its schema
 * @param name its name
 * @param estimatedRows what the statistics say
 * @param columns its columns that change, its own key first
 * @param indexes its indexes that hold one of them
 */
public record KeyChangeTable(String schema, String name, long estimatedRows, List<KeyChangeColumn> columns,
        List<Index> indexes) {
    public KeyChangeTable {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
    }

    /**
     * An index over columns alone.
     *
     * @param name its name
     * @param role what it is to the table
     * @param columns its columns in order
     * @param options what follows each column, such as {@code DESC}, in the same order; empty where nothing does
     * @param tail what follows the columns, such as {@code INCLUDE (…)}; empty where nothing does
     * @param method how it is kept: {@code btree} or {@code hash}; plans that were written down without one have the first
     */
    public record Index(String name, Role role, List<String> columns, List<String> options, String tail,
            String method) {
        public Index {
            method = Objects.requireNonNullElse(method, "btree");
            columns = List.copyOf(columns);
            options = List.copyOf(options);
        }
    }

    /** What an index is to its table. */
    public enum Role {
        /** Of the primary key. */
        PRIMARY_KEY,
        /** Of a constraint. */
        UNIQUE_CONSTRAINT,
        /** Unique, without a constraint. */
        UNIQUE,
        /** For speed only. */
        PLAIN;

        /** Whether no two rows may be equal in it. */
        public boolean unique() {
            return this != PLAIN;
        }
    }

    /** The column of that name, where it changes. */
    public Optional<KeyChangeColumn> column(String column) {
        return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }

    /** Schema and name for people. */
    public String title() {
        return schema + "." + name;
    }
}
