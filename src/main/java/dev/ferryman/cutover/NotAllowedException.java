package dev.ferryman.cutover;

/** Somebody tried what his or her roles do not permit. */
public class NotAllowedException extends RuntimeException {
    private final String who;

    /**
     * @param what what was tried and why it is not permitted, one sentence
     * @param who who may do it, one sentence
     */
    public NotAllowedException(String what, String who) {
        super(what);
        this.who = who;
    }

    /** Who may do it. */
    public String who() {
        return who;
    }
}
