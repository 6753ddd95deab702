package dev.ferryman.cutover.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says what a new plan decides otherwise than the one before. */
final class PlanChanges {
    private PlanChanges() {}

    static List<String> between(Plan before, Plan after) {
        List<String> changes = new ArrayList<>();
        if (before.mode() != after.mode()) {
            changes.add("The target's schema is " + (after.mode().name().equals("CREATE")
                    ? "created by Ferryman now."
                    : "the existing one now."));
        }
        Map<String, TablePlan> old = byName(before.tables(), TablePlan::source);
        Map<String, TablePlan> now = byName(after.tables(), TablePlan::source);
        old.keySet().stream().filter(table -> !now.containsKey(table))
                .forEach(table -> changes.add("Table " + table + " is no longer in the plan."));
        now.forEach((name, table) -> {
            TablePlan was = old.get(name);
            if (was == null) {
                changes.add("Table " + name + " is new in the plan.");
            } else {
                table(was, table, changes);
            }
        });
        List<String> known = before.findings().stream().map(PlanChanges::kind).toList();
        after.findings().stream().filter(finding -> !known.contains(kind(finding)))
                .forEach(finding -> changes.add("New finding: " + finding.message()));
        List<String> present = after.findings().stream().map(PlanChanges::kind).toList();
        before.findings().stream().filter(finding -> !present.contains(kind(finding)))
                .forEach(finding -> changes.add("No longer found: " + finding.message()));
        return changes;
    }

    private static void table(TablePlan was, TablePlan now, List<String> changes) {
        Map<String, ColumnPlan> old = byName(was.columns(), ColumnPlan::source);
        Map<String, ColumnPlan> columns = byName(now.columns(), ColumnPlan::source);
        old.keySet().stream().filter(column -> !columns.containsKey(column))
                .forEach(column -> changes.add("Column " + now.source() + "." + column + " is no longer in the plan."));
        columns.forEach((name, column) -> {
            ColumnPlan before = old.get(name);
            if (before == null) {
                changes.add("Column " + now.source() + "." + name + " is new in the plan.");
            } else if (!before.equals(column)) {
                changes.add("Column " + now.source() + "." + name + " is planned otherwise: "
                        + column.type().base().name().toLowerCase(java.util.Locale.ROOT) + " read as "
                        + column.conversion().name().toLowerCase(java.util.Locale.ROOT) + ". " + column.why());
            }
        });
        if (!was.key().equals(now.key())) {
            changes.add("Table " + now.source() + " is compared by another key.");
        }
        if (!was.afterLoad().equals(now.afterLoad())) {
            changes.add("Indexes or constraints of table " + now.source() + " are planned otherwise.");
        }
    }

    private static String kind(Finding finding) {
        return finding.code() + "/" + Objects.toString(finding.table(), "") + "/"
                + Objects.toString(finding.column(), "");
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        return all.stream().collect(
                Collectors.toMap(name, Function.identity(), (first, _) -> first, LinkedHashMap::new));
    }
}
