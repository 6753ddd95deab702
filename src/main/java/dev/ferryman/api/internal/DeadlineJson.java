package dev.ferryman.api.internal;

import dev.ferryman.cutover.DeadlineView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a step or gate.
 *
 * @param due when it has to be done, null where it has no such time
 * @param waitingSince since when it has waited for a person, null while it waits for none
 * @param waitingTooLong whether that is longer than the template's patience
 */
record DeadlineJson(@Nullable Instant due, boolean overdue, @Nullable Instant waitingSince, boolean waitingTooLong) {
    static DeadlineJson of(DeadlineView view) {
        return new DeadlineJson(view.due(), view.overdue(), view.since(), view.tooLong());
    }
}
