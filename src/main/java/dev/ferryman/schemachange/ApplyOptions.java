package dev.ferryman.schemachange;

import java.time.Duration;

/**
 * How gently a script is applied. These hold, whatever {@code lock_timeout} and {@code statement_timeout} the script sets.
 *
 * @param lockLimit how long one try waits for a lock, and others behind it; no longer than half of the server's
 *        {@code deadlock_timeout}, so that in a deadlock it is never the application that is ended
 * @param patience how long locks are tried for in all. What is built {@code CONCURRENTLY} waits in one go, since nobody
 *        waits behind it
 * @param statementLimit how long one statement may take
 */
public record ApplyOptions(Duration lockLimit, Duration patience, Duration statementLimit) {
    /** Half a second for a lock, five minutes in all, four hours for a statement. */
    public static ApplyOptions defaults() {
        return new ApplyOptions(Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofHours(4));
    }
}
