package dev.ferryman.schemachange.internal.target;

import java.util.List;

/**
 * A constraint.
 *
 * @param name its name
 * @param kind {@code pg_constraint.contype}: c, f, n, p, u, x
 * @param columns the columns it is on
 * @param refers table that a foreign key refers to; empty for others
 * @param notNullColumn the column of a {@code CHECK (column IS NOT NULL)}, empty for others
 * @param validated whether every row is known to keep it
 */
public record KnownConstraint(String name, char kind, List<String> columns, String refers, String notNullColumn,
        boolean validated) {}
