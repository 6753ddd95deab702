package dev.ferryman.verify.internal;

import java.io.Serial;

/** Rows cannot be found by their keys, so the whole table is compared. */
final class NotByKeyException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** @param why half a sentence: what is in the way */
    NotByKeyException(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
