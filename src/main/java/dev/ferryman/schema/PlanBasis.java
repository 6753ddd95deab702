package dev.ferryman.schema;

/**
 * Everything a plan follows from but a person's choices, so that another choice gives another plan without reading a value
 * again.
 *
 * @param source the source's schema
 * @param profile the profile of its values
 * @param options what was asked for; its choices are replaced
 */
public record PlanBasis(SourceSchema source, Profile profile, PlanOptions options) {
    /** The plan that follows with these choices. */
    public Plan plan(PlanChoices choices) {
        return Planner.plan(source, profile, options.choosing(choices));
    }
}
