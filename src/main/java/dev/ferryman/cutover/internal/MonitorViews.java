package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.MonitorView.State;
import dev.ferryman.cutover.ProbeView;
import dev.ferryman.cutover.SampleRow;
import dev.ferryman.cutover.VerdictRow;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.monitor.MonitorLog;
import dev.ferryman.monitor.MonitorRule;
import dev.ferryman.monitor.MonitorState;
import dev.ferryman.monitor.MonitorState.Judgement;
import dev.ferryman.monitor.Sample;
import dev.ferryman.monitor.Threshold;
import dev.ferryman.monitor.Verdicts;
import dev.ferryman.monitor.Verdicts.Judged;
import dev.ferryman.monitor.Verdicts.ProbeVerdict;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Counted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Draws what the watches of a cutover see. */
@Component
class MonitorViews {
    private final MonitorLog log;
    private final Watching watching;
    private final Verdicts verdicts;
    private final Clock clock;

    MonitorViews(MonitorLog log, Watching watching, Verdicts verdicts, Clock clock) {
        this.verdicts = verdicts;
        this.clock = clock;
        this.log = log;
        this.watching = watching;
    }

    /** How long a watch takes where all goes well; empty for other steps, and in a rehearsal. */
    Optional<Duration> planned(Cutover cutover, Step step) {
        return cutover.rehearsal()
                ? Optional.empty()
                : specs(cutover, step).map(Watching::longest).filter(Duration::isPositive);
    }

    /** Samples of a step's attempt in the order they were kept; see {@link MonitorLog#page}. */
    List<SampleRow> samples(String cutoverId, String step, int attempt, @Nullable String probe, long after,
            int limit) {
        return log.page(Watching.run(cutoverId, step, attempt), probe, after, limit).stream()
                .map(kept -> row(kept.number(), kept.probe(), kept.sample())).toList();
    }

    /** The samples of a probe over the whole attempt, thinned where there are many. */
    List<SampleRow> curve(String cutoverId, String step, int attempt, String probe, int points) {
        return log.curve(Watching.run(cutoverId, step, attempt), probe, points).stream()
                .map(sample -> row(0, probe, sample)).toList();
    }

    /** What decided the attempts at a step, the latest first. */
    List<VerdictRow> verdicts(Cutover cutover, Step step) {
        Map<String, ProbeSpec> specs = specs(cutover, step).orElse(List.of()).stream()
                .collect(Collectors.toMap(ProbeSpec::name, Function.identity()));
        return step.attempts().reversed().stream().map(Attempt::number)
                .flatMap(number -> verdicts.of(Watching.run(cutover.id(), step.key(), number)).stream()
                        .map(verdict -> row(number, verdict, Optional.ofNullable(specs.get(verdict.probe())))))
                .toList();
    }

    private static VerdictRow row(int attempt, ProbeVerdict verdict, Optional<ProbeSpec> spec) {
        return new VerdictRow(attempt, verdict.probe(), spec.map(ProbeSpec::title).orElse(verdict.probe()),
                spec.map(ProbeSpec::decides).orElse(true), verdict.at(), ended(verdict.verdict()), verdict.watched(),
                verdict.threshold(),
                verdict.samples().stream().map(sample -> row(0, verdict.probe(), sample)).toList());
    }

    /** How a probe stands whose watch has ended. */
    private static State ended(Judgement judgement) {
        return switch (judgement) {
            case RUNNING -> State.CANCELLED;
            case BREACHING -> State.BREACH;
            case PASSED -> State.PASSED;
            case FAILED -> State.FAILED;
            case INCONCLUSIVE -> State.INCONCLUSIVE;
        };
    }

    private static SampleRow row(long number, String probe, Sample sample) {
        return new SampleRow(number, probe, sample.at(), sample.kind().key(), sample.value(), sample.latency(),
                sample.detail());
    }

    /** The watches that have begun, in the order of the template. */
    List<MonitorView> of(Cutover cutover) {
        Instant now = clock.instant();
        List<MonitorView> views = new ArrayList<>();
        for (Step step : cutover.steps()) {
            Optional<Attempt> attempt = step.lastAttempt();
            Optional<List<ProbeSpec>> specs = attempt.isEmpty() ? Optional.empty() : specs(cutover, step);
            specs.flatMap(found -> view(cutover, step, attempt.orElseThrow(), found, now)).ifPresent(views::add);
        }
        return views;
    }

    /** The probes of a step; empty where it does not watch, or its arguments cannot be read. */
    private static Optional<List<ProbeSpec>> specs(Cutover cutover, Step step) {
        String uses = step.definition().uses();
        try {
            return uses == null
                    ? Optional.empty()
                    : MonitorStep.specs(uses,
                            new Arguments(Arguments.resolved(step.definition().with(), cutover.parameters())));
        } catch (BadInputException _) {
            // Arguments nobody can read are shown with the step, as what its attempt came to.
            return Optional.empty();
        }
    }

