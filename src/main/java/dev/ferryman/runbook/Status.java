package dev.ferryman.runbook;

import java.util.Locale;

/** Where a cutover as a whole stands. */
public enum Status {
    /** Going forward. */
    ACTIVE(false),
    /** The way back is being run. */
    ROLLING_BACK(false),
    /** Every phase is done and signed. */
    COMPLETED(true),
    /** The application is back on its source. */
    ROLLED_BACK(true),
    /** Given up before anything was touched. */
    ABORTED(true),
    /** Its rollback was given up: people have to find out where the application stands. */
    FAILED(true);

    private final boolean terminal;

    Status(boolean terminal) {
        this.terminal = terminal;
    }

    /** Whether nothing can happen to the cutover any more. */
    public boolean terminal() {
        return terminal;
    }

    /** The name pages and the API use: {@code rolling-back}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The words a sentence uses: {@code rolling back}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
