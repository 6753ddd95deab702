package dev.ferryman.schemachange;

/** Is told how a script is applied. */
public interface ApplyListener {
    /** Whatever is worth a line. */
    void output(String line);

    /**
     * Which session of the server runs the script.
     *
     * @param pid as in {@code pg_stat_activity}
     */
    default void session(int pid) {}

    /**
     * A statement begins, again for each further try.
     *
     * @param number of the statement, from 1
     * @param of how many there are
     */
    default void begins(int number, int of, String sql) {}

    /**
     * How far the running statement is, from {@code pg_stat_progress_…}.
     *
     * @param phase what the server does, in its words
     * @param done units done in this phase
     * @param of units there are, 0 where that is not known
     */
    default void progress(int number, String phase, long done, long of) {}

    /** A statement is done, and committed. */
    default void done(AppliedStatement statement) {}

    /** Called before each effect; throws where somebody else works on it now. */
    void ensureOwner();
}
