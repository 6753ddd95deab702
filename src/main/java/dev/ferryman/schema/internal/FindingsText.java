package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a plan has to say, the same thing once for all places, each with what can be chosen there. */
public final class FindingsText {
    private static final int LONGEST_CHOICE = 10;

    private final Plan plan;
    private final List<Decision> told = new ArrayList<>();

    /** @param plan whose findings and decisions are written */
    public FindingsText(Plan plan) {
        this.plan = plan;
    }

    /** Appends them, what forbids the copy first. */
    public void appendTo(StringBuilder text) {
        for (var severity : List.of(Severity.BLOCKER, Severity.WARNING, Severity.INFO)) {
            var findings = plan.findings().stream().filter(f -> f.severity() == severity).toList();
            if (!findings.isEmpty()) {
                text.append(switch (severity) {
                    case BLOCKER -> "Forbids the copy";
                    case WARNING -> "To be accepted";
                    case INFO -> "Worth knowing";
                }).append(" (").append(findings.size()).append(")\n");
                grouped(findings).forEach((_, same) -> findings(same, text));
                text.append('\n');
            }
        }
        var others = plan.decisions().stream().filter(decision -> !told.contains(decision)).toList();
        if (!others.isEmpty()) {
            text.append("Choices (").append(others.size()).append(")\n");
            for (var decision : others) {
                text.append("  ").append(decision.place())
                        .append(decision.kind() == Decision.Kind.NULLS ? " (NULL)" : "").append(": ")
                        .append(oneLine(decision.message()))
                        .append(rows(decision.count(), decision.exampleKeys())).append('\n');
                options(decision, text);
            }
            text.append('\n');
        }
    }

    /** Appends the statements of what stays behind. */
    public static void appendStatements(Plan plan, StringBuilder text) {
        var statements = plan.findings().stream().map(Finding::sql).filter(sql -> sql != null).toList();
        if (!statements.isEmpty()) {
            text.append("SQL of what stays behind, for whoever rewrites it\n");
            statements.forEach(sql -> text.append("  ").append(String.valueOf(sql).strip().indent(2).strip())
                    .append(";\n"));
        }
    }

    /** What can be chosen is said place by place; all else together. */
    private Map<String, List<Finding>> grouped(List<Finding> findings) {
        var grouped = new LinkedHashMap<String, List<Finding>>();
        for (var finding : findings) {
            var alone = decision(finding) != null;
            var key = alone
                    ? String.valueOf(grouped.size())
                    : finding.code().equals("trigger-left-out") ? finding.code() : finding.code() + finding.message();
            grouped.computeIfAbsent(key, _ -> new ArrayList<>()).add(finding);
        }
        return grouped;
    }

    private void findings(List<Finding> same, StringBuilder text) {
        var first = same.getFirst();
        if (first.code().equals("trigger-left-out")) {
            triggers(same, text);
        } else if (same.size() == 1) {
            text.append("  ").append(place(first)).append(oneLine(first.message()))
                    .append(rows(first.count(), first.exampleKeys())).append(" [").append(first.code()).append("]\n");
            var decision = decision(first);
            if (decision != null && !told.contains(decision)) {
                told.add(decision);
                options(decision, text);
            }
        } else {
            text.append("  ").append(oneLine(first.message())).append(" [").append(first.code()).append("]\n");
            var uncounted = same.stream().filter(finding -> finding.count() == 0).map(FindingsText::where).toList();
            if (!uncounted.isEmpty()) {
                text.append("    ").append(String.join(", ", uncounted)).append('\n');
            }
            same.stream().filter(finding -> finding.count() > 0).forEach(finding -> text.append("    ")
                    .append(where(finding)).append(':').append(rows(finding.count(), finding.exampleKeys()))
                    .append('\n'));
        }
    }

    private static void triggers(List<Finding> triggers, StringBuilder text) {
        var byTable = triggers.stream().collect(
                Collectors.groupingBy(finding -> String.valueOf(finding.table()), LinkedHashMap::new,
                        Collectors.counting()));
        text.append("  ").append(Counted.of(triggers.size(), "trigger is", "triggers are"))
                .append(" not created in the target: ")
                .append(byTable.entrySet().stream().map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                        .collect(Collectors.joining(", ")))
                .append(". The application relies on them or does not: rewrite those it does. [trigger-left-out]\n");
    }

    /** What can be chosen about a finding; null where nothing can. */
    private @Nullable Decision decision(Finding finding) {
        return plan.decisions().stream().filter(decision -> decision.table().equals(finding.table())
                && String.valueOf(decision.column()).equals(String.valueOf(finding.column()))
                && decision.count() == finding.count() && decision.exampleKeys().equals(finding.exampleKeys())
                && isAbout(finding, decision)).findFirst().orElse(null);
    }

    private static boolean isAbout(Finding finding, Decision decision) {
        return switch (decision.kind()) {
            case FOREIGN_KEY -> finding.code().equals("orphans")
                    && (finding.message().contains(String.valueOf(decision.subject()))
                            || finding.message().startsWith(decision.message()));
            case CHECK -> finding.message().contains(String.valueOf(decision.subject()));
            case UNIQUE -> finding.code().startsWith("duplicate");
            case NULLS -> finding.code().startsWith("null");
            case VALUES, ROWS -> !finding.code().startsWith("null");
        };
    }

    private static void options(Decision decision, StringBuilder text) {
        for (var option : decision.options()) {
            text.append(option.choice() == decision.chosen() ? "    * " : "      ")
                    .append(padded(option.choice())).append("  ").append(oneLine(option.effect()))
                    .append(option.choice() == decision.recommended() ? " (recommended)" : "")
                    .append(option.choice() == decision.chosen() && decision.explicit() ? " (chosen)" : "")
                    .append('\n');
        }
    }

    private static String padded(Choice choice) {
        return choice.word() + " ".repeat(LONGEST_CHOICE - choice.word().length());
    }

    private static String place(Finding finding) {
        var where = where(finding);
        return where.isEmpty() ? "" : where + ": ";
    }

    private static String where(Finding finding) {
        return finding.table() == null
                ? ""
                : finding.table() + (finding.column() == null ? "" : "." + finding.column());
    }

    private static String rows(long count, List<String> exampleKeys) {
        if (count == 0) {
            return "";
        }
        return " " + Counted.of(count, "row")
                + (exampleKeys.isEmpty() ? "." : ", such as " + String.join("; ", exampleKeys) + ".");
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }
}
