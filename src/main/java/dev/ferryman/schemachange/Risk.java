package dev.ferryman.schemachange;

import java.util.Locale;

/** How much can go wrong with a statement on a database in production. The order is that of the danger. */
public enum Risk {
    /** Adds something nobody depends on yet, or holds a lock for an instant. */
    LOW,
    /** Blocks for as long as a scan takes, can fail on existing rows, or needs the application to be ready for it. */
    MEDIUM,
    /** Loses data, breaks code in production, fails for certain, or blocks for as long as a rewrite takes. */
    HIGH;

    /** The name in lower case, as options, pages and JSON write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this is at least as dangerous as the other. */
    public boolean atLeast(Risk other) {
        return compareTo(other) >= 0;
    }
}
