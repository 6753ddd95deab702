package dev.ferryman.runbook;

import java.util.Map;

/** A cutover cannot be created from what was given; nothing was created. */
public class InvalidCutoverException extends RuntimeException {
    private final transient Map<String, String> problems;

    /**
     * @param problems what is wrong, by field: {@code name}, {@code template}, {@code parameters.x} or {@code steps.x}
     */
    public InvalidCutoverException(Map<String, String> problems) {
        super("The cutover cannot be created: " + String.join(" ", problems.values()));
        this.problems = Map.copyOf(problems);
    }

    /** What is wrong, by field. */
    public Map<String, String> problems() {
        return problems;
    }
}
