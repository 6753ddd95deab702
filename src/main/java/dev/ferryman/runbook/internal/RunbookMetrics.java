package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.ForcedFailed;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import dev.ferryman.runbook.CutoverEvent.StepCancelled;
import dev.ferryman.runbook.CutoverEvent.StepFailed;
import dev.ferryman.runbook.CutoverEvent.StepInconclusive;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepUnknown;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the runbook measures. DESIGN.md § 4: names and labels. */
final class RunbookMetrics {
    private final MeterRegistry registry;
    private final MultiGauge phases;
    private final Counter rollbacks;
    private final Map<String, String> phaseByCutover = new ConcurrentHashMap<>();

    RunbookMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.phases = MultiGauge.builder("ferryman.cutover.phase")
                .description("1 for the phase each cutover under way is in").register(registry);
        this.rollbacks = Counter.builder("ferryman.rollbacks").description("Rollbacks started").register(registry);
    }

    /** Takes up a cutover as it was found at start-up or as another replica left it. */
    void seen(String cutoverId, String phase, boolean over) {
        String before = over ? phaseByCutover.remove(cutoverId) : phaseByCutover.put(cutoverId, phase);
        if (over ? before != null : !phase.equals(before)) {
            phases.register(phaseByCutover.entrySet().stream()
                    .map(entry -> Row.of(Tags.of("cutover", entry.getKey(), "phase", entry.getValue()), 1)).toList(),
                    true);
        }
    }

    /** Counts what was decided. */
    void observe(Draft draft) {
        Cutover cutover = draft.cutover();
        for (RecordedEvent recorded : draft.events()) {
            Optional<String> ended = switch (recorded.event()) {
                case StepPassed passed -> Optional.of(passed.step());
                case StepFailed failed -> Optional.of(failed.step());
                case StepInconclusive unclear -> Optional.of(unclear.step());
                case StepUnknown unknown -> Optional.of(unknown.step());
                case StepCancelled cancelled -> Optional.of(cancelled.step());
                case ForcedFailed forced -> Optional.of(forced.step());
                default -> Optional.empty();
            };
            ended.flatMap(cutover::step).filter(step -> step.definition().uses() != null)
                    .ifPresent(step -> step.attempts().reversed().stream()
                            .filter(attempt -> recorded.at().equals(attempt.endedAt())).findFirst()
                            .ifPresent(attempt -> time(String.valueOf(step.definition().uses()), attempt, recorded)));
            if (recorded.event() instanceof RollbackStarted) {
                rollbacks.increment();
            }
        }
        seen(cutover.id(), cutover.phase().key(), cutover.status().terminal());
    }

    private void time(String type, Attempt attempt, RecordedEvent ended) {
        Verdict verdict = attempt.verdict();
        if (verdict != null) {
            Timer.builder("ferryman.step").description("Time an attempt at a step took")
                    .tags("type", type, "verdict", verdict.key()).register(registry)
                    .record(attempt.took(ended.at()));
        }
    }
}
