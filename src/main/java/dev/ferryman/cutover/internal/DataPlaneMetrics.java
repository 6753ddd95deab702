package dev.ferryman.cutover.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** The figures of {@code DESIGN.md} § 4, Operations, that come from the data plane and the probes. */
@Component
class DataPlaneMetrics {
    private final MeterRegistry registry;
    private final Map<String, AtomicLong> totals = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> probes = new ConcurrentHashMap<>();

    DataPlaneMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Rows and bytes of a table committed so far; totals, since that is what a copy reports. */
    void copied(String cutoverId, String table, long rows, long bytes) {
        advance(counter("ferryman.copy.rows", "Rows committed in the target", cutoverId, table), "rows", cutoverId,
                table,
                rows);
        advance(counter("ferryman.copy.bytes", "Bytes sent to the target", cutoverId, table), "bytes", cutoverId, table,
                bytes);
    }

    /** More rows of a table were compared. */
    void compared(String cutoverId, String table, long rows) {
        counter("ferryman.verify.rows", "Rows compared by value", cutoverId, table).increment((double) rows);
    }

    /** So many rows of a table differ. */
    void differing(String cutoverId, String table, long rows) {
        counter("ferryman.verify.mismatches", "Rows that differ between source and target", cutoverId, table)
                .increment((double) rows);
    }

    /** What the latest sample of a probe says. */
    void probe(String cutoverId, String step, boolean up) {
        probes.computeIfAbsent(cutoverId + "/" + step, _ -> {
            AtomicInteger state = new AtomicInteger();
            Gauge.builder("ferryman.probe.up", state, AtomicInteger::get)
                    .description("Whether the latest sample of the probe was ok: 1 or 0").tag("cutover", cutoverId)
                    .tag("step", step).register(registry);
            return state;
        }).set(up ? 1 : 0);
    }

    private void advance(Counter counter, String what, String cutoverId, String table, long total) {
        AtomicLong known = totals.computeIfAbsent(what + "/" + cutoverId + "/" + table, _ -> new AtomicLong());
        long before = known.getAndAccumulate(total, Math::max);
        if (total > before) {
            counter.increment((double) (total - before));
        }
    }

    private Counter counter(String name, String description, String cutoverId, String table) {
        return Counter.builder(name).description(description).tag("cutover", cutoverId).tag("table", table)
                .register(registry);
    }
}
