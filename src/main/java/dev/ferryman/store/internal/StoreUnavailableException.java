package dev.ferryman.store.internal;

import org.jspecify.annotations.Nullable;

/** The state store cannot be opened as configured; the service does not start. Nothing has been changed. */
public class StoreUnavailableException extends RuntimeException {
    private final String next;

    StoreUnavailableException(String what, String next, @Nullable Throwable cause) {
        super(what, cause);
        this.next = next;
    }

    /** What to do next, one sentence. */
    public String next() {
        return next;
    }
}
