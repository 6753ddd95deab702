package dev.ferryman.access;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for cannot be taken back, and the login is too long ago to do it without asking again who is there.
 * Nothing was done.
 */
public class ConfirmationRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean wrong;
    private final Duration pause;
    private final @Nullable String provider;

    /**
     * @param wrong whether a password was given, and it was wrong
     * @param pause how long to wait before the next attempt; zero if it may follow at once
     * @param provider name of the provider to log in at again; null where the password is asked for
     */
    public ConfirmationRequiredException(boolean wrong, Duration pause, @Nullable String provider) {
        super("The last login is too long ago for this.");
        this.wrong = wrong;
        this.pause = pause;
        this.provider = provider;
    }

    /** Whether a password was given, and it was wrong. */
    public boolean wrong() {
        return wrong;
    }

    /** Why no password is looked at; empty pause where it is. */
    public LoginRefusal refusal() {
        return new LoginRefusal(pause);
    }

    /** Name of the provider to log in at again; null where the password is asked for. */
    public @Nullable String provider() {
        return provider;
    }
}
