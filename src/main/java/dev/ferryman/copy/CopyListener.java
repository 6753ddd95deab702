package dev.ferryman.copy;

/**
 * Hears how a copy goes on. Called from several threads at once; must return quickly and must not throw. Numbers are
 * totals, so hearing the same thing twice changes nothing, and they cover what an earlier attempt has done.
 */
public interface CopyListener {
    /** Hears nothing. */
    CopyListener SILENT = new CopyListener() {
    };

    /** What is being done now, in a few words for a person. */
    default void phase(String text) {}

    /**
     * Rows of a table were committed in the target.
     *
     * @param table source table
     * @param rows rows committed so far
     * @param bytes bytes sent for them
     */
    default void copied(String table, long rows, long bytes) {}

    /** All rows of a table are committed. */
    default void tableFinished(String table) {}

    /**
     * An index or constraint was built, or found.
     *
     * @param done how many are there
     * @param total how many there will be
     */
    default void completed(int done, int total) {}
}
