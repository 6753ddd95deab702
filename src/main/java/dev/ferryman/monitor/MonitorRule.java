package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import java.time.Duration;

/**
 * How samples are judged over time.
 *
 * @param interval time between two samples
 * @param soak how long it has to go well; zero: one good sample is enough
 * @param breachFor how long a breach has to last to count as failed; zero: the first one does
 * @param silenceFor how long there may be no data or errors only before the monitor is inconclusive; five minutes by
 *        {@code DESIGN.md} § 3
 */
public record MonitorRule(Duration interval, Duration soak, Duration breachFor, Duration silenceFor) {
    /** Without data for longer than this nothing is proved either way. */
    public static final Duration SILENCE = Duration.ofMinutes(5);

    public MonitorRule {
        if (!interval.isPositive() || soak.isNegative() || breachFor.isNegative() || !silenceFor.isPositive()) {
            throw new BadInputException("A monitor needs a positive interval and no negative durations.",
                    "Correct the durations, such as 10s, 5m or 24h.");
        }
    }
}
