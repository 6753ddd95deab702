package dev.ferryman.schema;

import org.jspecify.annotations.Nullable;

/**
 * What a plan is asked for.
 *
 * @param mode where the target's schema comes from
 * @param targetSchema schema in PostgreSQL, unquoted
 * @param target what is there already; required in {@link SchemaMode#EXISTING}, otherwise null
 * @param maxValueBytes largest value that is copied, in bytes; at most {@link Profiler#LARGEST_VALUE_BYTES}
 * @param choices what a person has decided
 */
public record PlanOptions(SchemaMode mode, String targetSchema, @Nullable TargetSchema target, long maxValueBytes,
        PlanChoices choices) {
    /** Options without a person's choices. */
    public PlanOptions(SchemaMode mode, String targetSchema, @Nullable TargetSchema target, long maxValueBytes) {
        this(mode, targetSchema, target, maxValueBytes, PlanChoices.none());
    }

    public PlanOptions {
        if (targetSchema.isEmpty()) {
            throw new IllegalArgumentException("the target schema has no name");
        }
        if ((mode == SchemaMode.EXISTING) != (target != null)) {
            throw new IllegalArgumentException("an existing schema has to be read, a created one cannot be");
        }
        if (maxValueBytes <= 0 || maxValueBytes > Profiler.LARGEST_VALUE_BYTES) {
            throw new IllegalArgumentException("the profile looks at values up to " + Profiler.LARGEST_VALUE_BYTES);
        }
    }

    /** Ferryman creates the tables in schema {@code public}. */
    public static PlanOptions create() {
        return createIn("public");
    }

    /** Ferryman creates the tables in this schema, and the schema too where it is missing. */
    public static PlanOptions createIn(String schema) {
        return new PlanOptions(SchemaMode.CREATE, schema, null, Profiler.LARGEST_VALUE_BYTES);
    }

    /** The application's own migrations created the tables. */
    public static PlanOptions existing(TargetSchema target) {
        return new PlanOptions(SchemaMode.EXISTING, target.name(), target, Profiler.LARGEST_VALUE_BYTES);
    }

    /** The same with a person's choices. */
    public PlanOptions choosing(PlanChoices wanted) {
        return new PlanOptions(mode, targetSchema, target, maxValueBytes, wanted);
    }
}
