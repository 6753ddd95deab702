package dev.ferryman.replication;

import java.time.Duration;

/**
 * Limits of a freeze.
 *
 * @param budget longest time the application may be kept waiting; an overrun cancels the whole freeze
 * @param lockLimit longest time the source's write lock is waited for; the application goes on meanwhile
 * @param mostBacklog most changes that may be pending when it begins
 * @param mostLag longest lag with which it may begin
 */
public record FreezeOptions(Duration budget, Duration lockLimit, long mostBacklog, Duration mostLag) {
    public FreezeOptions {
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("a freeze needs time, not " + budget);
        }
    }

    /** Ten seconds of budget, five for the lock, 5,000 changes, five seconds of lag. */
    public static FreezeOptions defaults() {
        return new FreezeOptions(Duration.ofSeconds(10), Duration.ofSeconds(5), 5_000, Duration.ofSeconds(5));
    }
}
