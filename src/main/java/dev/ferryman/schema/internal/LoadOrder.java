package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.Map;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Orders tables so that parents of foreign keys come before their children; cycles are cut at the first name. */
final class LoadOrder {
    private LoadOrder() {}

    /**
     * Parents first.
     *
     * @param parents for each table the tables it refers to; names that are no keys of the map do not count
     */
    static List<String> of(Map<String, Set<String>> parents) {
        var left = new TreeSet<>(parents.keySet());
        var order = new ArrayList<String>();
        while (!left.isEmpty()) {
            var ready = left.stream().filter(table -> parents.getOrDefault(table, Set.of()).stream()
                    .allMatch(parent -> parent.equals(table) || !left.contains(parent))).toList();
            var next = ready.isEmpty() ? List.of(left.first()) : ready;
            order.addAll(next);
            next.forEach(left::remove);
        }
        return List.copyOf(order);
    }
}
