package dev.ferryman.runbook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a step is to be done. {@code src/docs/scheduling.md}.
 *
 * @param due      when it has to be done, from the start of the window on, negative before it; null for no such time
 * @param inWindow whether it may start only while the window is open
 * @param patience how long it may wait for a person before that is told; null for any time
 * @param freshFor of a check: how long after it has passed it counts at the gate of its phase; null for good
 */
public record StepTiming(@Nullable Duration due, boolean inWindow, @Nullable Duration patience,
        @Nullable Duration freshFor) {
    /** At any time. */
    public static final StepTiming ANY = new StepTiming(null, false, null, null);
}
