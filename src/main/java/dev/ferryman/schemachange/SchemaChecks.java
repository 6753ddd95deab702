package dev.ferryman.schemachange;

import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.internal.SchemaCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares a schema, and the numbers of its rows, with what was expected. Looks at no database. */
public final class SchemaChecks {
    private SchemaChecks() {}

    /** What numbers of rows have to be after a change. */
    public enum RowRule {
        /** As many as before: nobody writes meanwhile. */
        SAME,
        /** At least as many as before. */
        NOT_FEWER,
        /** Whatever they are, they are only said. */
        ANY
    }

    /**
     * Compares the schema with the one that a trial has come to; without a trial says what has changed.
     *
     * @param before the schema before the change
     * @param expected what a trial has come to, null where there was none
     */
    public static List<Observation> schema(SchemaSnapshot before, @Nullable SchemaSnapshot expected,
            SchemaSnapshot real) {
        List<Observation> found = new ArrayList<>();
        if (expected == null) {
            before.to(real).forEach(each -> found.add(Observation.note("Since before: " + each.words() + ".")));
        } else {
            expected.to(real).forEach(each -> found.add(each.weighs()
                    ? Observation.wrong("Other than expected: " + each.words() + ".")
                    : Observation.note("Other than expected: " + each.words() + ".")));
        }
        return found;
    }

    /**
     * Invalid indexes and constraints that are not validated. Those that were there before are only said.
     *
     * @param expected what a trial has come to, null where there was none; what is so there too is only a warning
     */
    public static List<Observation> validity(SchemaSnapshot before, @Nullable SchemaSnapshot expected,
            SchemaSnapshot real) {
        List<Observation> found = new ArrayList<>();
        real.objects().forEach((key, object) -> {
            boolean invalid = key.startsWith("index ") && "no".equals(object.get("valid"));
            boolean unproved = key.startsWith("constraint ") && "no".equals(object.get("validated"));
            if (!invalid && !unproved) {
                return;
            }
            String words = invalid
                    ? "The " + key
                            + " is invalid: a build that failed left it, no query uses it and every write pays for"
                            + " it. Drop it and build it again."
                    : "The " + key + " is NOT VALID: rows that were there before may break it.";
            if (object.equals(before.objects().get(key))) {
                found.add(Observation.note(words + " It was so before."));
            } else if (expected != null && object.equals(expected.objects().get(key))) {
                found.add(Observation.warning(words + " It was expected to be so."));
            } else {
                found.add(Observation.wrong(words));
            }
        });
        return found;
    }

    /**
     * Compares the rows of each table, by {@code schema.table}. Tables in which migration tools or Ferryman keep books do not
     * count.
     *
     * @param expected what a trial has come to, null where there was none; a table that is gone there may be gone
     */
    public static List<Observation> rows(SortedMap<String, Long> before, SortedMap<String, Long> now, RowRule rule,
            @Nullable SchemaSnapshot expected) {
        List<Observation> found = new ArrayList<>();
        SortedMap<String, Long> counted = withoutBooks(now);
        withoutBooks(before).forEach((table, then) -> {
            Long rows = counted.get(table);
            if (rows == null) {
                boolean meant = expected != null && !expected.objects().containsKey("table " + table);
                String words = "The table " + table + " with its " + Counted.of(then, "row") + " is gone.";
                found.add(meant ? Observation.note(words) : Observation.wrong(words));
            } else if (!rows.equals(then)) {
                boolean fine = rule == RowRule.ANY || rule == RowRule.NOT_FEWER && rows > then;
                String words = "The table " + table + " has " + Counted.of(rows, "row") + ", before it had "
                        + Counted.of(then, "row") + ".";
                found.add(fine ? Observation.note(words) : Observation.wrong(words));
            }
        });
        counted.keySet().stream().filter(table -> !before.containsKey(table)).forEach(table -> found.add(Observation
                .note("The table " + table + " is new: " + Counted.of(Objects.requireNonNull(counted.get(table)), "row")
                        + ".")));
        return found;
    }

    private static SortedMap<String, Long> withoutBooks(Map<String, Long> rows) {
        SortedMap<String, Long> counted = new TreeMap<>(rows);
        counted.keySet().removeIf(table -> table.startsWith("ferryman.")
                || SchemaCatalog.BOOKS.contains(table.substring(table.indexOf('.') + 1)));
        return counted;
    }
}
