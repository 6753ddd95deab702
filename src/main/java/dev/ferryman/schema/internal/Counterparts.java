package dev.ferryman.schema.internal;

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
     * The target's table for each ordinary table of the source that has one: of the schema that was asked for, else of the
     * first on the search path that has it.
     */
    static Map<SourceTable, TargetTable> tables(SourceSchema source, TargetSchema target) {
        var sources = source.tables().stream().filter(table -> table.kind() == SourceTable.Kind.ORDINARY).toList();
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
