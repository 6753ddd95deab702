package dev.ferryman.schema;

import dev.ferryman.schema.internal.TargetReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a schema of PostgreSQL holds already, and what the other schemas on the role's search path do.
 *
 * @param name the schema, unquoted
 * @param tables its ordinary and partitioned tables by name, then those of the other schemas in the path's order
 * @param elsewhere tables that a person has chosen by name in schemas that are neither
 * @param foldsAllLetters whether the database takes {@code Ä} and {@code ä} for the same where case does not count, as
 *        {@code citext} does then; otherwise only ASCII letters are folded
 */
public record TargetSchema(String name, List<TargetTable> tables, List<TargetTable> elsewhere,
        boolean foldsAllLetters) {
    public TargetSchema {
        tables = List.copyOf(tables);
        elsewhere = List.copyOf(elsewhere);
    }

    /**
     * Reads a schema, and the others on the role's search path; one that does not exist has no tables.
     *
     * @param schema its name, unquoted
     */
    public static TargetSchema read(Connection postgres, String schema) throws SQLException {
        return read(postgres, schema, PlanChoices.none());
    }

    /**
     * As above, with the tables of other schemas that a person has chosen.
     *
     * @param schema its name, unquoted
     */
    public static TargetSchema read(Connection postgres, String schema, PlanChoices choices) throws SQLException {
        return TargetReader.read(postgres, schema,
                choices.tables().values().stream().map(PlanChoices.TableChoices::target).filter(Objects::nonNull)
                        .map(Objects::requireNonNull).filter(name -> name.schema() != null).toList());
    }

    /** Every table that was read. */
    public List<TargetTable> all() {
        return Stream.concat(tables.stream(), elsewhere.stream()).toList();
    }

    /** The same schema as if no table held a row. */
    public TargetSchema emptied() {
        return new TargetSchema(name, tables.stream().map(TargetTable::emptied).toList(),
                elsewhere.stream().map(TargetTable::emptied).toList(), foldsAllLetters);
    }

    /**
     * A table.
     *
     * @param schema the schema it is in, unquoted
     * @param empty whether it holds no row
     * @param uniques its primary key and UNIQUE indexes without condition or expression
     * @param foreignKeys its foreign keys to tables that were read
     * @param rules whatever else may refuse a row: CHECKs, exclusion constraints, UNIQUE indexes with a condition or an
     *        expression, foreign keys to tables that were not read
     */
    public record TargetTable(String schema, String name, boolean empty, List<TargetColumn> columns,
            List<TargetUnique> uniques,
            List<TargetForeignKey> foreignKeys, List<TargetRule> rules) {
        public TargetTable {
            columns = List.copyOf(columns);
            uniques = List.copyOf(uniques);
            foreignKeys = List.copyOf(foreignKeys);
            rules = List.copyOf(rules);
        }

        TargetTable emptied() {
            return new TargetTable(schema, name, true, columns, uniques, foreignKeys, rules);
        }
    }

    /**
     * A primary key or UNIQUE.
     *
     * @param name of its index
     * @param nullsEqual whether two NULLs are the same to it
     */
    public record TargetUnique(String name, List<String> columns, boolean nullsEqual) {
        public TargetUnique {
            columns = List.copyOf(columns);
        }
    }

    /** A rule that only PostgreSQL can apply, with its definition. */
    public record TargetRule(String name, String sql) {}

    /**
     * A foreign key, its columns in the order of those they refer to.
     *
     * @param parentSchema schema of the table it refers to
     */
    public record TargetForeignKey(String name, List<String> columns, String parentSchema, String parent,
            List<String> parentColumns) {
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
