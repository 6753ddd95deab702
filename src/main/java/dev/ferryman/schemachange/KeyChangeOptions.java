package dev.ferryman.schemachange;

import java.time.Duration;

/**
 * How gently a change of keys goes about its work.
 *
 * @param lockLimit how long one try waits for strong locks, and others behind it; no longer than half of the
 *        server's {@code deadlock_timeout}
 * @param patience how long strong locks are tried for in all
 * @param pages pages of 8 KiB that one transaction of the backfill reads
 * @param pause how long the backfill rests after each of them
 * @param mostReplayLag bytes a standby may be behind before the backfill waits for it; 0 for any
 */
public record KeyChangeOptions(Duration lockLimit, Duration patience, int pages, Duration pause, long mostReplayLag) {
    /** Half a second for locks, five minutes in all, a mebibyte at a time with 20 ms in between, standbys within 64 MiB. */
    public static KeyChangeOptions defaults() {
        return new KeyChangeOptions(Duration.ofMillis(500), Duration.ofMinutes(5), 128, Duration.ofMillis(20),
                64L << 20);
    }
}
