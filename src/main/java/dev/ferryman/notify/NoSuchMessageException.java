package dev.ferryman.notify;

/** There is no such message or channel. */
public class NoSuchMessageException extends RuntimeException {
    private final String next;

    /**
     * @param what what is not there
     * @param next what to do
     */
    public NoSuchMessageException(String what, String next) {
        super(what);
        this.next = next;
    }

    /** What to do. */
    public String next() {
        return next;
    }
}
