package dev.ferryman.notify;

/** The actor's roles do not permit this. */
public class NotPermittedException extends RuntimeException {
    private final String who;

    /**
     * @param what what is not permitted
     * @param who  who may do it
     */
    public NotPermittedException(String what, String who) {
        super(what);
        this.who = who;
    }

    /** Who may do it, as a sentence. */
    public String who() {
        return who;
    }
}
