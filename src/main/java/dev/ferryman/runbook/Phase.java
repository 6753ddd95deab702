package dev.ferryman.runbook;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The parts of a runbook in the order they are run. {@link #ROLLBACK} is entered only by a rollback. */
public enum Phase {
    /** Everything that must be true before anything is touched. Ended by abort, not by rollback. */
    CHECKLIST,
    /** The data is carried over. */
    MIGRATE,
    /** Both sides are compared. */
    VERIFY,
    /** Traffic moves; holds the point of no return. */
    CUTOVER,
    /** The new side is watched. */
    MONITOR,
    /** The way back. */
    ROLLBACK;

    /** The phases of the way forward, in order. */
    public static List<Phase> forward() {
        return List.of(CHECKLIST, MIGRATE, VERIFY, CUTOVER, MONITOR);
    }

    /** The phase after this one on the way forward; empty after monitor and for rollback. */
    public Optional<Phase> next() {
        int at = forward().indexOf(this);
        return at < 0 || at + 1 == forward().size() ? Optional.empty() : Optional.of(forward().get(at + 1));
    }

    /** The name templates, pages and the API use: {@code checklist}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The phase with this key, if there is one. */
    public static Optional<Phase> ofKey(String key) {
        return Arrays.stream(values()).filter(phase -> phase.key().equals(key)).findFirst();
    }
}
