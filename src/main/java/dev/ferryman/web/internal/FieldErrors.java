package dev.ferryman.web.internal;

import dev.ferryman.cutover.Problem;
import dev.ferryman.runbook.Template;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Problems by the field they belong to; what belongs to no field of the form is said above it. */
final class FieldErrors {
    private static final Set<String> FIELDS = Set.of("name", "source", "target.url", "target.password",
            "target.passwordReference", "target.schema", "mode", "window.start", "window.end",
            "window.zone");

    private final Set<String> known;
    private final List<Problem> problems;

    FieldErrors(Template template, List<Problem> problems) {
        this.known = template.parameters().stream().map(parameter -> "parameters." + parameter.key())
                .collect(Collectors.toSet());
        this.known.addAll(FIELDS);
        this.problems = List.copyOf(problems);
    }

    /** Whether there is any. */
    public boolean any() {
        return !problems.isEmpty();
    }

    /** Everything that is wrong, in the order it was found. */
    public List<Problem> all() {
        return problems;
    }

    /** What is wrong with one field. */
    public List<Problem> of(String field) {
        return problems.stream().filter(problem -> problem.field().equals(field)).toList();
    }

    /** What is wrong and belongs to no field. */
    public List<Problem> general() {
        return problems.stream().filter(problem -> !isField(problem.field())).toList();
    }

    /** Whether the form has this field. */
    public boolean isField(String field) {
        return known.contains(field);
    }
}
