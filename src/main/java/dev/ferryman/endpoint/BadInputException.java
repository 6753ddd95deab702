package dev.ferryman.endpoint;

/**
 * What was asked for cannot be done with what was given: a file that is not a database, a target that refuses the
 * password, a plan that does not fit. Nothing has been changed when this is thrown. The command line prints
 * {@link #getMessage()} and {@link #next()} and exits with 2; pages and API show both where the person is looking.
 */
public class BadInputException extends RuntimeException {
    private final String next;

    /**
     * @param what what happened and where, one sentence, no secret in it
     * @param next what to do next, one sentence
     */
    public BadInputException(String what, String next) {
        super(what);
        this.next = next;
    }

    /** As above, keeping the cause for the log. */
    public BadInputException(String what, String next, Throwable cause) {
        super(what, cause);
        this.next = next;
    }

    /** What the person should do next, one sentence. */
    public String next() {
        return next;
    }
}
