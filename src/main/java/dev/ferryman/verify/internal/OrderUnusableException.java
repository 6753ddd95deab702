package dev.ferryman.verify.internal;

import java.io.Serial;

/** A key does not sort alike on both sides after all; the table is compared without an order instead. */
final class OrderUnusableException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    OrderUnusableException() {
        super("a key that does not sort alike on both sides", null, false, false);
    }
}
