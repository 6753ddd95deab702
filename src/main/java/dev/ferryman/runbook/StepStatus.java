package dev.ferryman.runbook;

import java.util.Locale;

/** Where a step stands, derived from its attempts and from its place in the runbook. */
public enum StepStatus {
    /** Its turn has not come. */
    PENDING,
    /** Can be started or done now. */
    READY,
    /** An attempt is under way, or waits for its retry delay. */
    RUNNING,
    /** Done. */
    PASSED,
    /** Done with a failed or error verdict; may be retried. */
    FAILED,
    /** Proved neither way; holds everything and calls a person. */
    INCONCLUSIVE,
    /** Its effect may or may not have happened; a person decides. */
    UNKNOWN,
    /** Stopped by a person or by a rollback; may be retried. */
    CANCELLED,
    /** Not done, and a person with the right role accepts that. */
    SKIPPED;

    /** Whether what follows may go on. */
    public boolean done() {
        return this == PASSED || this == SKIPPED;
    }

    /** The name pages and the API use. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
