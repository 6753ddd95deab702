package dev.ferryman.schema;

import dev.ferryman.schema.internal.CreatePlanner;
import dev.ferryman.schema.internal.ExistingPlanner;

/** Decides what a source becomes in its target ({@code DESIGN.md} § 2, Values). Pure: the same inputs, the same plan. */
public final class Planner {
    private Planner() {}

    /**
     * Makes the plan.
     *
     * @param source the source's schema
     * @param profile the profile of its values
     * @param options where the target's schema comes from and what it is
     * @return the plan; what forbids the copy is among its findings, nothing is thrown for it
     */
    public static Plan plan(SourceSchema source, Profile profile, PlanOptions options) {
        return switch (options.mode()) {
            case CREATE -> new CreatePlanner(source, profile, options).plan();
            case EXISTING -> new ExistingPlanner(source, profile, options).plan();
        };
    }
}
