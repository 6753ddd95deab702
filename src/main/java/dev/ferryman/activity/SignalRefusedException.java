package dev.ferryman.activity;

/** A session is not cancelled or ended: it is not the one that was meant any more, or it may not be. Nothing was done. */
public class SignalRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String next;

    /**
     * @param why as half a sentence that begins small and ends with a full stop
     * @param next what to do, one sentence
     */
    public SignalRefusedException(String why, String next) {
        super(why);
        this.next = next;
    }

    /** Why, as half a sentence. */
    public String why() {
        return String.valueOf(getMessage());
    }

    /** What to do. */
    public String next() {
        return next;
    }
}
