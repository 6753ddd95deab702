package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a probe's samples are judged over time.
 *
 * @param interval time between two looks while all is well
 * @param soak how long it has to go well; zero: one good sample is enough
 * @param breachFor how long a breach has to last to count as failed; zero: the first one does
 * @param silenceFor how long there may be no data or errors only before the monitor is inconclusive; five minutes by
 *        {@code DESIGN.md} § 3
 * @param initialDelay how long after the start the first look is taken
 * @param count after so many looks the probe is done; 0: it is done when its time is over
 * @param endsAlone whether it stops looking once it has passed, although others go on
 * @param failures how many breaches within a time fail it at once, however short each was; null for no such limit
 * @param consecutiveErrors so many errors in a row make it inconclusive at once; 0 for no such limit
 * @param noData what an answer without the figure means
 * @param severity whether it decides or only tells
 */
public record MonitorRule(Duration interval, Duration soak, Duration breachFor, Duration silenceFor,
        Duration initialDelay, int count, boolean endsAlone, @Nullable FailureLimit failures, int consecutiveErrors,
        NoData noData, Severity severity) {
    /** Without data for longer than this nothing is proved either way. */
    public static final Duration SILENCE = Duration.ofMinutes(5);
    private static final Duration CLOSEST = Duration.ofSeconds(5);
    private static final int LOOKS_WITHIN = 5;

    /**
     * More than so many breaches within a time.
     *
     * @param most how many there may be
     * @param within the time that is looked back
     */
    public record FailureLimit(int most, Duration within) {}

    /** What an answer without the figure means. */
    public enum NoData {
        /** It counts as a breach. */
        FAIL,
        /** It counts for nothing and need not be made up for. */
        IGNORE,
        /** For longer than the silence allowed it proves nothing either way. */
        INCONCLUSIVE
    }

    /** What a probe's breach does. */
    public enum Severity {
        /** It fails the watch. */
        FAIL,
        /** It is shown and recorded. */
        WARN
    }

    public MonitorRule {
        if (!interval.isPositive() || soak.isNegative() || breachFor.isNegative() || !silenceFor.isPositive()
                || initialDelay.isNegative() || count < 0 || consecutiveErrors < 0) {
            throw new BadInputException("A monitor needs a positive interval and no negative durations.",
                    "Correct the durations, such as 10s, 5m or 24h.");
        }
        if (failures != null && (failures.most() < 0 || !failures.within().isPositive())) {
            throw new BadInputException("The limit of failures needs a number and a time.",
                    "Write it like failures: {most: 3, within: 10m}.");
        }
    }

    /** Judged by time alone. */
    public MonitorRule(Duration interval, Duration soak, Duration breachFor, Duration silenceFor) {
        this(interval, soak, breachFor, silenceFor, Duration.ZERO, 0, false, null, 0, NoData.INCONCLUSIVE,
                Severity.FAIL);
    }

    /**
     * Time between two looks while something is wrong: at least five within what a breach or a silence may last, so that
     * an hourly check knows after minutes and not after hours.
     */
    public Duration closer() {
        Duration shortest = breachFor.isPositive() && breachFor.compareTo(silenceFor) < 0 ? breachFor : silenceFor;
        Duration wanted = shortest.dividedBy(LOOKS_WITHIN);
        Duration close = wanted.compareTo(CLOSEST) < 0 ? CLOSEST : wanted;
        return close.compareTo(interval) < 0 ? close : interval;
    }

    /** Whether a sample says that something is wrong. */
    boolean bad(Sample sample) {
        return bad(sample.kind());
    }

    /** Whether samples of this kind do. */
    boolean bad(Sample.Kind kind) {
        return kind == Sample.Kind.BREACH || kind == Sample.Kind.NO_DATA && noData == NoData.FAIL;
    }

    /** Whether a sample is passed over. */
    boolean ignores(Sample sample) {
        return noData == NoData.IGNORE
                && (sample.kind() == Sample.Kind.NO_DATA || sample.kind() == Sample.Kind.LOW_TRAFFIC);
    }
}
