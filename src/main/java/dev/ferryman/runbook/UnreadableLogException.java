package dev.ferryman.runbook;

/**
 * The log of a cutover cannot be read: a newer version has written to it, somebody has changed the state store, or it is
 * damaged. What is under way is carried on, or back, once that is put right.
 */
public final class UnreadableLogException extends RuntimeException {
    /** Names the cutover; the cause may show what is in the log, and is for the service's own log alone. */
    public UnreadableLogException(String cutoverId, RuntimeException cause) {
        super("The log of cutover " + cutoverId
                + " cannot be read here: a newer version has written to it, or somebody has"
                + " changed the state store, or it is damaged. Both databases are as they are without it.", cause);
    }

    /** What to do instead. */
    public String next() {
        return "Run ‘ferryman verify-log’. If the log is whole, start the newest version that has worked on this store. If it"
                + " is not, call whoever answers for security, and put the last backup of the store in its place with"
                + " ‘ferryman restore-store’: going back is possible from there, since each step finds out what is done"
                + " already.";
    }
}
