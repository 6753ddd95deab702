package dev.ferryman.schemachange;

/** Is told how a change of keys goes on. */
public interface KeyChangeListener {
    /** Whatever is worth a line. */
    void output(String line);

    /**
     * How far the backfill of a column is.
     *
     * @param column table and column
     * @param pages pages done
     * @param of pages there are
     */
    void filled(String column, long pages, long of);

    /**
     * The backfill waits for a standby, or does so no more.
     *
     * @param behind bytes that it is behind; 0 once it is near enough
     */
    default void waitsFor(String standby, long behind) {}

    /** Called before each transaction; throws where somebody else works on it now. */
    void ensureOwner();
}
