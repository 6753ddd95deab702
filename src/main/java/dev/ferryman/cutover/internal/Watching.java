package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.monitor.Baselines;
import dev.ferryman.monitor.Baselines.Baseline;
import dev.ferryman.monitor.Verdicts;
import dev.ferryman.monitor.Verdicts.ProbeVerdict;
import dev.ferryman.monitor.MonitorLog;
import dev.ferryman.monitor.MonitorState;
import dev.ferryman.monitor.MonitorState.Judgement;
import dev.ferryman.monitor.Sample;
import dev.ferryman.monitor.Threshold;
import dev.ferryman.monitor.Watch;
import dev.ferryman.monitor.Watch.Watched;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Carries out the watch of a step, and keeps what it came to. */
@Component
class Watching {
    /** So many of a probe's samples are kept with a decision. */
    private static final int SAMPLES_KEPT = 50;

    private final Probes probes;
    private final MonitorLog log;
    private final Verdicts verdicts;
    private final Baselines baselines;
    private final DataPlaneMetrics meters;

    Watching(Probes probes, MonitorLog log, Verdicts verdicts, Baselines baselines, DataPlaneMetrics meters) {
        this.probes = probes;
        this.log = log;
        this.verdicts = verdicts;
        this.baselines = baselines;
        this.meters = meters;
    }

    /** Name under which an attempt's samples are kept. */
    static String run(String cutoverId, String stepKey, int attempt) {
        return cutoverId + "/" + stepKey + "/" + attempt;
    }

    /** What baselines of a cutover belong to. */
    static Baselines.Scope scope(Cutover cutover) {
        return new Baselines.Scope(cutover.template().key(), cutover.source());
    }

    /** A probe's bounds, worked out from its baseline where it has one; empty where that was never recorded. */
    Optional<Threshold> threshold(Cutover cutover, ProbeSpec spec) {
        ProbeSpec.Around around = spec.baseline();
        if (around == null) {
            return Optional.of(spec.threshold());
        }
        return baselines.find(scope(cutover), around.name())
                .map(found -> Threshold.around(found.median(), around.percent(), found.unit()));
    }

    /**
     * Watches to the end.
     *
     * @param cutover the cutover that the step belongs to
     * @param step the step's arguments
     * @throws BadInputException where a baseline was never recorded
     */
    Watch.Result watch(StepContext context, Cutover cutover, List<ProbeSpec> specs, Arguments step)
            throws InterruptedException {
        String run = run(context.cutoverId(), context.stepKey(), context.attempt());
        Map<String, Threshold> thresholds = new HashMap<>();
        List<Watched> watched = new ArrayList<>();
        for (ProbeSpec spec : specs) {
            Threshold threshold = threshold(cutover, spec).orElseThrow(() -> new BadInputException(
                    "Nobody has recorded the baseline that probe ‘" + spec.name()
                            + "’ goes by, for this template and this source.",
                    "Run a step monitor.baseline with a probe of that name first, in a rehearsal or before the window."));
            thresholds.put(spec.name(), threshold);
            watched.add(probes.open(context.cutoverId(), run, spec, threshold, step));
        }
        Map<String, MonitorState> states = new HashMap<>();
        Map<String, Sample.Kind> told = new HashMap<>();
        Watch watch = new Watch(log, context.clock(), Thread::sleep);
        Watch.Result result = watch(context, watch, run, watched, (name, sample, state, judgement) -> {
            context.ensureOwner();
            states.put(name, state);
            meters.probe(context.cutoverId(), context.stepKey(), name, sample);
            meters.standing(context.cutoverId(), context.stepKey(), name, state.breached(), state.silent());
            progress(context, specs, states);
            tell(context, specs.size() == 1 ? "" : name + ": ", sample, told.put(name, sample.kind()));
        });
        context.ensureOwner();
        verdicts.decide(run, specs.stream().map(spec -> verdict(run, spec, thresholds, result,
                context.clock().instant())).toList());
        return result;
    }

    /** A watch that has ended, however, is in no breach any more. */
    private Watch.Result watch(StepContext context, Watch watch, String run, List<Watched> watched,
            Watch.Listener listener) throws InterruptedException {
        try {
            return watch.run(run, context.startedAt(), watched, listener);
        } finally {
            watched.forEach(each -> meters.standing(context.cutoverId(), context.stepKey(), each.name(), Duration.ZERO,
                    Duration.ZERO));
        }
    }

    private static void progress(StepContext context, List<ProbeSpec> specs, Map<String, MonitorState> states) {
        Duration wanted = longest(specs);
        Duration observed = specs.stream().filter(ProbeSpec::decides)
                .filter(spec -> spec.rule().soak().equals(wanted))
                .map(spec -> states.containsKey(spec.name()) ? states.get(spec.name()).observed() : Duration.ZERO)
                .reduce((a, b) -> a.compareTo(b) < 0 ? a : b).orElse(Duration.ZERO);
        context.progress("observed", observed.toSeconds(), wanted.toSeconds(), 0);
    }

    /** How long the watch takes where all goes well. */
    static Duration longest(List<ProbeSpec> specs) {
        return specs.stream().filter(ProbeSpec::decides).map(spec -> spec.rule().soak())
                .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) < 0 ? b : a);
    }

    private static void tell(StepContext context, String prefix, Sample sample, Sample.Kind before) {
        if (sample.kind() != before) {
            context.output(prefix + sample.kind().key() + ": " + sample.detail());
        }
    }

    private ProbeVerdict verdict(String run, ProbeSpec spec, Map<String, Threshold> thresholds, Watch.Result result,
            Instant at) {
        Judgement verdict = result.judgements().getOrDefault(spec.name(), Judgement.RUNNING);
        Threshold threshold = thresholds.getOrDefault(spec.name(), spec.threshold());
        return new ProbeVerdict(spec.name(), at, verdict, spec.watched(), threshold.words(),
                log.recent(run, spec.name(), SAMPLES_KEPT));
    }

    /** Records what figures are now, for later watches to compare with. */
    List<Baseline> record(StepContext context, Cutover cutover, List<ProbeSpec> specs) {
        String run = run(context.cutoverId(), context.stepKey(), context.attempt());
        List<Baseline> recorded = new ArrayList<>();
        for (ProbeSpec spec : specs) {
            List<Double> values = log.values(run, spec.name());
            if (!values.isEmpty()) {
                recorded.add(Baseline.of(spec.name(), values, spec.threshold().unit(), context.clock().instant(),
                        context.cutoverId()));
            }
        }
        context.ensureOwner();
        recorded.forEach(each -> baselines.put(scope(cutover), each));
        return recorded;
    }

    /** A time as sentences say it. */
    static String spoken(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
