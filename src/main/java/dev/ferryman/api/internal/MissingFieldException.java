package dev.ferryman.api.internal;

/** A request lacks something it cannot do without. */
class MissingFieldException extends RuntimeException {
    private final String field;
    private final String next;

    MissingFieldException(String field, String next) {
        super("The request has no " + field + ".");
        this.field = field;
        this.next = next;
    }

    String field() {
        return field;
    }

    String next() {
        return next;
    }
}
