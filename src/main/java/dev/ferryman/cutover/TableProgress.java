package dev.ferryman.cutover;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How far one table is.
 *
 * @param table source table
 * @param rows rows done in the state given
 * @param total rows the plan counted
 * @param bytes bytes sent to the target so far
 * @param rowsPerSecond speed of what is under way, 0 where nothing is
 * @param eta time to the end of what is under way, empty where it cannot be told
 * @param state what is being done with it
 */
public record TableProgress(String table, long rows, long total, long bytes, double rowsPerSecond,
        Optional<Duration> eta, State state) {

    /** What is being done with a table. */
    public enum State {
        WAITING, COPYING, COPIED, VERIFYING, VERIFIED, DIFFERENT;

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
