package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.internal.SchemaCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The schema of a database at one moment, in a form that is the same for the same schema: every object by its kind and
 * full name, with what defines it as text. What the server, extensions and Ferryman itself keep is left out, and so are
 * the tables in which migration tools keep books. Rights, owners, tablespaces and publications are not in it.
 *
 * @param objects by kind and name such as {@code column public.orders.id}: properties by their names
 */
public record SchemaSnapshot(SortedMap<String, SortedMap<String, String>> objects) {
    /** Property of a table that lists its columns in their order; compared by the order of common columns only. */
    static final String COLUMNS = "columns";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SortedMap<String, String> NONE = Collections.emptySortedMap();
    private static final TypeReference<TreeMap<String, TreeMap<String, String>>> OBJECTS = new TypeReference<>() {
    };

    public SchemaSnapshot {
        SortedMap<String, SortedMap<String, String>> copy = new TreeMap<>();
        objects.forEach((key, value) -> copy.put(key, Collections.unmodifiableSortedMap(new TreeMap<>(value))));
        objects = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Reads it.
     *
     * @throws BadInputException if the database cannot be reached or withholds its catalog
     */
    public static SchemaSnapshot read(PostgresTarget target) {
        try (Connection connection = target.connect()) {
            return read(connection);
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }

    /** Reads it in a transaction of its own on a connection that is in none. */
    public static SchemaSnapshot read(Connection connection) throws SQLException {
        return new SchemaSnapshot(SchemaCatalog.read(connection));
    }

    /**
     * Reads what {@link #json()} has written.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SchemaSnapshot ofJson(String json) {
        try {
            return new SchemaSnapshot(new TreeMap<>(JSON.readValue(json, OBJECTS)));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no schema in JSON", e);
        }
    }

    /** As JSON: an object of objects, everything in order, so that the same schema is the same text. */
    public String json() {
        return JSON.writeValueAsString(objects);
    }

    /** How many objects of a kind there are. */
    public long count(String kind) {
        return objects.keySet().stream().filter(key -> key.startsWith(kind + " ")).count();
    }

    /** What has to happen to this schema for it to be the other one, by object; empty where they are the same. */
    public List<SchemaDifference> to(SchemaSnapshot other) {
        SortedSet<String> keys = new TreeSet<>(objects.keySet());
        keys.addAll(other.objects.keySet());
        List<SchemaDifference> differences = new ArrayList<>();
        for (String key : keys) {
            boolean before = objects.containsKey(key);
            boolean after = other.objects.containsKey(key);
            var kind = before && after
                    ? SchemaDifference.Kind.CHANGED
                    : before ? SchemaDifference.Kind.REMOVED : SchemaDifference.Kind.ADDED;
            List<SchemaDifference.Property> changed = changes(objects.getOrDefault(key, NONE),
                    other.objects.getOrDefault(key, NONE), before && after);
            if (kind != SchemaDifference.Kind.CHANGED || !changed.isEmpty()) {
                differences.add(new SchemaDifference(kind, key, changed));
            }
        }
        return differences;
    }

    private static List<SchemaDifference.Property> changes(Map<String, String> before, Map<String, String> after,
            boolean both) {
        SortedSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .map(name -> new SchemaDifference.Property(name, before.getOrDefault(name, ""),
                        after.getOrDefault(name, "")))
                .filter(each -> !each.before().equals(each.after()))
                .filter(each -> !both || !each.name().equals(COLUMNS) || reordered(each)).toList();
    }

    /** A column more or less says nothing new of the table: it is an object itself. */
    private static boolean reordered(SchemaDifference.Property columns) {
        List<String> before = new ArrayList<>(List.of(columns.before().split("\n")));
        List<String> after = new ArrayList<>(List.of(columns.after().split("\n")));
        before.retainAll(List.copyOf(after));
        after.retainAll(List.copyOf(before));
        return !before.equals(after);
    }
}
