package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that does not fit, what may be done about it, and what is done.
 *
 * @param kind what it is about
 * @param table source table
 * @param column source column, null where the decision is not about one
 * @param subject names the constraint within its table as a plan file does: {@code (owner) REFERENCES people (id)}, the
 *        expression of a CHECK, the name of an index; null for decisions about a column or the whole table
 * @param message what does not fit, in one or two sentences
 * @param count rows concerned, 0 where they were not counted
 * @param exampleKeys up to five keys of rows concerned, rendered for a person
 * @param options what may be chosen, in the order of {@link Choice}
 * @param recommended what Ferryman would choose
 * @param chosen what is done; one of the options
 * @param explicit whether a person has chosen it
 */
public record Decision(Kind kind, String table, @Nullable String column, @Nullable String subject, String message,
        long count, List<String> exampleKeys, List<Option> options, Choice recommended, Choice chosen,
        boolean explicit) {

    /** What a decision is about. */
    public enum Kind {
        /** Values of a column that its type does not hold. */
        VALUES,
        /** NULL in a column that has to be NOT NULL. */
        NULLS,
        /** Rows whose parent is missing. */
        FOREIGN_KEY,
        /** Rows that break a CHECK. */
        CHECK,
        /** Rows that become equal in the target. */
        UNIQUE,
        /** Rows that the target's table holds already. */
        ROWS
    }

    /**
     * One of the things that may be chosen.
     *
     * @param effect what happens then, without a subject: "the column becomes text"
     */
    public record Option(Choice choice, String effect) {}

    public Decision {
        exampleKeys = List.copyOf(exampleKeys);
        options = List.copyOf(options);
        if (!offers(options, recommended) || !offers(options, chosen)) {
            throw new IllegalArgumentException("neither the recommendation nor the choice may be something else than"
                    + " the options of " + table);
        }
    }

    private static boolean offers(List<Option> options, Choice choice) {
        return options.stream().anyMatch(option -> option.choice() == choice);
    }

    /** Whether something may be chosen here. */
    public boolean offers(Choice choice) {
        return offers(options, choice);
    }

    /** What the present choice does. */
    public String effect() {
        return options.stream().filter(option -> option.choice() == chosen).map(Option::effect).findFirst()
                .orElseThrow();
    }

    /** Where it is, for a person: {@code people.age}, {@code orders (owner) REFERENCES people (id)}. */
    public String place() {
        return table + (column == null ? "" : "." + column) + (subject == null ? "" : " " + subject);
    }
}
