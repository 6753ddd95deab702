package dev.ferryman.schemachange;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An object that two schemas do not have alike.
 *
 * @param kind what would have to happen to it
 * @param object its kind and full name, such as {@code index public.orders_customer}
 * @param properties what differs; of an object that only one side has, all of it
 */
public record SchemaDifference(Kind kind, String object, List<Property> properties) {
    private static final int LONGEST = 160;

    public SchemaDifference {
        properties = List.copyOf(properties);
    }

    /** What became of an object. */
    public enum Kind {
        /** Only the later schema has it. */
        ADDED,
        /** Only the earlier schema has it. */
        REMOVED,
        /** Both have it. */
        CHANGED
    }

    /**
     * One thing that defines an object.
     *
     * @param before empty where there was none
     * @param after empty where there is none
     */
    public record Property(String name, String before, String after) {}

    /**
     * Whether it is more than another order of a table's columns, which PostgreSQL cannot restore: a column that is dropped
     * and added again is the last one.
     */
    public boolean weighs() {
        return kind != Kind.CHANGED || !object.startsWith("table ")
                || !properties.stream().allMatch(each -> each.name().equals(SchemaSnapshot.COLUMNS));
    }

    /** In one line for people: {@code changed column public.orders.id: type bigint → uuid}. */
    public String words() {
        return switch (kind) {
            case ADDED -> "added " + object + listed(properties.stream()
                    .filter(each -> !each.name().equals(SchemaSnapshot.COLUMNS))
                    .map(each -> each.name() + " " + shortened(each.after())).collect(Collectors.joining(", ")));
            case REMOVED -> "removed " + object;
            case CHANGED -> "changed " + object + listed(properties.stream()
                    .map(each -> title(each.name()) + " " + shown(each.before()) + " → " + shown(each.after()))
                    .collect(Collectors.joining(", ")));
        };
    }

    private static String listed(String text) {
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String title(String property) {
        return property.equals(SchemaSnapshot.COLUMNS) ? "order of columns" : property;
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : shortened(value.replace("\n", ", "));
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, Math.min(LONGEST,
                        line.codePointCount(0, line.length())))) + " …";
    }
}
