package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.TableProgress;
import dev.ferryman.cutover.TableResult;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepLog;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The moving figures of a cutover: how far each table is, what the monitors see. */
@Component
class Gauges {
    private final StepLog log;
    private final MonitorViews monitors;

    Gauges(StepLog log, MonitorViews monitors) {
        this.log = log;
        this.monitors = monitors;
    }

    List<TableProgress> tables(Cutover cutover, Plan plan, Optional<VerificationView> verified, Instant now) {
        Map<String, StepLog.Progress> copied = progress(cutover, BackfillStep.TYPE);
        Map<String, StepLog.Progress> compared = progress(cutover, VerifyStep.TYPE);
        Map<String, TableResult> results = new HashMap<>();
        verified.ifPresent(it -> it.tables().forEach(result -> results.put(result.table(), result)));
        boolean copyDone = passed(cutover, BackfillStep.TYPE);
        boolean copying = running(cutover, BackfillStep.TYPE);
        boolean comparing = running(cutover, VerifyStep.TYPE);
        return plan.tables().stream().map(table -> table(table, copied.get(table.source()),
                compared.get(table.source()), comparing ? null : results.get(table.source()), copyDone, copying,
                comparing, now)).toList();
    }

    private static TableProgress table(TablePlan table, StepLog.@Nullable Progress copied,
            StepLog.@Nullable Progress compared, @Nullable TableResult result, boolean copyDone, boolean copying,
            boolean comparing, Instant now) {
        String name = table.source();
        long bytes = copied == null ? 0 : copied.bytes();
        if (result != null) {
            return new TableProgress(name, result.sourceRows(), result.sourceRows(), bytes, 0, Optional.empty(),
                    result.differences() == 0 && result.sourceRows() == result.targetRows()
                            ? TableProgress.State.VERIFIED
                            : TableProgress.State.DIFFERENT);
        }
        if (comparing && compared != null) {
            return moving(name, table.rows(), bytes, compared, TableProgress.State.VERIFYING, now);
        }
        if (copied != null && copying && copied.done() < copied.total()) {
            return moving(name, table.rows(), bytes, copied, TableProgress.State.COPYING, now);
        }
        if (copyDone || copied != null && copied.done() >= copied.total() && copying) {
            return new TableProgress(name, copied == null ? table.rows() : copied.done(), table.rows(), bytes, 0,
                    Optional.empty(), TableProgress.State.COPIED);
        }
        return new TableProgress(name, copied == null ? 0 : copied.done(), table.rows(), bytes, 0, Optional.empty(),
                TableProgress.State.WAITING);
    }

    private static TableProgress moving(String name, long total, long bytes, StepLog.Progress progress,
            TableProgress.State state, Instant now) {
        double seconds = Math.max(1, Duration.between(progress.started(), now).toMillis()) / 1000.0;
        double speed = progress.done() / seconds;
        Optional<Duration> left = speed > 0
                ? Optional.of(Duration.ofSeconds((long) Math.ceil(Math.max(0, total - progress.done()) / speed)))
                : Optional.empty();
        return new TableProgress(name, progress.done(), total, bytes, speed, left, state);
    }

    private Map<String, StepLog.Progress> progress(Cutover cutover, String type) {
        return step(cutover, type).filter(step -> step.lastAttempt().isPresent())
                .map(step -> log.progress(cutover.id(), step.key()).stream().collect(
                        Collectors.toMap(StepLog.Progress::item, item -> item, (first, _) -> first,
                                LinkedHashMap::new)))
                .orElseGet(LinkedHashMap::new);
    }

    private static Optional<Step> step(Cutover cutover, String type) {
        return cutover.steps().stream().filter(step -> type.equals(step.definition().uses())).findFirst();
    }

    private static boolean passed(Cutover cutover, String type) {
        return step(cutover, type).filter(step -> step.status() == StepStatus.PASSED).isPresent();
    }

    private static boolean running(Cutover cutover, String type) {
        return step(cutover, type).filter(step -> step.status() == StepStatus.RUNNING).isPresent();
    }

    /** How long a step is expected to take: a watch as long as its parameters say and not at all in a rehearsal, any other as its template does. */
    Optional<Duration> planned(Cutover cutover, Step step) {
        return monitors.planned(cutover, step).or(() -> Optional.ofNullable(step.definition().estimate()));
    }

    List<MonitorView> monitors(Cutover cutover) {
        return monitors.of(cutover);
    }
}
