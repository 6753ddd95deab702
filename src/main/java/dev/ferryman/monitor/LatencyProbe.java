package dev.ferryman.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches a percentile of how long an address takes to answer, over the answers of a time. An answer that is wrong or
 * does not come is what {@link HttpProbe} says it is.
 */
public final class LatencyProbe implements Probe {

    /** The latencies of earlier answers, since an instant. */
    @FunctionalInterface
    public interface Earlier {
        /** At most as many as memory should hold. */
        List<Duration> since(Instant instant);
    }

    private final HttpProbe probe;
    private final Earlier earlier;
    private final double percentile;
    private final Duration window;
    private final int leastSamples;
    private final Threshold threshold;

    /**
     * @param probe takes each answer
     * @param percentile which, such as 99
     * @param window how far back answers count
     * @param leastSamples with fewer answers nothing can be said
     * @param threshold of the percentile, in milliseconds
     */
    public LatencyProbe(HttpProbe probe, Earlier earlier, double percentile, Duration window, int leastSamples,
            Threshold threshold) {
        this.probe = probe;
        this.earlier = earlier;
        this.percentile = percentile;
        this.window = window;
        this.leastSamples = leastSamples;
        this.threshold = threshold;
    }

    @Override
    public Sample look(Clock clock) throws InterruptedException {
        Sample answer = probe.look(clock);
        if (answer.kind() != Sample.Kind.OK) {
            return answer;
        }
        List<Duration> latencies = new ArrayList<>(earlier.since(answer.at().minus(window)));
        latencies.add(answer.latency());
        if (latencies.size() < leastSamples) {
            return new Sample(answer.at(), Sample.Kind.LOW_TRAFFIC, answer.latency(),
                    latencies.size() + " of " + leastSamples + " answers that it takes to tell.");
        }
        latencies.sort(null);
        // Nearest rank: the smallest value that so many percent of all do not exceed.
        int rank = (int) Math.ceil(percentile / 100 * latencies.size());
        double value = latencies.get(Math.max(rank, 1) - 1).toNanos() / 1e6;
        return threshold.judge(answer.at(), answer.latency(), value,
                "p" + Threshold.none("").shown(percentile) + " of " + latencies.size() + " answers");
    }
}
