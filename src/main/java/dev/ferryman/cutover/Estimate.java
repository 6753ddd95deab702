package dev.ferryman.cutover;

import java.time.Duration;

/**
 * How long it is likely to take, from the profile and the template's own estimates. A rehearsal knows better.
 *
 * @param rows rows to be carried
 * @param bytes size of the source file
 * @param copy time of the backfill
 * @param readOnly time in which the application cannot write
 * @param whole time of all steps with an estimate
 */
public record Estimate(long rows, long bytes, Duration copy, Duration readOnly, Duration whole) {}
