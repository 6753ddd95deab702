package dev.ferryman.cutover;

import dev.ferryman.runbook.Rehearsal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long it is likely to take, from the profile and the template's own estimates. What a rehearsal has measured counts more.
 *
 * @param rows rows to be carried
 * @param bytes size of the source file
 * @param copy time of the backfill
 * @param readOnly time in which the application cannot write
 * @param whole time of all steps with an estimate
 * @param measured the rehearsal that most of it was measured in, null where none was
 */
public record Estimate(long rows, long bytes, Duration copy, Duration readOnly, Duration whole,
        @Nullable Rehearsal measured) {}
