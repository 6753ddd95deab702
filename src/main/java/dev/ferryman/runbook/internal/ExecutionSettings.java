package dev.ferryman.runbook.internal;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How steps are executed. DESIGN.md § 1.
 *
 * @param heartbeat   how often an owner shows that it lives
 * @param lease       an owner silent for so long counts as dead; at least four heart-beats
 * @param threads     steps running at once in one process
 * @param grace       how long a step may take to stop once it was told to
 * @param outputLines lines of output kept for each attempt, the latest ones
 */
@ConfigurationProperties("ferryman.execution")
public record ExecutionSettings(@DefaultValue("10s") Duration heartbeat, @DefaultValue("60s") Duration lease,
        @DefaultValue("32") int threads, @DefaultValue("5s") Duration grace,
        @DefaultValue("5000") int outputLines) {
    private static final int FEWEST_BEATS = 4;

    /** Checks the bounds. */
    public ExecutionSettings {
        if (heartbeat.toMillis() < 100 || lease.compareTo(heartbeat.multipliedBy(FEWEST_BEATS)) < 0) {
            throw new IllegalArgumentException("ferryman.execution.heartbeat must be at least 100ms and"
                    + " ferryman.execution.lease at least four times as long");
        }
        if (threads < 1 || outputLines < 1 || grace.isNegative()) {
            throw new IllegalArgumentException("ferryman.execution.threads and output-lines must be at least 1,"
                    + " grace not negative");
        }
    }

    /** Heart-beats that may be missed before an owner counts as dead. */
    int missedHeartbeats() {
        return (int) lease.dividedBy(heartbeat);
    }
}
