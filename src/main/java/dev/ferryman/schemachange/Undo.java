package dev.ferryman.schemachange;

import java.util.Locale;

/**
 * How a statement is undone after it was committed.
 *
 * @param way what kind of undoing it is
 * @param how the statement, or one sentence
 */
public record Undo(Way way, String how) {
    /** Kinds of undoing, easiest first. */
    public enum Way {
        /** There is nothing to undo. */
        NOTHING,
        /** A statement takes it back; no data is lost that was there before. */
        STATEMENT,
        /** The shape comes back with a statement, the data that went with it only from a backup. */
        BACKUP;

        /** The name in lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
