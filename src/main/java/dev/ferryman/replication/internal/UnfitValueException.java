package dev.ferryman.replication.internal;

import java.io.Serial;

/** A value that the target's type cannot hold exactly. Says what kind of value, never the value itself. */
final class UnfitValueException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    UnfitValueException(String message) {
        super(message, null, false, false);
    }

    String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
