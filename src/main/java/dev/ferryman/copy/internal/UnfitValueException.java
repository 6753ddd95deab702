package dev.ferryman.copy.internal;

import java.io.Serial;

/**
 * A value cannot be held exactly by the target's type. Says what kind of value and why, never the value itself; the
 * loader adds table, key and column.
 */
final class UnfitValueException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** Number of the column, from 0, once the row's encoder has added it. */
    private final int column;

    private UnfitValueException(String message, int column) {
        super(message, null, false, false);
        this.column = column;
    }

    UnfitValueException(String message) {
        this(message, -1);
    }

    UnfitValueException at(int number) {
        return new UnfitValueException(message(), number);
    }

    String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    int column() {
        return column;
    }
}
