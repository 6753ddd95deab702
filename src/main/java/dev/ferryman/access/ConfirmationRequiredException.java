package dev.ferryman.access;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for cannot be taken back, and the login is too long ago to do it without asking again who is there.
 * Nothing was done.
 */
public class ConfirmationRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final boolean wrong;
    private final Duration pause;
    private final @Nullable String provider;

    /**
     * @param what what was asked for, such as "start the switch"
     * @param wrong whether a password was given, and it was wrong
     * @param pause how long to wait before the next attempt; zero if it may follow at once
     * @param provider name of the provider to log in at again; null where the password is asked for
     */
    public ConfirmationRequiredException(String what, boolean wrong, Duration pause, @Nullable String provider) {
        super("The last login is too long ago to " + what + ".");
        this.what = what;
        this.wrong = wrong;
        this.pause = pause;
        this.provider = provider;
    }

    /** What was asked for, such as "start the switch". */
    public String what() {
        return what;
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
