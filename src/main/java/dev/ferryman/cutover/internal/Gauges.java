package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.TableProgress;
import dev.ferryman.cutover.TableResult;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.monitor.MonitorLog;
import dev.ferryman.monitor.MonitorRule;
import dev.ferryman.monitor.MonitorState;
import dev.ferryman.monitor.Sample;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepLog;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The moving figures of a cutover: how far each table is, what the monitors see. */
@Component
class Gauges {
    private static final int RECENT_SAMPLES = 120;

    private final StepLog log;
    private final MonitorLog monitors;

    Gauges(StepLog log, MonitorLog monitors) {
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
        if (MonitorStep.TYPE.equals(step.definition().uses())) {
            if (cutover.rehearsal()) {
                return Optional.empty();
            }
            try {
                Duration soak = MonitorStep
                        .rule(new Arguments(Arguments.resolved(step.definition().with(), cutover.parameters()))).soak();
                if (!soak.isZero()) {
                    return Optional.of(soak);
                }
            } catch (BadInputException _) {
                // Told by the step itself when its turn comes.
            }
        }
        return Optional.ofNullable(step.definition().estimate());
    }

    List<MonitorView> monitors(Cutover cutover) {
        List<MonitorView> views = new ArrayList<>();
        for (Step step : cutover.steps()) {
            if (MonitorStep.TYPE.equals(step.definition().uses())) {
                step.lastAttempt().flatMap(attempt -> monitor(cutover, step, attempt)).ifPresent(views::add);
            }
        }
        return views;
    }

    private Optional<MonitorView> monitor(Cutover cutover, Step step, Attempt attempt) {
        String run = MonitorStep.run(cutover.id(), step.key(), attempt.number());
        Map<String, Object> with = Arguments.resolved(step.definition().with(), cutover.parameters());
        try {
            MonitorRule rule = MonitorStep.rule(new Arguments(with));
            String url = HttpCall.of("GET", Objects.toString(with.get("url"), "")).shown();
            return monitors.state(run).map(state -> view(step, url, rule, state, monitors.recent(run, RECENT_SAMPLES)));
        } catch (BadInputException _) {
            // Arguments nobody can read are shown with the step, as what its attempt came to.
            return Optional.empty();
        }
    }

    private static MonitorView view(Step step, String url, MonitorRule rule, MonitorState state, List<Sample> recent) {
        MonitorView.State stands = switch (step.status()) {
            case PASSED, SKIPPED -> MonitorView.State.PASSED;
            case FAILED -> MonitorView.State.FAILED;
            case CANCELLED -> MonitorView.State.CANCELLED;
            case INCONCLUSIVE, UNKNOWN -> MonitorView.State.INCONCLUSIVE;
            case PENDING, READY, RUNNING -> state.breachSince() == null
                    ? MonitorView.State.RUNNING
                    : MonitorView.State.BREACH;
        };
        String sentence = switch (stands) {
            case PASSED -> rule.soak().isZero()
                    ? "It answered as it should."
                    : "It went well for " + MonitorStep.spoken(state.observed()) + ".";
            case RUNNING -> "Going well: " + MonitorStep.spoken(state.observed()) + " of "
                    + MonitorStep.spoken(rule.soak()) + " observed.";
            case BREACH -> "In breach for " + MonitorStep.spoken(state.breached()) + "; it fails at "
                    + MonitorStep.spoken(rule.breachFor()) + ".";
            case INCONCLUSIVE -> "No data: proved neither way.";
            case CANCELLED -> "Stopped after " + MonitorStep.spoken(state.observed()) + "; it has proved nothing.";
            case FAILED -> "Ended without passing: " + (state.last() == null ? "no sample." : state.last().detail());
        };
        return new MonitorView(step.key(), url, stands, state.breachSince(), state.observed(), rule.soak(),
                Optional.ofNullable(state.last()), recent, sentence);
    }
}
