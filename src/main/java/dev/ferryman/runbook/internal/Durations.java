package dev.ferryman.runbook.internal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as templates write them: {@code 90s}, {@code 10m}, {@code 4h}, {@code 2d} or ISO-8601. */
public final class Durations {
    /** What a reader is told when a duration cannot be read. */
    public static final String EXPECTED = "a duration such as 90s, 10m, 4h, 2d or PT10M";

    private static final Pattern SHORT = Pattern.compile("(\\d{1,6})(s|m|h|d)");

    /** What a reader is told when a time counted from the start of the window cannot be read. */
    public static final String OFFSET_EXPECTED = "a time counted from the start of the window, such as T-7d, T-0 or T+4h";

    private Durations() {}

    /** The time from the start of the window on, negative before it; empty when the text is none. */
    public static Optional<Duration> parseOffset(String text) {
        String stripped = text.strip();
        if (stripped.equals("T") || stripped.equals("T-0") || stripped.equals("T+0")) {
            return Optional.of(Duration.ZERO);
        }
        if (stripped.startsWith("T-")) {
            return parse(stripped.substring(2)).map(Duration::negated);
        }
        return stripped.startsWith("T+") ? parse(stripped.substring(2)) : Optional.empty();
    }

    /** The duration; empty when the text is none, negative or longer than a year. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = SHORT.matcher(text.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return bounded(switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            });
        }
        try {
            return bounded(Duration.parse(text.strip()));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> bounded(Duration duration) {
        return duration.isNegative() || duration.compareTo(Duration.ofDays(366)) > 0
                ? Optional.empty()
                : Optional.of(duration);
    }
}
