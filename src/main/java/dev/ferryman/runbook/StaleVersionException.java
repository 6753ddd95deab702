package dev.ferryman.runbook;

/** The command was decided on an older state of the cutover; somebody was faster. Nothing has been changed. */
public class StaleVersionException extends RuntimeException {
    private final String cutoverId;
    private final long expected;
    private final long actual;
    private final String since;

    /**
     * @param expected the version the command was decided on
     * @param actual   the version the cutover has now
     * @param since    who did what since, one line
     */
    public StaleVersionException(String cutoverId, long expected, long actual, String since) {
        super("The cutover has changed since this was shown: " + since + " Nothing was done; look again and decide.");
        this.cutoverId = cutoverId;
        this.expected = expected;
        this.actual = actual;
        this.since = since;
    }

    /** The cutover. */
    public String cutoverId() {
        return cutoverId;
    }

    /** The version the command was decided on. */
    public long expected() {
        return expected;
    }

    /** The version the cutover has now. */
    public long actual() {
        return actual;
    }

    /** Who did what since, one line. */
    public String since() {
        return since;
    }
}
