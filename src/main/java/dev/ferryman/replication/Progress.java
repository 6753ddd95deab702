package dev.ferryman.replication;

import java.time.Duration;

/**
 * What one batch did.
 *
 * @param changes recorded changes consumed
 * @param rows rows inserted or updated
 * @param deleted keys that are gone
 * @param complete whether nothing was pending when the batch was read; false too where the source was busy
 * @param took time it took
 */
public record Progress(long changes, long rows, long deleted, boolean complete, Duration took) {}
