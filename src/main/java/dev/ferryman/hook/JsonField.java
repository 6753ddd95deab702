package dev.ferryman.hook;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one field of a JSON answer. */
public final class JsonField {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonField() {}

    /**
     * The field's value as text.
     *
     * @param json the answer
     * @param path names of fields with dots between levels; a number is an index into an array
     * @return empty where the answer is no JSON, or the field is missing, null, an object or an array
     */
    public static Optional<String> read(String json, String path) {
        try {
            JsonNode node = MAPPER.readTree(json);
            for (String name : path.split("\\.")) {
                node = node.isArray() && name.matches("\\d{1,9}") ? node.path(Integer.parseInt(name)) : node.path(name);
            }
            return node.isValueNode() && !node.isNull() ? Optional.of(node.asString()) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
