package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.CutoverEvent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Events as the log holds them: a type name and JSON. */
public final class EventJson {
    /** Type of the event that closes the log of a cutover that was archived. Not one of what has happened to it. */
    public static final String ARCHIVED = "archived";

    private static final Map<String, Class<?>> TYPES = Arrays.stream(CutoverEvent.class.getPermittedSubclasses())
            .collect(Collectors.toMap(EventJson::name, Function.identity()));

    // Numbers come back in the types that templates and parameters are read with; a number or a truth value that an
    // earlier version did not write is zero or false.
    private final JsonMapper json = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    /** The event's type: {@code step-passed} for {@code StepPassed}. */
    public String type(CutoverEvent event) {
        return name(event.getClass());
    }

    /** The event's content. */
    public String payload(CutoverEvent event) {
        return json.writeValueAsString(event);
    }

    /** The event that was written. */
    public CutoverEvent read(String type, String payload) {
        Class<?> known = TYPES.get(type);
        if (known == null) {
            throw new IllegalStateException(
                    "The event log holds an event of type " + type + ", which this version does not know");
        }
        return (CutoverEvent) json.readValue(payload, known);
    }

    /** Content of the event that closes a log. */
    public String archived(ArchivedLog archived) {
        return json.writeValueAsString(archived);
    }

    /** Where the log is that was closed with this content. */
    public ArchivedLog archived(String payload) {
        return json.readValue(payload, ArchivedLog.class);
    }

    private static String name(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
