package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column that is to hold UUIDs.
 *
 * @param table name of its table as SQL writes it, with or without the schema
 * @param column its name
 * @param version the version that every value must be of; null for any
 */
public record UuidColumn(String table, String column, @Nullable Integer version) {
    private static final Pattern WORDS = Pattern.compile("(.+)\\.([^.:]+)(?::([1-8]))?");

    /**
     * Reads {@code orders.id}, {@code shop.orders.id} or {@code orders.id:4}.
     *
     * @throws BadInputException if it is something else
     */
    public static UuidColumn parse(String words) {
        Matcher found = WORDS.matcher(words.strip());
        if (!found.matches()) {
            throw new BadInputException("‘" + words + "’ names no column.",
                    "Write table.column, and the version of its UUIDs behind a colon: orders.id:4");
        }
        String version = found.group(3);
        return new UuidColumn(found.group(1), found.group(2), version == null ? null : Integer.valueOf(version));
    }
}
