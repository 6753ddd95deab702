package dev.ferryman.runbook;

import java.util.Locale;

/**
 * How an attempt ended. Only {@link #FAILED} can set off a declared rollback; error and inconclusive hold and call a
 * person. DESIGN.md § 6.
 */
public enum Verdict {
    /** It did what it should. */
    PASSED,
    /** It looked, and the answer is no. */
    FAILED,
    /** It broke before it could answer: an exception, a timeout, forced by a person. */
    ERROR,
    /** It looked, and there is no answer. */
    INCONCLUSIVE,
    /** Its effect may or may not have happened. */
    UNKNOWN,
    /** It was stopped. */
    CANCELLED;

    /** The name pages, metrics and the API use. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
