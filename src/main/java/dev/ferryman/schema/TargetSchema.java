package dev.ferryman.schema;

import dev.ferryman.schema.internal.TargetReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema of PostgreSQL holds already.
 *
 * @param name the schema, unquoted
 * @param tables its ordinary and partitioned tables, by name
 */
public record TargetSchema(String name, List<TargetTable> tables) {
    public TargetSchema {
        tables = List.copyOf(tables);
    }

    /**
     * Reads a schema; one that does not exist has no tables.
     *
     * @param schema its name, unquoted
     */
    public static TargetSchema read(Connection postgres, String schema) throws SQLException {
        return TargetReader.read(postgres, schema);
    }

    /**
     * A table.
     *
     * @param empty whether it holds no row
     * @param uniqueKeys columns of the primary key and of each UNIQUE index without condition or expression
     * @param foreignKeys its foreign keys to tables of the same schema
     */
    public record TargetTable(String name, boolean empty, List<TargetColumn> columns, List<List<String>> uniqueKeys,
            List<TargetForeignKey> foreignKeys) {
        public TargetTable {
            columns = List.copyOf(columns);
            uniqueKeys = List.copyOf(uniqueKeys);
            foreignKeys = List.copyOf(foreignKeys);
        }

        /** The same table as if it held no row. */
        public TargetTable emptied() {
            return new TargetTable(name, true, columns, uniqueKeys, foreignKeys);
        }
    }

    /** A foreign key, its columns in the order of those they refer to. */
    public record TargetForeignKey(String name, List<String> columns, String parent, List<String> parentColumns) {
        public TargetForeignKey {
            columns = List.copyOf(columns);
            parentColumns = List.copyOf(parentColumns);
        }
    }

    /**
     * A column.
     *
     * @param type its type; a domain over a known type has that type's base and the domain's limits
     * @param notNull whether NULL is refused
     * @param defaultSql SQL of its default, null where there is none
     * @param identity whether it is an identity, or takes its default from a sequence
     * @param generated whether the target computes it
     * @param labels labels of its enum, empty for other types
     */
    public record TargetColumn(String name, PgType type, boolean notNull, @Nullable String defaultSql,
            boolean identity, boolean generated, List<String> labels) {
        public TargetColumn {
            labels = List.copyOf(labels);
        }
    }
}
