package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Kind;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.PlanChoices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the decisions of a plan: what a person has chosen, else what is recommended where that loses and changes nothing,
 * else the copy is refused.
 */
final class Decisions {
    /** Rows with more bytes than this are not offered quarantine, where a row is one value. */
    static final long WIDEST_QUARANTINED_BYTES = 8L * 1024 * 1024;

    private final PlanChoices choices;
    private final Findings findings;
    private final List<Decision> taken = new ArrayList<>();

    Decisions(PlanChoices choices, Findings findings) {
        this.choices = choices;
        this.findings = findings;
    }

    PlanChoices choices() {
        return choices;
    }

    /** Something to decide; see {@link Decision}. */
    record Question(Kind kind, String table, @Nullable String column, @Nullable String subject, String code,
            String message, long count, List<String> exampleKeys, List<Option> options, Choice recommended) {}

    /** Answers a question; a refusal is among the findings then. */
    Choice decide(Question question) {
        var wanted = chosen(question);
        var options = question.options.stream().sorted(Comparator.comparing(Option::choice)).toList();
        var available = wanted != null && options.stream().anyMatch(option -> option.choice() == wanted);
        var fallback = question.recommended == Choice.QUARANTINE || question.recommended == Choice.CONVERT
                || question.recommended == Choice.REPLACE
                        ? Choice.FAIL
                        : question.recommended;
        var choice = wanted == null ? fallback : available ? wanted : Choice.FAIL;
        var decision = new Decision(question.kind, question.table, question.column, question.subject,
                question.message, question.count, question.exampleKeys, options, question.recommended, choice,
                available);
        taken.add(decision);
        if (wanted != null && !available) {
            findings.blocker(question.table, question.column, "choice-not-available", "The choice " + wanted.word()
                    + " is not possible here, only " + options.stream().map(option -> option.choice().word())
                            .collect(Collectors.joining(", "))
                    + ": " + question.message);
        } else if (choice == Choice.FAIL) {
            findings.add(dev.ferryman.schema.Finding.Severity.BLOCKER, question.table, question.column, question.code,
                    question.message, question.count, question.exampleKeys);
        }
        return choice;
    }

    private @Nullable Choice chosen(Question question) {
        var table = choices.table(question.table);
        switch (question.kind) {
            case VALUES :
                return column(question).values();
            case NULLS :
                return column(question).nulls();
            case FOREIGN_KEY, CHECK, UNIQUE :
                return table.constraints().get(String.valueOf(question.subject));
            case ROWS :
                return table.rows();
        }
        throw new IllegalStateException("no such decision: " + question.kind);
    }

    private PlanChoices.ColumnChoices column(Question question) {
        return choices.table(question.table).column(String.valueOf(question.column));
    }

    /** All of them in a stable order. */
    List<Decision> sorted() {
        return taken.stream().sorted(Comparator.comparing(Decision::table).thenComparing(d -> text(d.column()))
                .thenComparing(Decision::kind).thenComparing(d -> text(d.subject()))).toList();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
