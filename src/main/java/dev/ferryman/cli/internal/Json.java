package dev.ferryman.cli.internal;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results for machines. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** A tree, so that JSON made elsewhere becomes a part of a result. */
    static Object read(String json) {
        return MAPPER.readTree(json);
    }
}
