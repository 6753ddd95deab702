package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.monitor.Sample;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Runbook;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The figures of {@code DESIGN.md} § 4, Operations, that come from the data plane and the probes. The series of a cutover
 * are dropped when another one begins to have some and it has been over for a while, so that they do not pile up.
 */
@Component
class DataPlaneMetrics {
    /** Long enough for the last values to be scraped and looked at. */
    private static final Duration KEPT = Duration.ofHours(1);

    private final MeterRegistry registry;
    private final Predicate<String> over;
    private final Clock clock;
    private final Map<String, Series> seriesByCutover = new ConcurrentHashMap<>();

    @Autowired
    DataPlaneMetrics(MeterRegistry registry, ObjectProvider<Runbook> runbook, Clock clock) {
        this(registry, cutoverId -> isOver(runbook.getObject(), cutoverId, clock.instant().minus(KEPT)), clock);
    }

    /** @param over whether the series of a cutover are no longer needed */
    DataPlaneMetrics(MeterRegistry registry, Predicate<String> over, Clock clock) {
        this.clock = clock;
        this.registry = registry;
        this.over = over;
    }

    private static boolean isOver(Runbook runbook, String cutoverId, Instant before) {
        return runbook.list().stream().filter(each -> each.id().equals(cutoverId)).findFirst()
                .map((CutoverSummary each) -> each.status().terminal() && each.updated().isBefore(before)).orElse(true);
    }

