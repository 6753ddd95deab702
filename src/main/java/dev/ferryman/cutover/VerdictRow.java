package dev.ferryman.cutover;

import java.time.Instant;
import java.util.List;

/**
 * What one probe of a watch had come to when the watch was decided, and what that rests on. Stored with the decision; stays
 * when samples are removed.
 *
 * @param attempt number of the step's attempt that was decided
 * @param probe the probe's name
 * @param title what people read
 * @param decides whether its breach fails the watch; otherwise it only warns
 * @param at when it was decided
 * @param verdict what the probe had come to; {@code CANCELLED} where it had come to nothing
 * @param watched address without its query, PromQL or SQL
 * @param threshold the bounds it was judged by, in words; empty where it had none
 * @param samples the latest of its samples, oldest first
 */
public record VerdictRow(int attempt, String probe, String title, boolean decides, Instant at,
        MonitorView.State verdict, String watched, String threshold, List<SampleRow> samples) {
    /** Copies the samples. */
    public VerdictRow {
        samples = List.copyOf(samples);
    }
}
