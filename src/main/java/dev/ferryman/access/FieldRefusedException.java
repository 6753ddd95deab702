package dev.ferryman.access;

import dev.ferryman.endpoint.BadInputException;

/** Bad input whose field is known, so that a form shows the message beside it. */
public class FieldRefusedException extends BadInputException {
    private final String field;

    /**
     * @param field the form field, such as {@code username}
     * @param what what is wrong, one sentence
     * @param next what to do next, one sentence
     */
    public FieldRefusedException(String field, String what, String next) {
        super(what, next);
        this.field = field;
    }

    /** Name of the field. */
    public String field() {
        return field;
    }
}
