package dev.ferryman.access;

/** The token that came with the request may not be used for this. Nothing was done. */
public class ScopeMissingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param needed the scope the token does not have */
    public ScopeMissingException(Scope needed) {
        super("The token does not have the scope ‘" + needed.id() + "’.");
    }

    /** What to do next, one sentence. */
    public String next() {
        return "Make a token with this scope on your account page.";
    }
}
