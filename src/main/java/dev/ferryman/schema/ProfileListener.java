package dev.ferryman.schema;

/** Hears how far a profile is; called from several threads, for one table by one at a time; it has to return at once. */
public interface ProfileListener {
    /** A table is about to be read. */
    default void started(String table) {}

    /** Some more rows of it are read: {@code rows} so far. */
    default void progressed(String table, long rows) {}

    /** All its rows are read. */
    default void finished(String table, long rows) {}

    /** A listener that does nothing. */
    static ProfileListener silent() {
        return new ProfileListener() {
        };
    }
}
