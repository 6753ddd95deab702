package dev.ferryman.cutover;

import org.jspecify.annotations.Nullable;

/**
 * One difference between both sides, rendered for a person.
 *
 * @param table source table
 * @param key the row's key
 * @param column source column, null where the whole row is meant
 * @param kind {@code missing}, {@code extra} or {@code changed}
 * @param source value in SQLite, null for SQL NULL or a row that is not there
 * @param target value in PostgreSQL, null for SQL NULL or a row that is not there
 */
public record DifferenceRow(String table, String key, @Nullable String column, String kind, @Nullable String source,
        @Nullable String target) {}
