package dev.ferryman.runbook;

import java.util.List;
import java.util.stream.Collectors;

/** A template file cannot be used; carries everything that is wrong with it at once. */
public class TemplateException extends RuntimeException {
    private final transient List<TemplateError> errors;

    /** At least one error, in the order of the file. */
    public TemplateException(List<TemplateError> errors) {
        super(errors.stream().map(TemplateError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    /** Everything that is wrong, in the order of the file. */
    public List<TemplateError> errors() {
        return errors;
    }
}
