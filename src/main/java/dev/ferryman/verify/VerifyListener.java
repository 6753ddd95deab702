package dev.ferryman.verify;

/**
 * Hears how a verification goes on. Called from several threads at once; must return quickly and must not throw.
 */
public interface VerifyListener {
    /** Hears nothing. */
    VerifyListener SILENT = new VerifyListener() {
    };

    /**
     * A table's comparison begins.
     *
     * @param table source table
     * @param rows rows it is expected to have, as the plan counted them
     */
    default void tableStarted(String table, long rows) {}

    /**
     * More rows were compared. A table whose sides sort differently is read more than once; only the first reading
     * counts here.
     *
     * @param table source table
     * @param rows source rows compared since the last call for this table
     */
    default void rowsCompared(String table, long rows) {}

    /** A table's comparison has ended. */
    default void tableFinished(TableVerification result) {}
}
