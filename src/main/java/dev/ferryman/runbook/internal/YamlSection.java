package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.TemplateError;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML mapping being read. Every wrong or missing value is noted with its place and reading goes on with a stand-in, so
 * that one pass finds everything. Keys nobody asked for are noted by {@link #close()}.
 */
final class YamlSection {
    /** What keys of templates, steps, gates, roles and parameters look like. */
    static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");

    private static final int DEEPEST = 20;

    private final String name;
    private final Node node;
    private final Notes notes;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    /** Notes what is wrong and where. */
    interface Notes {
        /** Notes one error at the start of a node. */
        void add(Node at, String what);

        /** The error at a place. */
        static TemplateError error(String file, Node at, String what) {
            return new TemplateError(file, at.getStartMark().getLine() + 1, at.getStartMark().getColumn() + 1, what);
        }
    }

    /** @param name what messages call it: "step ‘backfill’" */
    YamlSection(String name, Node node, Notes notes) {
        this.name = name;
        this.node = node;
        this.notes = notes;
        if (!(node instanceof MappingNode mapping)) {
            notes.add(node, name + " must be a mapping (key: value), found " + kindOf(node));
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                notes.add(tuple.getKeyNode(), "keys of " + name + " must be plain text");
            } else if (entries.putIfAbsent(key.getValue(), tuple) != null) {
                notes.add(key, "‘" + key.getValue() + "’ appears twice in " + name);
            }
        }
    }

    /** What the value of {@code key} says in a node that may be anything: names it in messages before it is read. */
    static Optional<String> nameIn(Node node) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("key"))
                        .map(NodeTuple::getValueNode).filter(ScalarNode.class::isInstance)
                        .map(value -> ((ScalarNode) value).getValue()).findFirst()
                : Optional.empty();
    }

    String name() {
        return name;
    }

    Node node() {
        return node;
    }

    boolean has(String key) {
        return find(key) != null;
    }

    /** The node of a value, or of the section itself when the key is missing: where an error about it belongs. */
    Node at(String key) {
        NodeTuple tuple = entries.get(key);
        return tuple == null ? node : tuple.getValueNode();
    }

    void wrong(String key, String what) {
        notes.add(at(key), what);
    }

    /** Notes that a key has no place here, when it is there. */
    void refuse(String key, String why) {
        NodeTuple tuple = entries.get(key);
        asked.add(key);
        if (tuple != null) {
            notes.add(tuple.getKeyNode(), "‘" + key + "’ in " + name + ": " + why);
        }
    }

    String text(String key, String standIn) {
        Node value = find(key);
        if (value == null) {
            missing(key, "text");
            return standIn;
        }
        return asText(key, value).orElse(standIn);
    }

    String optionalText(String key, String otherwise) {
        Node value = find(key);
        return value == null ? otherwise : asText(key, value).orElse(otherwise);
    }

    String key(String key, String standIn) {
        String text = text(key, standIn);
        if (has(key) && !KEY.matcher(text).matches()) {
            wrong(key, "‘" + key + "’ of " + name
                    + " must be lower-case letters, digits and dashes, at most 60, found ‘" + text + "’");
        }
        return text;
    }

    boolean flag(String key) {
        Node value = find(key);
        if (value == null) {
            return false;
        }
        if (value instanceof ScalarNode scalar && Tag.BOOL.equals(scalar.getTag())) {
            return Boolean.parseBoolean(scalar.getValue());
        }
        wrong(key, "‘" + key + "’ of " + name + " must be true or false, found " + found(value));
        return false;
    }

    int positive(String key, int otherwise) {
        Node value = find(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof ScalarNode scalar && scalar.getValue().matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(scalar.getValue());
        }
        wrong(key, "‘" + key + "’ of " + name + " must be a whole number from 1 to 9999, found " + found(value));
        return otherwise;
    }

    @Nullable
    Duration duration(String key) {
        return parsed(key, Durations::parse, Durations.EXPECTED);
    }

    /** A time counted from the start of the window; null when the key is missing. */
    @Nullable
    Duration offset(String key) {
        return parsed(key, Durations::parseOffset, Durations.OFFSET_EXPECTED);
    }

    /** A number; null when the key is missing. */
    @Nullable
    BigDecimal number(String key) {
        return parsed(key, Figure::parse, "a number such as 95 or 0.1");
    }

    private <T> @Nullable T parsed(String key, Function<String, Optional<T>> parse, String expected) {
        Node value = find(key);
        if (value == null) {
            return null;
        }
        Optional<T> found = value instanceof ScalarNode scalar ? parse.apply(scalar.getValue()) : Optional.empty();
        if (found.isEmpty()) {
            wrong(key, "‘" + key + "’ of " + name + " must be " + expected + ", found " + found(value));
        }
        return found.orElse(null);
    }

    /** One of a few words; empty, and noted, when it is another. */
    <T> Optional<T> choice(String key, List<T> options, Function<T, String> word) {
        Node value = find(key);
        if (value == null) {
            return Optional.empty();
        }
        String text = value instanceof ScalarNode scalar ? scalar.getValue() : "";
        Optional<T> chosen = options.stream().filter(option -> word.apply(option).equals(text)).findFirst();
        if (chosen.isEmpty()) {
            wrong(key, "‘" + key + "’ of " + name + " must be one of "
                    + String.join(", ", options.stream().map(word).toList()) + ", found " + found(value));
        }
        return chosen;
    }

    /** The nodes of a list; empty when the key is missing. */
    List<Node> list(String key) {
        Node value = find(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        wrong(key, "‘" + key + "’ of " + name + " must be a list, found " + found(value));
        return List.of();
    }

    Optional<Node> child(String key) {
        return Optional.ofNullable(find(key));
    }

    /** The values below a key as plain Java: text, numbers, booleans, lists, maps. */
    Map<String, Object> plainMap(String key) {
        Node value = find(key);
        if (value == null) {
            return Map.of();
        }
        if (plain(value, 0) instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((itsKey, item) -> result.put(String.valueOf(itsKey), item));
            return result;
        }
        wrong(key, "‘" + key + "’ of " + name + " must be a mapping (key: value), found " + found(value));
        return Map.of();
    }

    /** A single value as plain Java; null when the key is missing. */
    @Nullable
    Object plain(String key) {
        Node value = find(key);
        return value == null ? null : plain(value, 0);
    }

    void missing(String key, String expected) {
        notes.add(node, name + " needs ‘" + key + "’: " + expected);
    }

    /** Notes every key that was not asked for. */
    void close() {
        entries.forEach((key, tuple) -> {
            if (!asked.contains(key)) {
                notes.add(tuple.getKeyNode(), "‘" + key + "’ is not known in " + name + "; expected one of "
                        + String.join(", ", asked.stream().distinct().sorted().toList()));
            }
        });
    }

    private @Nullable Node find(String key) {
        asked.add(key);
        NodeTuple tuple = entries.get(key);
        return tuple == null ? null : tuple.getValueNode();
    }

    private Optional<String> asText(String key, Node value) {
        if (value instanceof ScalarNode scalar && !Tag.NULL.equals(scalar.getTag()) && !scalar.getValue().isBlank()) {
            return Optional.of(scalar.getValue().strip());
        }
        wrong(key, "‘" + key + "’ of " + name + " must be text, found " + found(value));
        return Optional.empty();
    }

    private Object plain(Node value, int depth) {
        if (depth > DEEPEST) {
            notes.add(value, name + " is nested more than " + DEEPEST + " deep");
            return "";
        }
        return switch (value) {
            case MappingNode mapping -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                    if (map.putIfAbsent(key, plain(tuple.getValueNode(), depth + 1)) != null) {
                        notes.add(tuple.getKeyNode(), "‘" + key + "’ appears twice in " + name);
                    }
                }
                yield map;
            }
            case SequenceNode sequence -> {
                List<Object> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(plain(item, depth + 1)));
                yield items;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> "";
        };
    }

    private static Object scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (Tag.BOOL.equals(scalar.getTag())) {
            return Boolean.parseBoolean(text);
        }
        if (Tag.INT.equals(scalar.getTag()) && text.matches("[-+]?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        if (Tag.FLOAT.equals(scalar.getTag()) && text.matches("[-+]?\\d+\\.\\d+")) {
            return new BigDecimal(text);
        }
        return Tag.NULL.equals(scalar.getTag()) ? "" : text;
    }

    private static String found(Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue().isBlank() ? "nothing" : "‘" + scalar.getValue() + "’";
        }
        return kindOf(value);
    }

    private static String kindOf(Node value) {
        return switch (value) {
            case MappingNode ignored -> "a mapping";
            case SequenceNode ignored -> "a list";
            case ScalarNode scalar -> scalar.getValue().isBlank() ? "nothing" : "‘" + scalar.getValue() + "’";
            default -> "something else";
        };
    }
}
