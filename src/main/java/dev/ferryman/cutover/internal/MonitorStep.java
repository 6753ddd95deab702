package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.monitor.HttpProbe;
import dev.ferryman.monitor.HttpProbe.Expectation;
import dev.ferryman.monitor.MonitorLog;
import dev.ferryman.monitor.MonitorRule;
import dev.ferryman.monitor.MonitorState;
import dev.ferryman.monitor.Probe;
import dev.ferryman.monitor.Sample;
import dev.ferryman.monitor.Soak;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code monitor.http}: watches an address for a while ({@code for}; not given: until the first good answer). Arguments:
 * {@code url}, {@code headers}, {@code expect}, {@code field} and {@code equals}, {@code count-field} and
 * {@code at-least}, {@code slowest}, {@code every}, {@code for}, {@code breach-for}, {@code control-url}.
 */
@Component
class MonitorStep implements StepAction {
    /** The step's type. */
    static final String TYPE = "monitor.http";

    private final HttpHooks hooks;
    private final MonitorLog log;
    private final DataPlaneMetrics meters;

    MonitorStep(HttpHooks hooks, MonitorLog log, DataPlaneMetrics meters) {
        this.hooks = hooks;
        this.log = log;
        this.meters = meters;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            probe(arguments);
            rule(arguments);
        });
    }

    /** The rule that arguments describe. */
    static MonitorRule rule(Arguments arguments) {
        return new MonitorRule(arguments.duration("every", Duration.ofSeconds(10)),
                arguments.duration("for", Duration.ZERO), arguments.duration("breach-for", Duration.ofMinutes(1)),
                arguments.duration("silence-for", MonitorRule.SILENCE));
    }

    /** Name under which an attempt's samples are kept. */
    static String run(String cutoverId, String stepKey, int attempt) {
        return cutoverId + "/" + stepKey + "/" + attempt;
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of(told(new Arguments(with)));
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        MonitorRule rule = rule(arguments);
        Soak soak = new Soak(log, context.clock(), Thread::sleep);
        Soak.Result result = soak.run(run(context.cutoverId(), context.stepKey(), context.attempt()),
                context.startedAt(), probe(arguments), rule, (sample, state) -> tell(context, rule, sample, state));
        MonitorState state = result.state();
        String seen = state.samples() + (state.samples() == 1 ? " sample" : " samples");
        String last = state.last() == null ? "" : " " + state.last().detail();
        return switch (result.judgement()) {
            case PASSED -> new StepResult.Passed((rule.soak().isZero()
                    ? "It answered as it should ("
                    : "It went well for " + spoken(state.observed()) + " (") + seen + ").");
            case FAILED -> new StepResult.Failed(
                    "In breach since " + state.breachSince() + ", for " + spoken(state.breached()) + " (" + seen + ")."
                            + last,
                    "Decide: correct the cause and retry, which watches anew, or roll back.");
            case INCONCLUSIVE, RUNNING, BREACHING -> new StepResult.Inconclusive(
                    "No data for " + spoken(state.silent()) + " (" + seen + ")." + last,
                    "This proves nothing either way. Restore the way to the data and retry, which watches anew.");
        };
    }

    private static String told(Arguments arguments) {
        Duration soak = rule(arguments).soak();
        String what = arguments.text("hook").map(hook -> "the hook " + hook)
                .orElseGet(() -> Told.shown(arguments, "GET"));
        return soak.isZero()
                ? "It would ask " + what + " until it answers as it should."
                : "It would watch " + what + " until it went well for " + spoken(soak) + ".";
    }

    private void tell(StepContext context, MonitorRule rule, Sample sample, MonitorState state) {
        context.ensureOwner();
        meters.probe(context.cutoverId(), context.stepKey(), sample.kind() == Sample.Kind.OK);
        context.progress("observed", state.observed().toSeconds(), rule.soak().toSeconds(), 0);
        if (sample.kind() != Sample.Kind.OK || state.samples() == 1) {
            context.output(sample.kind().key() + ": " + sample.detail());
        }
    }

    private Probe probe(Arguments arguments) {
        List<Expectation> expectations = new ArrayList<>();
        arguments.text("field").ifPresent(field -> expectations
                .add(new Expectation.Equal(field, arguments.required("equals"))));
        arguments.text("count-field")
                .ifPresent(field -> expectations.add(new Expectation.AtLeast(field, least(arguments))));
        Duration slowest = arguments.duration("slowest", Duration.ZERO);
        return new HttpProbe(hooks, arguments.call(hooks, "GET"), expectations, slowest.isZero() ? null : slowest,
                arguments.text("control-url").map(url -> HttpCall.of("GET", url)).orElse(null));
    }

    private static BigDecimal least(Arguments arguments) {
        String text = arguments.required("at-least");
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new BadInputException("at-least is no number: " + text + ".", "Give a number.", e);
        }
    }

    static String spoken(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
