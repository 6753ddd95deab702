package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks Prometheus. A missing series of errors is zero errors where there is traffic; missing traffic is not zero
 * anything ({@code DESIGN.md} § 3). A Prometheus that does not answer is an error: it says nothing about the application.
 */
public final class PromqlProbe implements Probe {
    private static final String PROMETHEUS = "Prometheus: ";

    /**
     * How much has to happen for the figure to mean anything.
     *
     * @param query gives one number
     * @param least with less than this the sample is one of low traffic
     */
    public record Traffic(String query, double least) {}

    private final Prometheus prometheus;
    private final String query;
    private final Threshold threshold;
    private final @Nullable Traffic traffic;
    private final boolean missingIsZero;

    /**
     * @param query gives one number
     * @param traffic how much has to happen; null where that is not looked at
     * @param missingIsZero whether no series means zero, where traffic is enough or not looked at
     */
    public PromqlProbe(Prometheus prometheus, String query, Threshold threshold, @Nullable Traffic traffic,
            boolean missingIsZero) {
        this.prometheus = prometheus;
        this.query = query;
        this.threshold = threshold;
        this.traffic = traffic;
        this.missingIsZero = missingIsZero;
    }

    @Override
    public Sample look(Clock clock) throws InterruptedException {
        Instant at = clock.instant();
        long begun = System.nanoTime();
        try {
            OptionalDouble busy = traffic == null ? OptionalDouble.empty() : prometheus.now(traffic.query());
            OptionalDouble value = prometheus.now(query);
            return judge(at, Duration.ofNanos(System.nanoTime() - begun), value, busy);
        } catch (BadInputException e) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO, PROMETHEUS + e.getMessage() + " " + e.next());
        }
    }

    @Override
    public List<Sample> past(Instant after, Instant before, Duration apart) throws InterruptedException {
        try {
            Map<Instant, Double> values = prometheus.between(query, after, before, apart);
            Map<Instant, Double> busy = traffic == null
                    ? Map.of()
                    : prometheus.between(traffic.query(), after, before, apart);
            // Where neither is known nothing is known: Prometheus itself may have been away.
            var times = new TreeMap<Instant, Boolean>();
            values.keySet().forEach(time -> times.put(time, true));
            busy.keySet().forEach(time -> times.put(time, true));
            List<Sample> samples = new ArrayList<>();
            for (Instant time : times.keySet()) {
                samples.add(judge(time, Duration.ZERO, optional(values.get(time)), optional(busy.get(time))));
            }
            return samples;
        } catch (BadInputException e) {
            return List.of();
        }
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private Sample judge(Instant at, Duration latency, OptionalDouble value, OptionalDouble busy) {
        Optional<Sample> quiet = traffic == null ? Optional.empty() : quiet(at, latency, traffic, busy);
        if (quiet.isPresent()) {
            return quiet.get();
        }
        if (value.isEmpty() && missingIsZero) {
            return threshold.judge(at, latency, 0, "The figure (no series)");
        }
        if (value.isEmpty()) {
            return new Sample(at, Sample.Kind.NO_DATA, latency, "The query gives no series.");
        }
        return threshold.judge(at, latency, value.getAsDouble(), "The figure");
    }

    private static Optional<Sample> quiet(Instant at, Duration latency, Traffic traffic, OptionalDouble busy) {
        if (busy.isEmpty() || Double.isNaN(busy.getAsDouble())) {
            return Optional.of(new Sample(at, Sample.Kind.NO_DATA, latency, "The query of the traffic gives nothing."));
        }
        Threshold least = new Threshold(traffic.least(), null, "");
        return busy.getAsDouble() >= traffic.least()
                ? Optional.empty()
                : Optional.of(new Sample(at, Sample.Kind.LOW_TRAFFIC, latency, "The traffic is "
                        + least.shown(busy.getAsDouble()) + "; the figure counts from " + least.shown(traffic.least())
                        + " on."));
    }
}
