package dev.ferryman.schema;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The plan as JSON: the same plan gives the same text, and reading it gives the same plan. */
public final class PlanJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private PlanJson() {}

    /** Writes a plan. */
    public static String write(Plan plan) {
        return MAPPER.writeValueAsString(plan);
    }

    /**
     * Reads a plan.
     *
     * @throws IllegalArgumentException if the text is no plan of this version
     */
    public static Plan read(String json) {
        try {
            var plan = MAPPER.readValue(json, Plan.class);
            if (plan.version() != Plan.VERSION) {
                throw new IllegalArgumentException("a plan of version " + plan.version() + " cannot be read here");
            }
            return plan;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the text is no plan of this version: " + e.getOriginalMessage(), e);
        }
    }
}
