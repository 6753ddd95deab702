package dev.ferryman.runbook;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * When a cutover is to happen: from its start, which is the moment T of its deadlines, up to and without its end.
 *
 * @param start when it opens
 * @param end   when it closes; later than the start
 * @param zone  where the people are that agreed on it: its times are shown there and in UTC
 */
public record Window(Instant start, Instant end, ZoneId zone) {
    /** Longer ones are taken for a slip of the hand. */
    public static final Duration LONGEST = Duration.ofDays(31);

    /** Checks that it ends after it starts. */
    public Window {
        if (!end.isAfter(start)) {
            throw new IllegalArgumentException("A window ends after it starts");
        }
    }

    /** How long it is open. */
    public Duration length() {
        return Duration.between(start, end);
    }

    /** Whether it is open at this moment. */
    public boolean openAt(Instant moment) {
        return !moment.isBefore(start) && moment.isBefore(end);
    }

    /** Whether it has closed by this moment. */
    public boolean closedBy(Instant moment) {
        return !moment.isBefore(end);
    }

    /** Whether there is a moment at which both are open. */
    public boolean overlaps(Window other) {
        return start.isBefore(other.end) && other.start.isBefore(end);
    }
}
