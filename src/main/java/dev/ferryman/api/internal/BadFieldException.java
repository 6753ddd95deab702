package dev.ferryman.api.internal;

/** A field or parameter of a request is missing or holds what nobody can use. */
class BadFieldException extends RuntimeException {
    private final String field;
    private final String next;

    /**
     * @param field its name
     * @param what what is wrong, one sentence that does not repeat the value
     * @param next what to send instead, one sentence
     */
    BadFieldException(String field, String what, String next) {
        super(what);
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
