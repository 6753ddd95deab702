package dev.ferryman.schemachange.internal.target;

import java.util.List;

/**
 * A column as it is before a statement.
 *
 * @param name its name
 * @param type the type's own name: {@code int4}, {@code varchar}
 * @param modifiers what stands in the type's brackets
 * @param notNull whether it takes no NULL
 */
public record KnownColumn(String name, String type, List<Integer> modifiers, boolean notNull) {}
