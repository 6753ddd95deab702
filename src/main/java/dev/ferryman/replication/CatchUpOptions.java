package dev.ferryman.replication;

import java.time.Duration;

/**
 * How a catch-up behaves towards application and target.
 *
 * @param mostKeys most changed keys of one table in one batch; fewer are taken while reading them takes long
 * @param share part of the time that is spent working while changes are pending, over 0 and at most 1; the rest is left
 *        to application and target
 * @param idle pause while nothing is pending
 * @param wholeEvery least time between two copies of a table that is followed as a whole
 */
public record CatchUpOptions(int mostKeys, double share, Duration idle, Duration wholeEvery) {
    public CatchUpOptions {
        if (mostKeys < 1) {
            throw new IllegalArgumentException("mostKeys is " + mostKeys + ", must be at least 1");
        }
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be over 0 and at most 1");
        }
    }

    /** 20,000 keys, four fifths of the time, asking every 100 ms, whole tables at most every 30 s. */
    public static CatchUpOptions defaults() {
        return new CatchUpOptions(20_000, 0.8, Duration.ofMillis(100), Duration.ofSeconds(30));
    }
}
