package dev.ferryman.schemachange;

/**
 * A schema change could not go on. What was committed stays, nothing is half done, and the same step can be run again
 * unless {@link #next()} says otherwise.
 */
public class SchemaChangeFailedException extends RuntimeException {
    private final String next;

    /**
     * @param what what happened and where, no secret in it
     * @param next what is safe now and what to do next
     */
    public SchemaChangeFailedException(String what, String next) {
        super(what);
        this.next = next;
    }

    /** As above, keeping the cause for the log. */
    public SchemaChangeFailedException(String what, String next, Throwable cause) {
        super(what, cause);
        this.next = next;
    }

    /** What is safe now and what to do next, one or two sentences. */
    public String next() {
        return next;
    }
}