    /** What one cutover has. */
    private record Series(Set<Meter> meters, Map<String, AtomicLong> totals,
            Map<String, AtomicReference<Sample>> probes, Map<String, AtomicReference<Standing>> standings,
            Map<String, AtomicInteger> shares, Map<Direction, Followed> replications) {
        Series() {
            this(ConcurrentHashMap.newKeySet(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>(),
                    new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    /** How a probe stands: for how long it has been in breach, and without anything that tells. */
    private record Standing(Duration breached, Duration silent) {}

    /** What tells how one side follows the other. */
    private record Followed(AtomicReference<ReplicationView> latest, Set<Meter> meters) {}

    /** Rows and bytes of a table committed so far; totals, since that is what a copy reports. */
    void copied(String cutoverId, String table, long rows, long bytes) {
        advance(counter("ferryman.copy.rows", "Rows committed in the target", cutoverId, table), "rows", cutoverId,
                table, rows);
        advance(counter("ferryman.copy.bytes", "Bytes sent to the target", cutoverId, table), "bytes", cutoverId, table,
                bytes);
    }

    /** Rows of a table committed to quarantine so far. */
    void quarantined(String cutoverId, String table, long rows) {
        advance(counter("ferryman.quarantine.rows", "Rows committed to quarantine in the target", cutoverId, table),
                "quarantined", cutoverId, table, rows);
    }

    /** More rows of a table were compared. */
    void compared(String cutoverId, String table, long rows) {
        counter("ferryman.verify.rows", "Rows compared by value", cutoverId, table).increment(rows);
    }

    /** So many rows of a table differ. */
    void differing(String cutoverId, String table, long rows) {
        counter("ferryman.verify.mismatches", "Rows that differ between source and target", cutoverId, table)
                .increment(rows);
    }

    /** What the latest sample of a probe says. */
    void probe(String cutoverId, String step, String probe, Sample sample) {
        Series series = series(cutoverId);
        AtomicReference<Sample> latest = series.probes().computeIfAbsent(step + "/" + probe, _ -> {
            var state = new AtomicReference<>(sample);
            series.meters().add(Gauge
                    .builder("ferryman.probe.up", state, it -> it.get().kind() == Sample.Kind.OK ? 1 : 0)
                    .description("Whether the latest sample of the probe was ok: 1 or 0").tag("cutover", cutoverId)
                    .tag("step", step).tag("probe", probe).register(registry));
            series.meters().add(Gauge.builder("ferryman.probe.value", state, it -> value(it.get()))
                    .description("Figure of the latest sample of the probe, in its own unit; NaN where it had none")
                    .tag("cutover", cutoverId).tag("step", step).tag("probe", probe).register(registry));
            return state;
        });
        latest.set(sample);
    }

    /** For how long a probe has been in breach, and without a sample that tells anything; zero when its watch has ended. */
    void standing(String cutoverId, String step, String probe, Duration breached, Duration silent) {
        Series series = series(cutoverId);
        series.standings().computeIfAbsent(step + "/" + probe, _ -> {
            var latest = new AtomicReference<>(new Standing(Duration.ZERO, Duration.ZERO));
            series.meters()
                    .add(Gauge.builder("ferryman.probe.breach.seconds", latest, it -> seconds(it.get().breached()))
                            .description("For how long the probe has been out of its bounds; 0 where it is not")
                            .tag("cutover", cutoverId).tag("step", step).tag("probe", probe).register(registry));
            series.meters().add(Gauge.builder("ferryman.probe.silent.seconds", latest, it -> seconds(it.get().silent()))
                    .description("For how long the probe has had no sample that tells anything")
                    .tag("cutover", cutoverId).tag("step", step).tag("probe", probe).register(registry));
            return latest;
        }).set(new Standing(breached, silent));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static double value(Sample sample) {
        Double value = sample.value();
        return value == null ? Double.NaN : value;
    }

    /** How far one side is behind the other; while it is not followed its lag in seconds grows by itself. */
    void lag(String cutoverId, ReplicationView view) {
        Series series = series(cutoverId);
        series.replications().computeIfAbsent(view.direction(), direction -> {
            var latest = new AtomicReference<>(view);
            Set<Meter> meters = Set.of(
                    Gauge.builder("ferryman.capture.lag.changes", latest, it -> it.get().backlog())
                            .description("Recorded changes that have not arrived on the other side")
                            .tag("cutover", cutoverId).tag("direction", word(direction)).register(registry),
                    Gauge.builder("ferryman.capture.lag.seconds", latest, it -> lagSeconds(it.get())).description(
                            "How old the oldest change may be that has not arrived on the other side, in seconds")
                            .tag("cutover", cutoverId).tag("direction", word(direction)).register(registry),
                    Gauge.builder("ferryman.replication.stopped", latest,
                            it -> it.get().state() == ReplicationView.State.STOPPED ? 1 : 0)
                            .description("1 while something keeps one side from following the other")
                            .tag("cutover", cutoverId).tag("direction", word(direction)).register(registry));
            series.meters().addAll(meters);
            return new Followed(latest, meters);
        }).latest().set(view);
    }

    /** Another process follows from now on, or a step takes its place: what was known here would only grow old. */
    void followedElsewhere(String cutoverId) {
        Series series = series(cutoverId);
        for (Direction direction : Direction.values()) {
            Followed followed = series.replications().remove(direction);
            if (followed != null) {
                series.meters().removeAll(followed.meters());
                followed.meters().forEach(registry::remove);
            }
        }
    }

    private double lagSeconds(ReplicationView view) {
        Instant synced = view.syncedAt();
        boolean grows = view.state() == ReplicationView.State.STOPPED && synced != null;
        return (grows ? Duration.between(synced, clock.instant()) : view.lag()).toMillis() / 1000.0;
    }

    /** The percentage of reads that steps want at PostgreSQL. */
    void readShare(String cutoverId, int percent) {
        Series series = series(cutoverId);
        series.shares().computeIfAbsent("wanted", _ -> {
            var wanted = new AtomicInteger();
            series.meters().add(Gauge.builder("ferryman.traffic.read.share", wanted, AtomicInteger::get)
                    .description("Percentage of reads that should go to PostgreSQL").tag("cutover", cutoverId)
                    .register(registry));
            return wanted;
        }).set(percent);
    }

    /** Writers waited for so long while writes changed sides. */
    void froze(String cutoverId, Direction direction, Duration held) {
        series(cutoverId).meters().add(Gauge.builder("ferryman.freeze.seconds", held, it -> it.toMillis() / 1000.0)
                .description("How long writers waited at the handover, in seconds").tag("cutover", cutoverId)
                .tag("direction", word(direction)).strongReference(true).register(registry));
    }

    /** Writers waited for longer than they were to, and the handover was called off. */
    void freezeOverran(String cutoverId, Direction direction) {
        Counter counter = Counter.builder("ferryman.freeze.overruns")
                .description("Handovers called off because writers had waited for the whole budget")
                .tag("cutover", cutoverId).tag("direction", word(direction)).register(registry);
        series(cutoverId).meters().add(counter);
        counter.increment();
    }

    /** A backup was made; of several of a step the latest counts. */
    void backup(String cutoverId, String step, long bytes, Instant takenAt) {
        latest(cutoverId, step, "ferryman.backup.bytes", "Size of the step's latest backup in bytes", bytes);
        latest(cutoverId, step, "ferryman.backup.taken.timestamp.seconds",
                "The moment whose data the step's latest backup holds, in seconds since 1970",
                takenAt.getEpochSecond());
    }

    private void latest(String cutoverId, String step, String name, String description, long value) {
        series(cutoverId).totals().computeIfAbsent(name + "/" + step, _ -> {
            var latest = new AtomicLong();
            series(cutoverId).meters().add(Gauge.builder(name, latest, AtomicLong::get).description(description)
                    .tag("cutover", cutoverId).tag("step", step).register(registry));
            return latest;
        }).set(value);
    }

    private static String word(Direction direction) {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    private void advance(Counter counter, String what, String cutoverId, String table, long total) {
        AtomicLong known = series(cutoverId).totals().computeIfAbsent(what + "/" + table, _ -> new AtomicLong());
        long before = known.getAndAccumulate(total, Math::max);
        if (total > before) {
            counter.increment(total - before);
        }
    }

    private Counter counter(String name, String description, String cutoverId, String table) {
        Counter counter = Counter.builder(name).description(description).tag("cutover", cutoverId).tag("table", table)
                .register(registry);
        series(cutoverId).meters().add(counter);
        return counter;
    }

    private Series series(String cutoverId) {
        Series known = seriesByCutover.get(cutoverId);
        if (known != null) {
            return known;
        }
        Set<String> ended = seriesByCutover.keySet().stream().filter(over).collect(Collectors.toSet());
        ended.forEach(id -> {
            Series dropped = seriesByCutover.remove(id);
            if (dropped != null) {
                dropped.meters().forEach(registry::remove);
            }
        });
        return seriesByCutover.computeIfAbsent(cutoverId, _ -> new Series());
    }
}
