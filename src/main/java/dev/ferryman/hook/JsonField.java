package dev.ferryman.hook;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.Option;
import dev.ferryman.endpoint.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one field of a JSON answer. */
public final class JsonField {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Configuration QUIET = Configuration.builder().options(Option.SUPPRESS_EXCEPTIONS).build();

    private JsonField() {}

    /**
     * The field's value as text.
     *
     * @param json the answer
     * @param path names of fields with dots between levels, a number being an index into an array; or a JSONPath that
     *        begins with {@code $}, of what it finds the first
     * @return empty where the answer is no JSON, or the field is missing, null, an object or an array
     */
    public static Optional<String> read(String json, String path) {
        if (path.startsWith("$")) {
            return byJsonPath(json, path);
        }
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

    /**
     * Makes sure that a field's name can be read.
     *
     * @return the name
     * @throws BadInputException where it begins with {@code $} and is no JSONPath
     */
    public static String checked(String path) {
        if (path.startsWith("$")) {
            try {
                JsonPath.compile(path);
            } catch (InvalidPathException e) {
                throw new BadInputException("No JSONPath: " + path + ".", "Write it like $.database.type.", e);
            }
        }
        return path;
    }

    private static Optional<String> byJsonPath(String json, String path) {
        try {
            Object found = JsonPath.using(QUIET).parse(json).read(path);
            Object first = found instanceof List<?> list ? list.isEmpty() ? null : list.getFirst() : found;
            return first == null || first instanceof List || first instanceof Map
                    ? Optional.empty()
                    : Optional.of(first.toString());
        } catch (JsonPathException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
