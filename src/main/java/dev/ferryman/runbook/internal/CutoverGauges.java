package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Writes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where every cutover under way stands. Each replica tells all of them, so that nothing is missing when one is gone; what
 * others have decided it learns by {@link #refresh}.
 */
final class CutoverGauges {
    private final MultiGauge phases;
    private final MultiGauge names;
    private final MultiGauge running;
    private final MultiGauge kept;
    private final Clock clock;
    private final Map<String, Standing> standings = new HashMap<>();

    /**
     * @param version of the cutover that the rows are of
     * @param over whether it has ended, and is here only since its application is kept from writing
     * @param kept since when that is; null where it writes
     */
    private record Standing(long version, boolean over, Tags phase, Tags name, List<Tags> running, Tags cutover,
            @Nullable Instant kept) {
        static Standing of(Cutover cutover) {
            Tags one = Tags.of("cutover", cutover.id());
            return new Standing(cutover.version(), cutover.status().terminal(), one.and("phase", cutover.phase().key()),
                    one.and("name", cutover.name(), "template", cutover.template().key(), "status",
                            cutover.status().key(), "rehearsal", String.valueOf(cutover.rehearsal())),
                    cutover.steps().stream().filter(step -> step.status() == StepStatus.RUNNING)
                            .filter(step -> step.definition().uses() != null)
                            .map(step -> one.and("step", step.key(), "type", String.valueOf(step.definition().uses())))
                            .toList(),
                    one, cutover.kept().map(Writes.Kept::since).orElse(null));
        }

        double keptSeconds(Instant now) {
            return kept == null ? 0 : Math.max(0, Duration.between(kept, now).toMillis() / 1000.0);
        }
    }

    CutoverGauges(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        this.phases = MultiGauge.builder("ferryman.cutover.phase")
                .description("1 for the phase each cutover under way is in").register(registry);
        this.names = MultiGauge.builder("ferryman.cutover.info")
                .description("1 for each cutover under way, with its name, template and status").register(registry);
        this.running = MultiGauge.builder("ferryman.step.running")
                .description("1 for each step that an action is at work on, or waits to be").register(registry);
        this.kept = MultiGauge.builder("ferryman.maintenance.seconds")
                .description(
                        "For how long the application has been kept from writing, or may have been; 0 while it writes")
                .register(registry);
    }

    /** Takes up a cutover as it stands after a decision. */
    synchronized void seen(Cutover cutover) {
        take(cutover);
        publish();
    }

    /**
     * Takes up what others have decided, and forgets what is over.
     *
     * @param underWay finds every cutover that is not over or keeps its application from writing, with its version
     * @param load reads one; empty where it cannot be read
     */
    synchronized void refresh(Supplier<Map<String, Long>> underWay, Function<String, Optional<Cutover>> load) {
        // Asked for under the lock: what was decided after an earlier answer would be forgotten again.
        Map<String, Long> unfinished = underWay.get();
        boolean gone = standings.keySet().retainAll(unfinished.keySet());
        List<String> changed = unfinished.entrySet().stream().filter(entry -> {
            Standing known = standings.get(entry.getKey());
            return known == null || known.version() < entry.getValue();
        }).map(Map.Entry::getKey).toList();
        changed.forEach(id -> load.apply(id).ifPresent(this::take));
        if (gone || !changed.isEmpty()) {
            publish();
        }
    }

    private void take(Cutover cutover) {
        if (cutover.status().terminal() && cutover.kept().isEmpty()) {
            standings.remove(cutover.id());
        } else {
            standings.merge(cutover.id(), Standing.of(cutover),
                    (known, found) -> found.version() < known.version() ? known : found);
        }
    }

    private void publish() {
        List<Standing> live = standings.values().stream().filter(standing -> !standing.over()).toList();
        publish(phases, live.stream().map(Standing::phase));
        publish(names, live.stream().map(Standing::name));
        publish(running, live.stream().map(Standing::running).flatMap(Collection::stream));
        // Those that have ended stay: somebody has to be told until the application writes again.
        kept.register(standings.values().stream()
                .map(standing -> Row.of(standing.cutover(), standing, it -> it.keptSeconds(clock.instant()))).toList(),
                true);
    }

    private static void publish(MultiGauge gauge, Stream<Tags> rows) {
        gauge.register(rows.map(tags -> Row.of(tags, 1)).toList(), true);
    }
}
