package dev.ferryman.endpoint;

import java.io.Serial;
import java.sql.SQLException;

/** A value is longer than the reader was told to take into memory; SQLite did not load it. */
public final class ValueTooLongException extends SQLException {
    @Serial
    private static final long serialVersionUID = 1;

    /** About some value of the row that was to be read. */
    public ValueTooLongException() {
        super("a value is longer than the reader's limit");
    }
}
