package dev.ferryman.cutover;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import org.jspecify.annotations.Nullable;

/**
 * What somebody chooses about one thing that does not fit.
 *
 * @param kind what it is about
 * @param table source table
 * @param column source column, null where the decision is not about one
 * @param subject name of the constraint as {@link Decision#subject()} has it, null where the decision is not about one
 * @param choice one of the options
 */
public record PlanChoice(Decision.Kind kind, String table, @Nullable String column, @Nullable String subject,
        Choice choice) {}
