package dev.ferryman.cutover;

import dev.ferryman.runbook.Rehearsal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cutover's time.
 *
 * @param started when it was created
 * @param ended when it ended, null while it goes on
 * @param elapsed time from its start to its end, or to now
 * @param planned sum of its steps' estimates, zero where there are none
 * @param measured the latest rehearsal that part of the planned time was measured in; null where all of it comes from the
 *        template
 * @param readOnly how long the application has been, or was, kept from writing; null where it never was
 * @param keptSince since when the application is kept from writing, or may be; null where, as far as steps and people tell, it writes
 */
public record Timing(Instant started, @Nullable Instant ended, Duration elapsed, Duration planned,
        @Nullable Rehearsal measured, @Nullable Duration readOnly, @Nullable Instant keptSince) {}
