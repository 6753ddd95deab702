package dev.ferryman.schemachange;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a change of keys does: which tables get UUIDs beside which columns.
 *
 * @param generator the SQL expression new keys come from
 * @param tables the tables, sorted by schema and name: the order in which they are locked
 */
public record KeyChangePlan(String generator, List<KeyChangeTable> tables) {
    public KeyChangePlan {
        tables = List.copyOf(tables);
    }

    /** A column of a table. */
    public record Place(KeyChangeTable table, KeyChangeColumn column) {
        /** Table and column for people. */
        public String title() {
            return table.title() + "." + column.name();
        }
    }

    /** Every column, each after the one it takes its values from; those of a circle are left out. */
    public List<Place> inOrder() {
        List<Place> left = new ArrayList<>(tables.stream()
                .flatMap(table -> table.columns().stream().map(column -> new Place(table, column))).toList());
        List<Place> ordered = new ArrayList<>();
        Set<String> filled = new HashSet<>();
        boolean further = true;
        while (further) {
            List<Place> ready = left.stream().filter(place -> ready(place.column(), filled)).toList();
            ready.forEach(place -> filled.add(place.title()));
            ordered.addAll(ready);
            further = left.removeAll(ready);
        }
        return ordered;
    }

    private static boolean ready(KeyChangeColumn column, Set<String> filled) {
        KeyChangeColumn.Reference reference = column.reference();
        return reference == null
                || filled.contains(reference.schema() + "." + reference.table() + "." + reference.column());
    }

    /** The table a reference leads to. */
    public KeyChangeTable table(KeyChangeColumn.Reference reference) {
        return tables.stream()
                .filter(table -> table.schema().equals(reference.schema()) && table.name().equals(reference.table()))
                .findFirst().orElseThrow();
    }
}
