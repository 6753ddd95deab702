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

    /** Called before each transaction; throws where somebody else works on it now. */
    void ensureOwner();
}
