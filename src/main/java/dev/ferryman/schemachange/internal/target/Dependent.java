package dev.ferryman.schemachange.internal.target;

/**
 * Something that {@code pg_depend} says would break.
 *
 * @param what for people: {@code view active_customers}
 * @param column the column it needs; empty where it needs the table
 * @param view its name in SQL where it is a view, which is locked when it is dropped with the table; else empty
 */
public record Dependent(String what, String column, String view) {}
