package dev.ferryman.runbook.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces <code>${parameters.x}</code> and its like in a step's arguments. */
public final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}");

    private final Map<String, Object> values;

    /** Knows these names and nothing else. */
    private Placeholders(Map<String, Object> values) {
        this.values = values;
    }

    /** The names a cutover offers: its parameters, connections, id and name. */
    public static Placeholders of(String cutoverId, String name, Map<String, Object> parameters,
            Map<String, String> connections) {
        Map<String, Object> values = new LinkedHashMap<>();
        parameters.forEach((key, value) -> values.put("parameters." + key, value));
        connections.forEach((key, value) -> values.put("connections." + key, value));
        values.put("cutover.id", cutoverId);
        values.put("cutover.name", name);
        return new Placeholders(values);
    }

    /** A text with every placeholder replaced by what {@code values} says of its name. */
    public static String fill(String text, UnaryOperator<String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> Matcher
                .quoteReplacement(found.group(1) == null ? "${" : values.apply(found.group(1))));
    }

    /** The names used in a value, at whatever depth. */
    static Set<String> names(Object value) {
        TreeSet<String> names = new TreeSet<>();
        switch (value) {
            case String text -> PLACEHOLDER.matcher(text).results().map(found -> found.group(1))
                    .filter(name -> name != null).forEach(names::add);
            case List<?> list -> list.forEach(item -> names.addAll(names(item)));
            case Map<?, ?> map -> map.values().forEach(item -> names.addAll(names(item)));
            default -> {
                // Numbers and booleans hold no placeholder.
            }
        }
        return names;
    }

    /**
     * The arguments with every placeholder replaced. A value that is exactly one placeholder keeps the type of what it
     * stands for; one without a value becomes empty text.
     */
    public Map<String, Object> resolve(Map<String, Object> with) {
        Map<String, Object> resolved = new LinkedHashMap<>();
        with.forEach((key, value) -> resolved.put(key, resolve(value)));
        return resolved;
    }

    private Object resolve(Object value) {
        return switch (value) {
            case String text -> resolve(text);
            case List<?> list -> list.stream().map(this::resolve).toList();
            case Map<?, ?> map -> {
                Map<String, Object> resolved = new LinkedHashMap<>();
                map.forEach((key, item) -> resolved.put(String.valueOf(key), resolve(item)));
                yield resolved;
            }
            default -> value;
        };
    }

    private Object resolve(String text) {
        Matcher whole = PLACEHOLDER.matcher(text);
        if (whole.matches() && whole.group(1) != null) {
            return values.getOrDefault(whole.group(1), "");
        }
        return PLACEHOLDER.matcher(text).replaceAll(found -> Matcher.quoteReplacement(replacement(found)));
    }

    private String replacement(MatchResult found) {
        String name = found.group(1);
        return name == null ? "${" : String.valueOf(values.getOrDefault(name, ""));
    }
}
