package dev.ferryman.schema;

import dev.ferryman.schema.internal.FindingsText;
import dev.ferryman.schema.internal.TablesText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The plan as a person reads it and sends it to another: what it comes to, what needs attention and what can be chosen
 * there, then every table, and the SQL of what stays behind at the end.
 */
public final class PlanText {
    private PlanText() {}

    /** Renders a plan as plain text with line breaks, lines of any length. */
    public static String render(Plan plan) {
        var text = new StringBuilder();
        text.append(headline(plan)).append('\n').append(carried(plan)).append('\n');
        new FindingsText(plan).appendTo(text);
        if (!plan.preamble().isEmpty()) {
            text.append("Before the tables\n");
            plan.preamble().forEach(sql -> text.append("  ").append(sql).append('\n'));
            text.append('\n');
        }
        new TablesText(plan).appendTo(text);
        if (!plan.views().isEmpty()) {
            text.append("Views\n");
            plan.views().forEach(view -> text.append("  ").append(view.sql()).append('\n'));
            text.append('\n');
        }
        FindingsText.appendStatements(plan, text);
        return text.toString().stripTrailing() + "\n";
    }

    private static String headline(Plan plan) {
        var rows = plan.tables().stream().mapToLong(TablePlan::rows).sum();
        return Counted.of(plan.tables().size(), "table") + ", " + Counted.of(rows, "row") + " into "
                + (plan.mode() == SchemaMode.CREATE ? "a schema that Ferryman creates" : "the existing schema") + ": "
                + (plan.possible() ? "the copy is possible." : "the copy is NOT possible as things are.");
    }

    /** One line on what a created schema will hold, one on what it will not. */
    private static String carried(Plan plan) {
        var created = new ArrayList<String>();
        count(plan, AfterLoad.Kind.PRIMARY_KEY, "primary key", "primary keys", created);
        count(plan, AfterLoad.Kind.UNIQUE, "unique constraint", "unique constraints", created);
        count(plan, AfterLoad.Kind.INDEX, "index", "indexes", created);
        count(plan, AfterLoad.Kind.CHECK, "check", "checks", created);
        count(plan, AfterLoad.Kind.FOREIGN_KEY, "foreign key", "foreign keys", created);
        count(plan.sequences().size(), "identity", "identities", created);
        count(plan.views().size(), "view", "views", created);
        var left = new ArrayList<String>();
        left(plan, "view-left-out", "view", "views", left);
        left(plan, "trigger-left-out", "trigger", "triggers", left);
        left(plan, "virtual-table", "virtual table", "virtual tables", left);
        var text = new StringBuilder();
        if (plan.mode() == SchemaMode.CREATE && !created.isEmpty()) {
            text.append("With them: ").append(String.join(", ", created)).append(".\n");
        }
        if (!left.isEmpty()) {
            text.append("Stay behind: ").append(String.join(", ", left)).append(".\n");
        }
        return text.toString();
    }

    private static void count(Plan plan, AfterLoad.Kind kind, String one, String many, List<String> parts) {
        count(plan.tables().stream().flatMap(table -> table.afterLoad().stream())
                .filter(after -> after.kind() == kind).count(), one, many, parts);
    }

    private static void left(Plan plan, String code, String one, String many, List<String> parts) {
        count(plan.findings().stream().filter(finding -> finding.code().equals(code)).count(), one, many, parts);
    }

    private static void count(long count, String one, String many, List<String> parts) {
        if (count > 0) {
            parts.add(Counted.of(count, one, many).toLowerCase(Locale.ROOT));
        }
    }
}
