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
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What the runbook measures. DESIGN.md § 4: names and labels. */
final class RunbookMetrics {
    private final MeterRegistry registry;
    private final CutoverGauges cutovers;
    private final Counter rollbacks;
    private final Counter leasesLost;
    private final AtomicLong brokenLogs = new AtomicLong();
    private final AtomicLong logsVerifiedAt = new AtomicLong();

    RunbookMetrics(MeterRegistry registry, CutoverGauges cutovers) {
        this.registry = registry;
        this.cutovers = cutovers;
        this.rollbacks = Counter.builder("ferryman.rollbacks").description("Rollbacks started").register(registry);
        this.leasesLost = Counter.builder("ferryman.leases.lost")
                .description("Runs of steps whose lease another process had taken over before they stopped")
                .register(registry);
        Gauge.builder("ferryman.event.chain.broken", brokenLogs, AtomicLong::get)
                .description("Cutovers whose log is not as it was written, when it was last verified")
                .register(registry);
        Gauge.builder("ferryman.event.chain.verified.timestamp.seconds", logsVerifiedAt, AtomicLong::get)
                .description("When the logs of all cutovers were last verified, in seconds since 1970; 0 before that")
                .register(registry);
    }

    /** Somebody else had taken over what this process still was at. */
    void leaseLost() {
        leasesLost.increment();
    }

    /** Every log was verified, and so many are not as they were written. */
    void verified(long broken, Instant at) {
        brokenLogs.set(broken);
        logsVerifiedAt.set(at.getEpochSecond());
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
        cutovers.seen(cutover);
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
