package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.monitor.MonitorState;
import dev.ferryman.monitor.MonitorState.Judgement;
import dev.ferryman.monitor.Sample;
import dev.ferryman.monitor.Watch;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;

/** A step that watches for a while: one address, or several probes together. */
abstract class MonitorStep implements StepAction {
    private static final String DECIDE = "Decide: correct the cause and retry, which watches anew, or roll back.";
    private static final String PROVES_NOTHING = "This proves nothing either way. Restore the way to the data and retry,"
            + " which watches anew.";

    private final String type;
    private final Watching watching;
    private final Probes probes;
    private final ObjectProvider<Runbook> runbook;

    MonitorStep(String type, Watching watching, Probes probes, ObjectProvider<Runbook> runbook) {
        this.type = type;
        this.watching = watching;
        this.probes = probes;
        this.runbook = runbook;
    }

    /** The probes that arguments describe. */
    abstract List<ProbeSpec> specs(Arguments arguments);

    /** The probes of a step of this or another type; empty where it does not watch. */
    static Optional<List<ProbeSpec>> specs(String type, Arguments arguments) {
        return switch (type) {
            case HttpMonitorStep.TYPE -> Optional.of(List.of(ProbeArguments.only(arguments)));
            case WatchStep.TYPE, BaselineStep.TYPE -> Optional.of(ProbeArguments.all(arguments));
            default -> Optional.empty();
        };
    }

    @Override
    public final String type() {
        return type;
    }

    @Override
    public final boolean idempotent() {
        return true;
    }

    @Override
    public final boolean anywhere() {
        return true;
    }

    @Override
    public final List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            List<ProbeSpec> specs = specs(arguments);
            specs.forEach(spec -> probes.check(spec, arguments));
            requireSense(arguments, specs);
        });
    }

    /** Refuses what would prove nothing. */
    void requireSense(Arguments arguments, List<ProbeSpec> specs) {
        specs.forEach(Probes::requireBounds);
        if (specs.stream().noneMatch(ProbeSpec::decides)) {
            throw new BadInputException("Every probe only warns, so the watch could not fail.",
                    "Give one of them severity: fail.");
        }
    }

    /** The cutover that a step belongs to. */
    final Cutover cutover(StepContext context) {
        return runbook.getObject().get(context.cutoverId());
    }

    @Override
    public final StepResult run(StepContext context) throws InterruptedException {
        try {
            var arguments = new Arguments(context.with());
            List<ProbeSpec> specs = specs(arguments);
            Watch.Result result = watching.watch(context, cutover(context), specs, arguments);
            return switch (result.judgement()) {
                case PASSED -> passed(context, specs, result);
                case FAILED -> new StepResult.Failed(all(specs, result, MonitorStep::failed), DECIDE);
                case INCONCLUSIVE, RUNNING, BREACHING -> new StepResult.Inconclusive(
                        all(specs, result, MonitorStep::silent), PROVES_NOTHING);
            };
        } catch (BadInputException e) {
            // What cannot be watched has not failed: it must not take anything back by itself.
            return new StepResult.Inconclusive(String.valueOf(e.getMessage()), e.next());
        }
    }

    /** What it comes to when all went well. */
    StepResult passed(StepContext context, List<ProbeSpec> specs, Watch.Result result) {
        Duration observed = specs.stream().filter(ProbeSpec::decides)
                .map(spec -> state(result, spec).observed()).reduce((a, b) -> a.compareTo(b) < 0 ? b : a)
                .orElse(Duration.ZERO);
        String seen = seen(result.states().values().stream().mapToLong(MonitorState::samples).sum());
        String warned = specs.stream().filter(spec -> !spec.decides())
                .filter(spec -> result.judgements().get(spec.name()) != Judgement.PASSED).map(ProbeSpec::title)
                .collect(Collectors.joining(", "));
        return new StepResult.Passed((Watching.longest(specs).isZero()
                ? "It answered as it should ("
                : "It went well for " + Watching.spoken(observed) + " (") + seen + ")."
                + (warned.isEmpty() ? "" : " Not well, but only told: " + warned + "."));
    }

    private interface Sentence {
        String of(ProbeSpec spec, MonitorState state, boolean alone);
    }

    private static String all(List<ProbeSpec> specs, Watch.Result result, Sentence sentence) {
        return specs.stream().filter(ProbeSpec::decides)
                .filter(spec -> result.judgements().get(spec.name()) == result.judgement())
                .map(spec -> sentence.of(spec, state(result, spec), specs.size() == 1))
                .collect(Collectors.joining(" "));
    }

    private static String failed(ProbeSpec spec, MonitorState state, boolean alone) {
        String who = alone ? "" : "‘" + spec.title() + "’ is ";
        String how = MonitorViews.tooOften(spec.rule(), state).orElseGet(() -> "In breach since "
                + RollbackOutlook.AT.format(Objects.requireNonNull(state.breachSince())) + ", for "
                + Watching.spoken(state.breached()) + ".");
        return (alone ? how : who + how.substring(0, 1).toLowerCase(Locale.ROOT) + how.substring(1))
                .replaceFirst("\\.$", " (" + seen(state.samples()) + ").") + last(state)
                + (spec.kind() == ProbeSpec.Kind.HTTP ? "" : " Asked: " + spec.watched() + ".");
    }

    private static String silent(ProbeSpec spec, MonitorState state, boolean alone) {
        Duration without = state.silent().isZero() ? state.unseen() : state.silent();
        return (alone ? "No data for " : "‘" + spec.title() + "’ had no data for ") + Watching.spoken(without) + " ("
                + seen(state.samples()) + ")." + last(state);
    }

    private static String last(MonitorState state) {
        Sample last = state.last();
        return last == null ? "" : " " + last.detail();
    }

    private static MonitorState state(Watch.Result result, ProbeSpec spec) {
        return Objects.requireNonNull(result.states().get(spec.name()));
    }

    private static String seen(long samples) {
        return samples + (samples == 1 ? " sample" : " samples");
    }
}
