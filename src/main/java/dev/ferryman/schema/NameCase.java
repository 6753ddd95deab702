package dev.ferryman.schema;

import dev.ferryman.schema.internal.NameMatcher;
import java.util.Locale;

/** How names of created tables, columns, indexes and constraints are written in the target. */
public enum NameCase {
    /** As in the source. */
    KEEP,
    /** In lower case, so that SQL needs no quotes where a name has no other oddity. */
    LOWER,
    /** In lower case with underscores: {@code OrderDetails} becomes {@code order_details}. */
    SNAKE;

    /** As it is written in a plan file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A name under this policy. */
    public String apply(String name) {
        return switch (this) {
            case KEEP -> name;
            case LOWER -> name.toLowerCase(Locale.ROOT);
            case SNAKE -> NameMatcher.snake(name);
        };
    }
}
