package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every table of a plan with its columns and what completes it; why values are read as they are is said once. */
public final class TablesText {
    private static final int COLUMNS_NAMED = 3;
    private static final String AS_DECLARED = "Every value is what the declaration says.";

    private final Plan plan;

    /** @param plan whose tables are written */
    public TablesText(Plan plan) {
        this.plan = plan;
    }

    /** Appends them in the order in which they are loaded. */
    public void appendTo(StringBuilder text) {
        readings(text);
        plan.tables().forEach(table -> table(table, text));
    }

    private void readings(StringBuilder text) {
        var columns = new LinkedHashMap<String, List<String>>();
        for (var table : plan.tables()) {
            for (var column : table.columns()) {
                if (column.conversion() != Conversion.DIRECT && column.conversion() != Conversion.GENERATED
                        && !column.why().equals(AS_DECLARED)) {
                    columns.computeIfAbsent(PgTypes.sql(column.type()) + reading(column) + ": " + column.why(),
                            _ -> new ArrayList<>()).add(table.source() + "." + column.source());
                }
            }
        }
        if (!columns.isEmpty()) {
            text.append("How values are read\n");
            columns.forEach((what, where) -> text.append("  ").append(what).append(' ')
                    .append(where.size() <= COLUMNS_NAMED
                            ? String.join(", ", where)
                            : Counted.of(where.size(), "column"))
                    .append(".\n"));
            text.append('\n');
        }
    }

    private static String reading(ColumnPlan column) {
        return switch (column.conversion()) {
            case DIRECT, BOOLEAN, ISO_TEXT, DECIMAL, UUID, JSON, GENERATED -> "";
            case EPOCH_SECONDS, EPOCH_MILLIS, EPOCH_MICROS, EPOCH_NANOS, JULIAN_DAY, AS_TEXT, AS_BYTES -> ", read as "
                    + column.conversion().name().toLowerCase(Locale.ROOT).replace('_', ' ').replaceFirst("^as ", "");
        };
    }

    private void table(TablePlan table, StringBuilder text) {
        text.append(table.source());
        if (!table.target().equals(table.source()) || !table.targetSchema().equals("public")) {
            text.append(" -> ").append(table.targetSchema()).append('.').append(table.target());
        }
        text.append(" (").append(Counted.of(table.rows(), "row")).append(", ")
                .append(table.key().present() ? "key " + String.join(", ", table.key().columns()) : "no key")
                .append(")\n");
        var width = table.columns().stream().mapToInt(c -> c.source().length()).max().orElse(0);
        for (var column : table.columns()) {
            text.append("  ").append(column.source()).append(" ".repeat(width - column.source().length()))
                    .append("  ").append(column(table, column)).append('\n');
        }
        if (table.replace()) {
            text.append("  the rows that the target holds already are deleted first\n");
        }
        table.quarantine().forEach(rule -> text.append("  to quarantine: ")
                .append(rule.columns().isEmpty() ? "" : String.join(", ", rule.columns()) + ": ")
                .append(rule.reason().replaceAll("\\s+", " ")).append('\n'));
        var validated = table.afterLoad().stream().filter(after -> after.kind() == AfterLoad.Kind.VALIDATE_FOREIGN_KEY)
                .map(AfterLoad::name).collect(Collectors.toSet());
        table.afterLoad().stream().filter(after -> after.kind() != AfterLoad.Kind.VALIDATE_FOREIGN_KEY)
                .forEach(after -> text.append("  ").append(shortened(table, after, validated.contains(after.name())))
                        .append('\n'));
        text.append('\n');
    }

    /** The statement without what stands above it already: the table, and that its foreign keys are validated later. */
    private static String shortened(TablePlan table, AfterLoad after, boolean validated) {
        var name = SqlNames.quote(table.targetSchema(), table.target());
        var sql = after.sql();
        for (var prefix : List.of("ALTER TABLE " + name + " ADD ", "CREATE ")) {
            if (sql.startsWith(prefix)) {
                sql = sql.substring(prefix.length());
            }
        }
        sql = sql.replace(" ON " + name + " (", " (");
        return validated && sql.endsWith(" NOT VALID")
                ? sql.substring(0, sql.length() - " NOT VALID".length())
                : sql;
    }

    private String column(TablePlan table, ColumnPlan column) {
        var parts = new ArrayList<String>();
        parts.add((column.declaredType().isEmpty() ? "(no type)" : column.declaredType()) + " -> "
                + PgTypes.sql(column.type()) + reading(column));
        if (!column.target().equals(column.source())) {
            parts.add("named " + column.target());
        }
        if (column.notNull()) {
            parts.add("NOT NULL");
        }
        if (column.identity()) {
            parts.add("identity" + plan.sequences().stream()
                    .filter(s -> s.table().equals(table.source()) && s.column().equals(column.source()))
                    .map(s -> String.format(Locale.ROOT, " after %,d", s.highWater())).collect(Collectors.joining()));
        }
        if (column.defaultSql() != null) {
            parts.add("DEFAULT " + column.defaultSql());
        }
        if (column.generatedSql() != null) {
            parts.add("computed as " + column.generatedSql());
        } else if (column.conversion() == Conversion.GENERATED) {
            parts.add("computed by the target");
        }
        if (column.emptyAsNull()) {
            parts.add("empty text becomes NULL");
        }
        return String.join(", ", parts);
    }
}
