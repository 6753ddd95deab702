package dev.ferryman.schema.internal;

import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.TargetSchema.TargetTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Which table and column of an existing target belongs to which of the source. */
final class Counterparts {
    private Counterparts() {}

    /**
     * Which table of the target belongs to which of the source.
     *
     * @param mistakes choices of a person that cannot be followed, by source table
     */
    record Matching(Map<SourceTable, TargetTable> tables, Map<String, String> mistakes) {}

    /**
     * The target's table for each ordinary table of the source that has one: the one that a person has chosen, else by its
     * name one of the schema that was asked for, else of the first on the search path that has it.
     */
    static Matching tables(SourceSchema source, TargetSchema target, PlanChoices choices) {
        var ordinary = source.tables().stream().filter(table -> table.kind() == SourceTable.Kind.ORDINARY).toList();
        var matched = new LinkedHashMap<SourceTable, TargetTable>();
        var mistakes = new LinkedHashMap<String, String>();
        for (var table : ordinary) {
            var wanted = choices.table(table.name()).target();
            if (wanted == null || choices.table(table.name()).excluded()) {
                continue;
            }
            var found = target.all().stream().filter(t -> t.name().equals(wanted.table())
                    && (wanted.schema() == null || t.schema().equals(wanted.schema()))).findFirst();
            if (found.isEmpty()) {
                mistakes.put(table.name(), "The plan file sends its rows to " + wanted + ", and the target has no such"
                        + " table, or the role may not read it.");
            } else if (matched.containsValue(found.get())) {
                mistakes.put(table.name(), "The plan file sends its rows to " + wanted + ", and those of "
                        + sourceOf(matched, found.get()) + " as well: choose another table for one of them.");
            } else {
                matched.put(table, found.get());
            }
        }
        byName(ordinary.stream().filter(table -> choices.table(table.name()).target() == null).toList(), target)
                .forEach((table, found) -> {
                    if (!matched.containsValue(found)) {
                        matched.put(table, found);
                    } else if (!choices.table(table.name()).excluded()) {
                        mistakes.put(table.name(), "By its name it belongs to the target's " + found.name()
                                + ", to which the plan file sends the rows of " + sourceOf(matched, found)
                                + ": choose another table for one of them, or exclude one.");
                    }
                });
        return new Matching(matched, mistakes);
    }

    private static String sourceOf(Map<SourceTable, TargetTable> matched, TargetTable target) {
        return matched.entrySet().stream().filter(entry -> entry.getValue().equals(target))
                .map(entry -> entry.getKey().name()).findFirst().orElseThrow();
    }

    private static Map<SourceTable, TargetTable> byName(List<SourceTable> sources, TargetSchema target) {
        var matched = new LinkedHashMap<SourceTable, TargetTable>();
        for (var schema : target.tables().stream().map(TargetTable::schema).distinct().toList()) {
            var targets = target.tables().stream().filter(table -> table.schema().equals(schema))
                    .collect(Collectors.toMap(TargetTable::name, t -> t, (a, _) -> a, LinkedHashMap::new));
            var left = sources.stream().filter(table -> !matched.containsKey(table)).toList();
            var names = NameMatcher.match(left.stream().map(SourceTable::name).toList(), targets.keySet());
            for (var table : left) {
                var name = names.get(table.name());
                if (name != null) {
                    matched.put(table, Objects.requireNonNull(targets.get(name)));
                }
            }
        }
        return matched;
    }

    /** The target's column for each column of a table that has one, by the source's name in the source's order. */
    static Map<String, TargetColumn> columns(SourceTable source, TargetTable target) {
        var targets = target.columns().stream()
                .collect(Collectors.toMap(TargetColumn::name, c -> c, (a, _) -> a, LinkedHashMap::new));
        List<String> names = source.columns().stream().map(SourceTable.SourceColumn::name).toList();
        var matched = NameMatcher.match(names, targets.keySet());
        var columns = new LinkedHashMap<String, TargetColumn>();
        for (var name : names) {
            var found = matched.get(name);
            if (found != null) {
                columns.put(name, Objects.requireNonNull(targets.get(found)));
            }
        }
        return columns;
    }
}
