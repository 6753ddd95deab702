package dev.ferryman.cutover;

import java.util.List;

/** A cutover cannot be created from a draft. Nothing was created. */
public class CutoverRefusedException extends RuntimeException {
    private final transient List<Problem> problems;

    /** @param problems all that is wrong, at least one */
    public CutoverRefusedException(List<Problem> problems) {
        super("The cutover cannot be created: "
                + String.join(" ", problems.stream().map(Problem::what).toList()));
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong. */
    public List<Problem> problems() {
        return problems;
    }
}
