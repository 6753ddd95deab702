package dev.ferryman.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One look at what is watched.
 *
 * @param at when the look began
 * @param kind what it tells
 * @param latency how long the answer took; zero where there was none
 * @param value the figure that is judged, in the probe's unit; null where there is none
 * @param detail one sentence for a person, without secrets
 */
public record Sample(Instant at, Kind kind, Duration latency, @Nullable Double value, String detail) {

    /** A sample without a figure. */
    public Sample(Instant at, Kind kind, Duration latency, String detail) {
        this(at, kind, latency, null, detail);
    }

    /** What a sample tells ({@code DESIGN.md} § 3, Monitors). */
    public enum Kind {
        /** Within the threshold. */
        OK,
        /** Outside the threshold. */
        BREACH,
        /** An answer came, but what is watched is not in it. */
        NO_DATA,
        /** Too little happens for the figure to mean anything. */
        LOW_TRAFFIC,
        /** It could not be looked at for a reason that may lie with Ferryman itself. */
        ERROR;

        /** Whether it says anything about what is watched. */
        public boolean signal() {
            return this == OK || this == BREACH;
        }

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
