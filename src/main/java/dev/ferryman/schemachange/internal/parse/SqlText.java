package dev.ferryman.schemachange.internal.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Names and types as SQL writes them. */
public final class SqlText {
    private SqlText() {}

    /** An identifier, quoted where it has to be. */
    public static String name(String identifier) {
        boolean plain = !identifier.isEmpty() && !Character.isDigit(identifier.charAt(0))
                && identifier.chars().allMatch(c -> c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
        return plain ? identifier : "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** A list of identifiers, separated by commas. */
    public static String names(List<String> identifiers) {
        return identifiers.stream().map(SqlText::name).collect(Collectors.joining(", "));
    }

    /** A {@code RangeVar} with its schema where it has one. */
    public static String relation(Tree range) {
        String schema = range.text("schemaname");
        return (schema.isEmpty() ? "" : name(schema) + ".") + name(range.text("relname"));
    }

    /** A {@code TypeName}'s last name: {@code int4}, {@code varchar}, {@code mood}. */
    public static String typeName(Tree type) {
        List<String> names = type.names("names");
        return names.isEmpty() ? "" : names.getLast();
    }

    /** The numbers in a type's brackets: 20 for {@code varchar(20)}, 10 and 2 for {@code numeric(10,2)}. */
    public static List<Integer> modifiers(Tree type) {
        List<Integer> numbers = new ArrayList<>();
        for (Tree modifier : type.list("typmods")) {
            numbers.add(modifier.struct("ival").number("ival"));
        }
        return numbers;
    }
}
