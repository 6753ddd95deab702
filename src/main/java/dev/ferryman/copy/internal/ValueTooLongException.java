package dev.ferryman.copy.internal;

import java.io.Serial;
import java.sql.SQLException;

/** A value is longer than the ordinary reader takes into memory: the chunk is read again by the piecewise reader. */
final class ValueTooLongException extends SQLException {
    @Serial
    private static final long serialVersionUID = 1;

    ValueTooLongException() {
        super("a value is longer than the reader's limit");
    }
}
