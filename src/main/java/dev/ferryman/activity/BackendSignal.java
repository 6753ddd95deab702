package dev.ferryman.activity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the server is asked to do to a session. */
public enum BackendSignal {
    /** Cancel the statement it runs; the session stays, its transaction fails. */
    CANCEL("Cancel the statement of"),
    /** End the session; its transaction is rolled back and its connection closed. */
    TERMINATE("End");

    private final String verb;

    BackendSignal(String verb) {
        this.verb = verb;
    }

    /** Name in addresses and in the log: {@code cancel} or {@code terminate}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is tried, such as {@code End session 4711}. */
    public String tried(int pid) {
        return verb + " session " + pid;
    }

    /** The signal of a key, empty where there is none of that name. */
    public static Optional<BackendSignal> ofKey(String key) {
        return Arrays.stream(values()).filter(signal -> signal.key().equals(key)).findFirst();
    }
}
