package dev.ferryman.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * One look at what is watched.
 *
 * @param at when the look began
 * @param kind what it tells
 * @param latency how long the answer took; zero where there was none
 * @param detail one sentence for a person, without secrets
 */
public record Sample(Instant at, Kind kind, Duration latency, String detail) {

    /** What a sample tells ({@code DESIGN.md} § 3, Monitors). */
    public enum Kind {
        /** Within the threshold. */
        OK,
        /** Outside the threshold. */
        BREACH,
        /** An answer came, but what is watched is not in it. */
        NO_DATA,
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
