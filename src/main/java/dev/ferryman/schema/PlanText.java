package dev.ferryman.schema;

import dev.ferryman.schema.internal.PgTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The plan as a person reads it: what needs attention first, then every table. */
public final class PlanText {
    private PlanText() {}

    /** Renders a plan as plain text with line breaks, lines of any length. */
    public static String render(Plan plan) {
        var text = new StringBuilder();
        text.append(headline(plan)).append("\n\n");
        for (var severity : List.of(Finding.Severity.BLOCKER, Finding.Severity.WARNING, Finding.Severity.INFO)) {
            var findings = plan.findings().stream().filter(f -> f.severity() == severity).toList();
            if (!findings.isEmpty()) {
                text.append(switch (severity) {
                    case BLOCKER -> "Forbids the copy";
                    case WARNING -> "To be accepted";
                    case INFO -> "Worth knowing";
                }).append(" (").append(findings.size()).append(")\n");
                findings.forEach(finding -> finding(finding, text));
                text.append('\n');
            }
        }
        if (!plan.decisions().isEmpty()) {
            text.append("Choices (").append(plan.decisions().size()).append(")\n");
            plan.decisions().forEach(decision -> decision(decision, text));
            text.append('\n');
        }
        if (!plan.preamble().isEmpty()) {
            text.append("Before the tables\n");
            plan.preamble().forEach(sql -> text.append("  ").append(sql).append('\n'));
            text.append('\n');
        }
        plan.tables().forEach(table -> table(plan, table, text));
        if (!plan.views().isEmpty()) {
            text.append("Views\n");
            plan.views().forEach(view -> text.append("  ").append(view.sql()).append('\n'));
        }
        return text.toString().stripTrailing() + "\n";
    }

    private static String headline(Plan plan) {
        var rows = plan.tables().stream().mapToLong(TablePlan::rows).sum();
        var kind = plan.mode() == SchemaMode.CREATE ? "a schema that Ferryman creates" : "the existing schema";
        return String.format(Locale.ROOT, "%,d tables, %,d rows into %s: %s", plan.tables().size(), rows, kind,
                plan.possible() ? "the copy is possible." : "the copy is NOT possible as things are.");
    }

    private static void finding(Finding finding, StringBuilder text) {
        var where = new ArrayList<String>();
        if (finding.table() != null) {
            where.add(finding.table());
        }
        if (finding.column() != null) {
            where.add(finding.column());
        }
        text.append("  ").append(where.isEmpty() ? "" : String.join(".", where) + ": ")
                .append(finding.message().strip().replaceAll("\\s+", " "));
        if (finding.count() > 0) {
            text.append(String.format(Locale.ROOT, " %,d %s", finding.count(), finding.count() == 1 ? "row" : "rows"));
            text.append(finding.exampleKeys().isEmpty()
                    ? "."
                    : ", such as "
                            + String.join("; ", finding.exampleKeys()) + ".");
        }
        text.append(" [").append(finding.code()).append("]\n");
    }

    private static void decision(Decision decision, StringBuilder text) {
        text.append("  ").append(decision.place()).append(decision.kind() == Decision.Kind.NULLS ? " (NULL)" : "")
                .append(": ").append(decision.message().strip().replaceAll("\\s+", " "));
        if (decision.count() > 0) {
            text.append(String.format(Locale.ROOT, " %,d %s", decision.count(),
                    decision.count() == 1 ? "row" : "rows")).append(decision.exampleKeys().isEmpty()
                            ? "."
                            : ", such as " + String.join("; ", decision.exampleKeys()) + ".");
        }
        text.append('\n');
        for (var option : decision.options()) {
            text.append(option.choice() == decision.chosen() ? "    * " : "      ")
                    .append(pad(option.choice().word(), 10)).append("  ")
                    .append(option.effect().replaceAll("\\s+", " "))
                    .append(option.choice() == decision.recommended() ? " (recommended)" : "")
                    .append(option.choice() == decision.chosen() && decision.explicit() ? " (chosen)" : "")
                    .append('\n');
        }
    }

    private static void table(Plan plan, TablePlan table, StringBuilder text) {
        text.append(table.source());
        if (!table.target().equals(table.source()) || !table.targetSchema().equals("public")) {
            text.append(" -> ").append(table.targetSchema()).append('.').append(table.target());
        }
        text.append(String.format(Locale.ROOT, " (%,d %s, ", table.rows(), table.rows() == 1 ? "row" : "rows"));
        text.append(table.key().present() ? "key " + String.join(", ", table.key().columns()) : "no key")
                .append(")\n");
        var width = table.columns().stream().mapToInt(c -> c.source().length()).max().orElse(0);
        for (var column : table.columns()) {
            text.append("  ").append(pad(column.source(), width)).append("  ").append(column(plan, table, column))
                    .append('\n');
        }
        if (table.replace()) {
            text.append("  the rows that the target holds already are deleted first\n");
        }
        table.quarantine().forEach(rule -> text.append("  to quarantine: ")
                .append(rule.columns().isEmpty() ? "" : String.join(", ", rule.columns()) + ": ")
                .append(rule.reason().replaceAll("\\s+", " ")).append('\n'));
        table.afterLoad().stream().filter(after -> after.kind() != AfterLoad.Kind.VALIDATE_FOREIGN_KEY)
                .forEach(after -> text.append("  ").append(after.sql()).append('\n'));
        text.append('\n');
    }

    private static String column(Plan plan, TablePlan table, ColumnPlan column) {
        var parts = new ArrayList<String>();
        parts.add((column.declaredType().isEmpty() ? "(no type)" : column.declaredType()) + " -> "
                + PgTypes.sql(column.type()));
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
        }
        if (column.conversion() != Conversion.DIRECT && column.conversion() != Conversion.GENERATED) {
            var reading = column.conversion().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            parts.add(reading.startsWith("as ") ? "read " + reading : "read as " + reading);
        }
        if (column.emptyAsNull()) {
            parts.add("empty text becomes NULL");
        }
        return String.join(", ", parts) + (column.conversion() == Conversion.DIRECT ? "" : ". " + column.why());
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
