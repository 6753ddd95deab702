package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One probe of a watch.
 *
 * @param name its key
 * @param title what people read
 * @param watched address without its query, PromQL or SQL
 * @param decides whether its breach fails the watch; otherwise it only warns
 * @param state where it stands
 * @param unit what its figure is counted in, empty for plain numbers
 * @param least below this it is a breach, null for no such bound
 * @param most above this it is a breach, null for no such bound
 * @param threshold the bounds in words, empty where there are none
 * @param last the latest sample, null before the first
 * @param figure its figure in words, empty where it has none
 * @param breachSince when the breach that is counted began, null where there is none
 * @param failsIn how much longer the breach may last, null where there is none or the watch has ended
 * @param coverage how much of the time was observed, in percent
 * @param sentence what its samples amount to
 */
public record ProbeView(String name, String title, String watched, boolean decides, MonitorView.State state,
        String unit, @Nullable Double least, @Nullable Double most, String threshold, @Nullable SampleRow last,
        String figure, @Nullable Instant breachSince, @Nullable Duration failsIn, int coverage, String sentence) {

    /** The bound that a gauge is drawn against; null where there is no gauge to draw. */
    public @Nullable Double bound() {
        Double bound = most != null ? most : least;
        return bound != null && bound > 0 && last != null && last.value() != null ? bound : null;
    }

    /** The figure as a gauge shows it: from 0 to twice the bound. */
    public double gauge() {
        Double value = last == null ? null : last.value();
        Double bound = bound();
        return value == null || bound == null ? 0 : Math.clamp(value, 0, 2 * bound);
    }
}