    private Optional<MonitorView> view(Cutover cutover, Step step, Attempt attempt, List<ProbeSpec> specs,
            Instant now) {
        String run = Watching.run(cutover.id(), step.key(), attempt.number());
        Map<String, MonitorState> states = new LinkedHashMap<>();
        specs.forEach(spec -> log.state(run, spec.name()).ifPresent(state -> states.put(spec.name(), state)));
        if (states.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Judged> judged = verdicts.judged(run);
        List<ProbeView> probes = specs.stream().map(spec -> probe(cutover, step, spec,
                Optional.ofNullable(states.get(spec.name())).orElseGet(() -> MonitorState.begin(now)),
                judged.get(spec.name()), now)).toList();
        Duration wanted = Watching.longest(specs);
        Duration observed = specs.stream().filter(spec -> spec.decides() && spec.rule().soak().equals(wanted))
                .map(spec -> states.containsKey(spec.name()) ? states.get(spec.name()).observed() : Duration.ZERO)
                .reduce((a, b) -> a.compareTo(b) < 0 ? a : b).orElse(Duration.ZERO);
        boolean breaching = probes.stream().anyMatch(probe -> probe.decides() && probe.state() == State.BREACH);
        State state = state(step.status(), breaching ? State.BREACH : State.RUNNING);
        Instant since = probes.stream().filter(ProbeView::decides).map(ProbeView::breachSince)
                .filter(Objects::nonNull).min(Instant::compareTo).orElse(null);
        return Optional.of(new MonitorView(step.key(), step.title(), attempt.number(), state, since, observed, wanted,
                probes, sentence(state, probes, observed, wanted)));
    }

    private static State state(StepStatus status, State running) {
        return switch (status) {
            case PASSED, SKIPPED -> State.PASSED;
            case FAILED -> State.FAILED;
            case CANCELLED -> State.CANCELLED;
            case INCONCLUSIVE, UNKNOWN -> State.INCONCLUSIVE;
            case PENDING, READY, RUNNING -> running;
        };
    }

    private static String sentence(State state, List<ProbeView> probes, Duration observed, Duration wanted) {
        return switch (state) {
            case PASSED -> wanted.isZero()
                    ? "It answered as it should."
                    : "It went well for " + Watching.spoken(observed) + ".";
            case RUNNING -> "Going well: " + Watching.spoken(observed) + " of " + Watching.spoken(wanted)
                    + " observed.";
            case BREACH, FAILED, INCONCLUSIVE -> probes.stream().filter(ProbeView::decides)
                    .filter(probe -> probe.state() == state).findFirst()
                    .map(probe -> probe.title() + ": " + probe.sentence())
                    .orElse(state == State.INCONCLUSIVE ? "No data: proved neither way." : "Ended without passing.");
            case CANCELLED -> "Stopped after " + Watching.spoken(observed) + "; it has proved nothing.";
        };
    }

    private ProbeView probe(Cutover cutover, Step step, ProbeSpec spec, MonitorState state, @Nullable Judged judged,
            Instant now) {
        Threshold threshold = watching.threshold(cutover, spec).orElse(spec.threshold());
        boolean going = step.status() == StepStatus.RUNNING;
        State stands = judged != null ? ended(judged.verdict()) : stands(state.judge(now, spec.rule()), step);
        Sample last = state.last();
        return new ProbeView(spec.name(), spec.title(), spec.watched(), spec.decides(), stands, threshold.unit(),
                threshold.least(), threshold.most(), judged == null ? threshold.words() : judged.threshold(),
                last == null ? null : row(0, spec.name(), last),
                last == null || last.value() == null ? "" : threshold.shown(last.value()), state.breachSince(),
                going && stands == State.BREACH ? state.left(spec.rule()) : null, state.coverage(spec.rule()),
                sentence(stands, spec, state, going));
    }

    private static State stands(Judgement judgement, Step step) {
        return judgement == Judgement.RUNNING
                ? state(step.status(), State.RUNNING) == State.RUNNING
                        ? State.RUNNING
                        : step.status() == StepStatus.PASSED ? State.PASSED : State.CANCELLED
                : ended(judgement);
    }

    private static String sentence(State stands, ProbeSpec spec, MonitorState state, boolean going) {
        Sample last = state.last();
        String seen = last == null ? "Not looked yet." : last.detail();
        return switch (stands) {
            case BREACH -> "In breach for " + Watching.spoken(state.breached())
                    + (going
                            ? "; it " + (spec.decides() ? "fails" : "is told") + " at "
                                    + Watching.spoken(spec.rule().breachFor()) + ". "
                            : " when the watch ended. ")
                    + seen;
            case FAILED -> tooOften(spec.rule(), state)
                    .orElseGet(() -> "In breach for " + Watching.spoken(state.breached()) + ".") + " " + seen;
            case INCONCLUSIVE -> "No data for " + Watching.spoken(state.silent()) + ". " + seen;
            case PASSED, RUNNING, CANCELLED -> seen;
        };
    }

    /** What a limit of failures says, where that has failed the probe and not how long a breach lasted. */
    static Optional<String> tooOften(MonitorRule rule, MonitorState state) {
        MonitorRule.FailureLimit limit = rule.failures();
        return limit == null || state.breached().compareTo(rule.breachFor()) >= 0
                ? Optional.empty()
                : Optional.of("In breach more than " + Counted.of(limit.most(), "time") + " within "
                        + Watching.spoken(limit.within()) + ".");
    }
}
