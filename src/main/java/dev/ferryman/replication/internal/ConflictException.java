package dev.ferryman.replication.internal;

import java.io.Serial;
import java.sql.SQLException;

/** Rows of a batch stand in the way of rows that are pending beyond it. */
final class ConflictException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    ConflictException(String message, SQLException cause) {
        super(message, cause);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
