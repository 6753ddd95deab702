package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One look of a probe.
 *
 * @param number its place in the log: grows with every sample; 0 where it is shown apart from the log
 * @param probe the probe's name
 * @param at when the look began
 * @param kind {@code ok}, {@code breach}, {@code no-data}, {@code low-traffic} or {@code error}
 * @param value its figure, in the probe's unit; null where it has none
 * @param latency how long the answer took, zero where there was none
 * @param detail one sentence, without secrets
 */
public record SampleRow(long number, String probe, Instant at, String kind, @Nullable Double value, Duration latency,
        String detail) {}
