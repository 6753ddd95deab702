package dev.ferryman.schemachange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column that gets a UUID beside it: a key, or a reference to a key that changes.
 *
 * @param name what the application calls it, before and after
 * @param type its type before, such as {@code bigint}
 * @param nullable whether it may be NULL
 * @param filled whether PostgreSQL fills it in where an insert does not: identity or default
 * @param reference the foreign key it is, null where it is a key of its own
 */
public record KeyChangeColumn(String name, String type, boolean nullable, boolean filled,
        @Nullable Reference reference) {
    /**
     * A foreign key of one column.
     *
     * @param constraint its name
     * @param schema schema of the table it refers to
     * @param table the table it refers to
     * @param column the key it refers to
     * @param rules what follows the columns: {@code ON DELETE CASCADE} and the like, empty where nothing does
     */
    public record Reference(String constraint, String schema, String table, String column, String rules) {}

    /** What the UUID is called until the switch. */
    public String added() {
        return name + "_uuid";
    }

    /** What the old values are called after the switch. */
    public String kept() {
        return name + "_old";
    }

    /** Every name it takes. */
    public List<String> names() {
        return List.of(name, added(), kept());
    }
}
