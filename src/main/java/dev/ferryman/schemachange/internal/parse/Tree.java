package dev.ferryman.schemachange.internal.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A node of the parse tree. A field that PostgreSQL leaves at its default is missing in the JSON; it reads here as that
 * default: an empty text, 0, false, no children.
 */
public final class Tree {
    private static final JsonNode JSON_NOTHING = MissingNode.getInstance();

    private final String kind;
    private final JsonNode fields;

    private Tree(String kind, JsonNode fields) {
        this.kind = kind;
        this.fields = fields;
    }

    /** A node that says what it is: {@code {"AlterTableStmt":{…}}}. */
    static Tree tagged(JsonNode node) {
        var names = node.propertyNames().iterator();
        if (!names.hasNext()) {
            return new Tree("", node);
        }
        String name = names.next();
        return new Tree(name, node.get(name));
    }

    /** Name of PostgreSQL's C struct; empty where the field that holds it has only one type. */
    public String kind() {
        return kind;
    }

    /** Whether this is a node of that struct. */
    public boolean is(String struct) {
        return kind.equals(struct);
    }

    /** Whether the field is there at all. */
    public boolean has(String field) {
        return fields.has(field);
    }

    /** A text or the name of an enum's value. */
    public String text(String field) {
        JsonNode value = fields.get(field);
        return value == null || !value.isString() ? "" : value.stringValue();
    }

    /** A number. */
    public int number(String field) {
        JsonNode value = fields.get(field);
        return value == null || !value.isNumber() ? 0 : value.intValue();
    }

    /** A truth value. */
    public boolean flag(String field) {
        JsonNode value = fields.get(field);
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /** A child whose type the field fixes: {@code "relation":{"relname":…}}. */
    public Tree struct(String field) {
        JsonNode value = fields.get(field);
        return new Tree("", value == null ? JSON_NOTHING : value);
    }

    /** A child that says what it is. */
    public Optional<Tree> child(String field) {
        JsonNode value = fields.get(field);
        return value == null || !value.isObject() ? Optional.empty() : Optional.of(tagged(value));
    }

    /** A list of nodes that say what they are. */
    public List<Tree> list(String field) {
        JsonNode value = fields.get(field);
        if (value == null || !value.isArray()) {
            return List.of();
        }
        List<Tree> nodes = new ArrayList<>();
        value.forEach(item -> nodes.add(tagged(item)));
        return nodes;
    }

    /** A list of {@code String} nodes, as the parts of a qualified name are. */
    public List<String> names(String field) {
        return list(field).stream().map(node -> node.text("sval")).toList();
    }

    /** Where the node is, in bytes from the start of the script; -1 where PostgreSQL does not say. */
    public int location() {
        return fields.has("location") ? number("location") : -1;
    }

    /** Whether this was found where the tree has no node. */
    public boolean missing() {
        return fields == JSON_NOTHING;
    }

    /** Shows this node and every node below it that says what it is, top down. */
    public void walk(Consumer<Tree> visitor) {
        visitor.accept(this);
        walk(fields, visitor);
    }

    private static void walk(JsonNode node, Consumer<Tree> visitor) {
        node.forEach(child -> {
            if (child.isObject() && child.size() == 1 && isStruct(child)) {
                tagged(child).walk(visitor);
            } else if (child.isContainer()) {
                walk(child, visitor);
            }
        });
    }

    /** Structs begin with a capital, fields with a small letter. */
    private static boolean isStruct(JsonNode node) {
        return Character.isUpperCase(node.propertyNames().iterator().next().charAt(0));
    }

    @Override
    public String toString() {
        return kind + fields;
    }
}
