package dev.ferryman.demo.leavedesk;

/**
 * The leave desk does not do what was asked: the input is wrong, it is in maintenance, or a database cannot be used.
 * Nothing has been written. The message holds no secret and is shown to the client.
 */
public final class RequestRefusedException extends RuntimeException {
    private final int status;

    /**
     * @param status HTTP status that says the same: 400 wrong input, 409 not possible now, 503 maintenance or no
     *        database
     * @param detail what is wrong and what holds now, without a secret
     */
    public RequestRefusedException(int status, String detail) {
        super(detail);
        this.status = status;
    }

    /** As above, keeping the cause for the log. */
    public RequestRefusedException(int status, String detail, Throwable cause) {
        super(detail, cause);
        this.status = status;
    }

    /** HTTP status to answer with. */
    public int status() {
        return status;
    }
}
