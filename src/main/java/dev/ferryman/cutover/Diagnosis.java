package dev.ferryman.cutover;

import java.time.Instant;
import java.util.List;

/**
 * What was found where a step failed. Asked live, kept nowhere.
 *
 * @param at when it was asked
 * @param checks in the order they were made
 */
public record Diagnosis(Instant at, List<Check> checks) {
    /** Copies the checks. */
    public Diagnosis {
        checks = List.copyOf(checks);
    }

    /** How a check ended. */
    public enum Found {
        /** Nothing is wrong there. */
        FINE,
        /** Worth a look. */
        DOUBTFUL,
        /** This is wrong. */
        WRONG,
        /** It could not be asked. */
        UNKNOWN
    }

    /**
     * One thing that was asked.
     *
     * @param asked the question
     * @param what the answer, no secret in it
     * @param next what to do about it; empty where there is nothing to do
     */
    public record Check(Topic topic, String asked, Found found, String what, String next) {
        /** Nothing is wrong. */
        public static Check fine(Topic topic, String asked, String what) {
            return new Check(topic, asked, Found.FINE, what, "");
        }
    }
}
