package dev.ferryman.runbook;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one run of a {@link StepAction} came to. */
public sealed interface StepResult {
    /**
     * It did what it should.
     *
     * @param summary one sentence for the page: "3,000,000 rows of 12 tables in 41 s"
     * @param facts   plain JSON values (text, numbers, booleans, lists, maps) that later steps read by this step's key
     */
    record Passed(String summary, Map<String, Object> facts) implements StepResult {
        /** Copies the facts. */
        public Passed {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }

        /** Passed with nothing for later steps. */
        public Passed(String summary) {
            this(summary, Map.of());
        }
    }

    /**
     * The answer is no, and nothing is left half done.
     *
     * @param what what happened and where
     * @param next what to do next
     */
    record Failed(String what, String next) implements StepResult {}

    /**
     * There is no answer: no data, no traffic, an error on the way to the data. Holds and calls a person.
     *
     * @param what what is missing
     * @param next what to do next
     */
    record Inconclusive(String what, String next) implements StepResult {}
}
