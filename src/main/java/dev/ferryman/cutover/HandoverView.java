package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How writes went from one side to the other.
 *
 * @param direction to PostgreSQL or back to SQLite
 * @param at the point of no return
 * @param held how long writers waited for a lock, null where a crash took the measurement with it
 * @param gap from the moment writers waited until the application was pointed to the other side and told so, null where
 *        it was not measured
 * @param drained changes brought over while writers waited
 */
public record HandoverView(ReplicationView.Direction direction, Instant at, @Nullable Duration held,
        @Nullable Duration gap, long drained) {}
