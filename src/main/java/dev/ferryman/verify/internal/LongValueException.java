package dev.ferryman.verify.internal;

import java.io.Serial;
import java.sql.SQLException;

/** A value is longer than {@link LongValues#FROM}; the table is read again with digests in the place of such values. */
final class LongValueException extends SQLException {
    @Serial
    private static final long serialVersionUID = 1;

    LongValueException() {
        super("a value is longer than " + LongValues.FROM + " bytes");
    }
}
