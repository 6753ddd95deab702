package dev.ferryman.cutover;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a verification found.
 *
 * @param id its number
 * @param step the step that ran it
 * @param kind what was compared
 * @param at when it ended
 * @param equal whether everything was compared and is equal
 * @param rows rows read from SQLite
 * @param differences rows that differ, listed or not
 * @param summary one sentence
 * @param tables one entry per table
 * @param shown the first differences
 * @param more whether there are more than are shown
 */
public record VerificationView(long id, String step, Kind kind, Instant at, boolean equal, long rows, long differences,
        String summary, List<TableResult> tables, List<DifferenceRow> shown, boolean more) {
    public VerificationView {
        tables = List.copyOf(tables);
        shown = List.copyOf(shown);
    }

    /** What was compared. */
    public enum Kind {
        /** The snapshot with what was copied from it. */
        SNAPSHOT,
        /** A later state of the live file with what was copied: what the application wrote after the snapshot. */
        SINCE_SNAPSHOT,
        /** The snapshot with what PostgreSQL holds now: what going back to SQLite would lose. */
        LOSSES;

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
