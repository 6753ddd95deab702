package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.monitor.Baselines.Baseline;
import dev.ferryman.monitor.Threshold;
import dev.ferryman.monitor.Watch;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * {@code monitor.baseline}: records what figures are for {@code for}, each under its probe's name, for this template and
 * source. Arguments: those of {@code monitor.watch}, and {@code in-rehearsal}: {@code record} lets a rehearsal record,
 * too, where every probe only reads.
 */
@Component
class BaselineStep extends MonitorStep {
    /** The step's type. */
    static final String TYPE = "monitor.baseline";
    private static final String IN_REHEARSAL = "in-rehearsal";

    private final Watching watching;

    BaselineStep(Watching watching, Probes probes, ObjectProvider<Runbook> runbook) {
        super(TYPE, watching, probes, runbook);
        this.watching = watching;
    }

    @Override
    List<ProbeSpec> specs(Arguments arguments) {
        return ProbeArguments.all(arguments);
    }

    @Override
    void requireSense(Arguments arguments, List<ProbeSpec> specs) {
        if (Watching.longest(specs).isZero()) {
            throw new BadInputException("A baseline needs a time to be recorded in.", "Give for, such as 10m.");
        }
        for (ProbeSpec spec : specs) {
            if (spec.baseline() != null || !spec.decides()) {
                throw new BadInputException("Probe ‘" + spec.name() + "’: What is recorded goes by no baseline and"
                        + " has no severity.", "Leave out baseline, within and severity.");
            }
        }
        Optional<String> rehearsal = arguments.text(IN_REHEARSAL);
        if (rehearsal.isPresent() && !rehearsal.get().equals("record")) {
            throw new BadInputException("in-rehearsal is ‘" + rehearsal.get() + "’.", "Use record, or leave it out.");
        }
        if (rehearsal.isPresent() && !specs.stream().allMatch(Probes::onlyReads)) {
            throw new BadInputException("A probe does more than to read, which a rehearsal must not do.",
                    "Leave in-rehearsal out, or take out probes of kind http-flow, of hooks and of other methods than GET.");
        }
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        Arguments arguments = new Arguments(with);
        List<ProbeSpec> specs = specs(arguments);
        if (arguments.text(IN_REHEARSAL).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("It would record for " + Watching.spoken(Watching.longest(specs)) + ": "
                + specs.stream().map(ProbeSpec::title).collect(Collectors.joining(", ")) + ".");
    }

    @Override
    StepResult passed(StepContext context, List<ProbeSpec> specs, Watch.Result result) {
        List<Baseline> recorded = watching.record(context, cutover(context), specs);
        Map<String, Object> facts = new LinkedHashMap<>();
        recorded.forEach(each -> facts.put(each.name(), Map.of("median", each.median(), "p99", each.p99(), "samples",
                each.samples(), "unit", each.unit())));
        return new StepResult.Passed("Recorded as it is now: " + recorded.stream().map(BaselineStep::words)
                .collect(Collectors.joining("; ")) + ".", facts);
    }

    private static String words(Baseline baseline) {
        Threshold figure = Threshold.none(baseline.unit());
        return baseline.name() + " " + figure.shown(baseline.median()) + " (p99 " + figure.shown(baseline.p99()) + ", "
                + baseline.samples() + " samples)";
    }
}
