package dev.ferryman.runbook;

import java.util.Locale;

/** What kind of step it is. DESIGN.md § 3. */
public enum StepKind {
    /** Done by a person, with evidence. */
    MANUAL,
    /** Automatic, changes nothing, may be run again. */
    CHECK,
    /** Automatic, changes something. */
    ACTION,
    /** Automatic, takes its time: a soak with monitors. */
    WAIT;

    /** The name templates use. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
