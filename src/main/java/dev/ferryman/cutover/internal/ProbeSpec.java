package dev.ferryman.cutover.internal;

import dev.ferryman.monitor.MonitorRule;
import dev.ferryman.monitor.Threshold;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A probe as a template describes it.
 *
 * @param name its key
 * @param title what people read
 * @param watched address without its query, PromQL or SQL: what may be shown of what is asked
 * @param threshold its bounds as they are given
 * @param baseline what the bounds are around; null where they are given
 * @param arguments everything that is given
 */
record ProbeSpec(String name, String title, Kind kind, String watched, Threshold threshold,
        @Nullable Around baseline, MonitorRule rule, Arguments arguments) {

    /**
     * Bounds around a baseline.
     *
     * @param name the baseline's
     * @param percent how far a figure may be off
     */
    record Around(String name, double percent) {}

    /** What is asked. */
    enum Kind {
        HTTP(HTTP_KEYS, "field", "equals", "value-field", "of-field", "count-field", "at-least",
                "slowest"), HTTP_LATENCY(
                        HTTP_KEYS, "percentile", "window", "least-samples"), HTTP_FLOW("", "requests"), SQL("", "look",
                                "query"), PROMQL("", "prometheus", "headers", "query", "traffic-query", "least-traffic",
                                        "missing"), LAG("");

        private final Set<String> keys = new TreeSet<>();

        Kind(String shared, String... keys) {
            this.keys.addAll(Arrays.asList(COMMON_KEYS.split(" ")));
            this.keys.addAll(Arrays.asList(shared.split(" ")));
            this.keys.addAll(Arrays.asList(keys));
        }

        /** The name templates use. */
        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** What may be given to it. */
        Set<String> keys() {
            return keys;
        }

        static Optional<Kind> of(String key) {
            return Arrays.stream(values()).filter(kind -> kind.key().equals(key)).findFirst();
        }
    }

    private static final String COMMON_KEYS = "kind title every initial-delay count for breach-for silence-for failures"
            + " consecutive-errors no-data severity least most baseline within unit timeout";
    private static final String HTTP_KEYS = "url hook method headers body expect retries delay";

    /** Whether it decides; the others only tell. */
    boolean decides() {
        return rule.severity() == MonitorRule.Severity.FAIL;
    }
}
