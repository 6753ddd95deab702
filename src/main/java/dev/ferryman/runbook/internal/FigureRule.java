package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.Step;
import java.math.BigDecimal;
import java.util.Map;

/** Figures that manual steps ask for. */
final class FigureRule {
    private FigureRule() {}

    /** Whether this actor may accept a figure beyond the limits of the step. */
    static boolean mayAccept(Step step, Actor actor) {
        Figure figure = step.definition().figure();
        return figure != null && figure.acceptBy() != null && actor.holds(figure.acceptBy());
    }

    /**
     * What the step passes on of its figure; nothing where it asks for none.
     *
     * @throws IllegalMoveException where the figure is none, or beyond its limits and not accepted
     */
    static Map<String, Object> facts(Step step, Actor actor, Reading reading, String tried) {
        Figure figure = step.definition().figure();
        if (figure == null) {
            return Map.of();
        }
        BigDecimal number = Figure.parse(reading.figure()).orElseThrow(() -> new IllegalMoveException(tried,
                reading.figure().isBlank()
                        ? "it asks for a figure: " + figure.title() + "."
                        : "‘" + reading.figure().strip() + "’ is no number.",
                "Write it as 96 or 96.5, without its unit."));
        String words = figure.title() + ": " + figure.words(number);
        if (figure.allows(number)) {
            return Map.of(Figure.FACT, number, Figure.WORDS, words);
        }
        String wanted = "wanted is " + figure.wanted();
        String acceptBy = figure.acceptBy();
        if (acceptBy == null) {
            throw new IllegalMoveException(tried, words + ", and " + wanted + ".",
                    "Mend what is wrong, then measure again.");
        }
        if (!actor.holds(acceptBy) || reading.acceptance().isBlank()) {
            throw new IllegalMoveException(tried, words + ", and " + wanted + ".",
                    "Mend what is wrong and measure again, or the " + Role.labelOf(acceptBy)
                            + " completes it and says why that is acceptable.");
        }
        return Map.of(Figure.FACT, number, Figure.WORDS, words + " (" + wanted + "), accepted by "
                + actor.displayName() + " as " + Role.labelOf(acceptBy) + ": " + reading.acceptance().strip());
    }

    /** A reading that nobody can object to. */
    static Reading good(Step step) {
        Figure figure = step.definition().figure();
        if (figure == null) {
            return Reading.NONE;
        }
        BigDecimal number = figure.atLeast() != null ? figure.atLeast() : figure.atMost();
        return new Reading(number == null ? "0" : number.toPlainString(), "");
    }
}
