package dev.ferryman.schemachange;

import java.util.Locale;

/** An answer that may need the target to be given. */
public enum Answer {
    /** No. */
    NO,
    /** It depends on what the target is like; review with the target to know. Treated as a yes. */
    DEPENDS,
    /** Yes. */
    YES;

    /** The name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may be so. */
    public boolean possible() {
        return this != NO;
    }

    /** The one that is nearer to yes. */
    public Answer or(Answer other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
