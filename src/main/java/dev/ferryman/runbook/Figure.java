package dev.ferryman.runbook;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A figure that is typed in when a manual step is completed.
 *
 * @param title    what it is
 * @param unit     such as {@code %}; empty for a mere number
 * @param atLeast  the least that is good enough; null for no such limit
 * @param atMost   the most that is good enough; null for no such limit
 * @param acceptBy role that may complete the step as well, and accept a figure beyond the limits; null for nobody
 */
public record Figure(String title, String unit, @Nullable BigDecimal atLeast, @Nullable BigDecimal atMost,
        @Nullable String acceptBy) {
    /** Key of the figure among the facts of its step. */
    public static final String FACT = "figure";
    /** Key of what the history says of it. */
    public static final String WORDS = "figureInWords";

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,6})?");

    /** The number a person typed; empty where it is none. */
    public static Optional<BigDecimal> parse(String text) {
        String number = text.strip();
        return NUMBER.matcher(number).matches() ? Optional.of(new BigDecimal(number)) : Optional.empty();
    }

    /** A number with the unit. */
    public String words(BigDecimal number) {
        return number.toPlainString() + (unit.isEmpty() ? "" : " " + unit);
    }

    /** What is wanted: {@code at least 95 %}; empty where any figure is good. */
    public String wanted() {
        String least = atLeast == null ? "" : "at least " + words(atLeast);
        String most = atMost == null ? "" : "at most " + words(atMost);
        return least.isEmpty() || most.isEmpty() ? least + most : least + " and " + most;
    }

    /** Whether the number is inside the limits. */
    public boolean allows(BigDecimal number) {
        return (atLeast == null || number.compareTo(atLeast) >= 0) && (atMost == null || number.compareTo(atMost) <= 0);
    }
}
