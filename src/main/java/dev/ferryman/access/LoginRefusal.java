package dev.ferryman.access;

import java.time.Duration;

/**
 * Why the login page is shown again. It is forwarded to {@link #PATH} as request attribute {@link #ATTRIBUTE}.
 *
 * @param pause how long to wait before the next attempt; zero if the name or password was wrong and the next one may
 *        follow at once
 * @param what what happened, one sentence; empty for a wrong name or password
 * @param next what to do next, one sentence
 */
public record LoginRefusal(Duration pause, String what, String next) {
    /** Where a refused attempt is forwarded to. */
    public static final String PATH = "/login/refused";
    /** Name of the request attribute. */
    public static final String ATTRIBUTE = "loginRefusal";

    /** Of an attempt with a password. */
    public LoginRefusal(Duration pause) {
        this(pause, "", "");
    }

    /** Of a login at a provider. */
    public LoginRefusal(String what, String next) {
        this(Duration.ZERO, what, next);
    }

    /** Whether too many attempts have failed. */
    public boolean tooMany() {
        return pause.isPositive();
    }

    /** The pause in words, such as {@code 30 seconds} or {@code 4 minutes}, rounded up. */
    public String pauseInWords() {
        long seconds = pause.plusMillis(999).toSeconds();
        long minutes = (seconds + 59) / 60;
        return seconds == 1 ? "1 second" : seconds <= 90 ? seconds + " seconds" : minutes + " minutes";
    }
}
