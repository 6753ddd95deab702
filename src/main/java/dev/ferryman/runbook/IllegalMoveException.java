package dev.ferryman.runbook;

/**
 * A command the runbook does not allow in its present state. The message reads: what was tried, why not, who can do what
 * instead.
 */
public class IllegalMoveException extends RuntimeException {
    private final String tried;
    private final String reason;
    private final String instead;

    /**
     * @param tried   what was tried: "Sign gate ‘Go’ as dba"
     * @param reason  why not, one sentence
     * @param instead who can do what instead, one sentence
     */
    public IllegalMoveException(String tried, String reason, String instead) {
        super(tried + " is not possible: " + reason + " " + instead);
        this.tried = tried;
        this.reason = reason;
        this.instead = instead;
    }

    /** What was tried. */
    public String tried() {
        return tried;
    }

    /** Why it is not possible. */
    public String reason() {
        return reason;
    }

    /** Who can do what instead. */
    public String instead() {
        return instead;
    }
}
