package dev.ferryman.cutover;

import dev.ferryman.runbook.Deadline;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a step or gate as of now.
 *
 * @param due when it has to be done; null where it has no such time
 * @param overdue whether it should have been done by now
 * @param since since when it has waited for a person; null while it waits for none
 * @param tooLong whether it has waited longer than the template's patience
 */
public record DeadlineView(@Nullable Instant due, boolean overdue, @Nullable Instant since, boolean tooLong) {
    /** As of that moment. */
    public static DeadlineView of(Deadline deadline, Instant now) {
        return new DeadlineView(deadline.due(), deadline.overdue(now), deadline.since(), deadline.tooLong(now));
    }
}
