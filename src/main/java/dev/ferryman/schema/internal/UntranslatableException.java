package dev.ferryman.schema.internal;

/** An expression that is not proved to mean the same in PostgreSQL; the message names the part. */
final class UntranslatableException extends Exception {
    private static final long serialVersionUID = 1L;

    UntranslatableException(String message) {
        super(message);
    }
}
