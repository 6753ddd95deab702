package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.internal.ProbeSpec.Kind;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpFlow;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.JsonField;
import dev.ferryman.monitor.Control;
import dev.ferryman.monitor.FlowProbe;
import dev.ferryman.monitor.HttpProbe;
import dev.ferryman.monitor.HttpProbe.Expectation;
import dev.ferryman.monitor.LatencyProbe;
import dev.ferryman.monitor.MonitorLog;
import dev.ferryman.monitor.Probe;
import dev.ferryman.monitor.Prometheus;
import dev.ferryman.monitor.PromqlProbe;
import dev.ferryman.monitor.Sample;
import dev.ferryman.monitor.SqlLook;
import dev.ferryman.monitor.SqlProbe;
import dev.ferryman.monitor.Threshold;
import dev.ferryman.monitor.Watch.Watched;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Makes probes of what templates describe. */
@Component
class Probes {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SPARE = Duration.ofSeconds(5);
    /** So many latencies at most are held for a percentile. */
    private static final int MOST_LATENCIES = 5_000;

    private final HttpHooks hooks;
    private final MonitorLog log;
    private final Connections connections;
    private final ReplicationStore replications;

    Probes(HttpHooks hooks, MonitorLog log, Connections connections, ReplicationStore replications) {
        this.hooks = hooks;
        this.log = log;
        this.connections = connections;
        this.replications = replications;
    }

    /**
     * A probe, ready to look.
     *
     * @param run under which its samples are kept
     * @param threshold its bounds, a baseline's worked out
     * @param step arguments of the step, which may name a control address
     * @throws BadInputException where its arguments do not make one
     */
    Watched open(String cutoverId, String run, ProbeSpec spec, Threshold threshold, Arguments step) {
        Control control = new Control(hooks,
                step.text("control-url").map(url -> HttpCall.of("GET", url)).orElse(null));
        Arguments given = spec.arguments();
        return switch (spec.kind()) {
            case HTTP -> http(spec, threshold, control);
            case HTTP_LATENCY -> latency(run, spec, threshold, control);
            case HTTP_FLOW -> {
                HttpFlow flow = new HttpFlow(hooks, given.each("requests").stream().map(Probes::request).toList());
                yield watched(spec, new FlowProbe(flow, threshold, control), flow.limit());
            }
            case SQL -> watched(spec, sql(cutoverId, run, spec, threshold, control), timeout(given).multipliedBy(2));
            case PROMQL -> watched(spec, promql(given, threshold), timeout(given).multipliedBy(2));
            case LAG -> watched(spec, lag(cutoverId, threshold), TIMEOUT);
        };
    }

    /** The same without a cutover, to find what is wrong with the arguments. */
    void check(ProbeSpec spec, Arguments step) {
        var _ = open("", "", spec, spec.threshold(), step);
    }

    private static Watched watched(ProbeSpec spec, Probe probe, Duration limit) {
        return new Watched(spec.name(), probe, spec.rule(), limit.plus(SPARE));
    }

    private static Duration timeout(Arguments given) {
        return given.duration("timeout", TIMEOUT);
    }

    private Watched http(ProbeSpec spec, Threshold threshold, Control control) {
        HttpCall call = spec.arguments().call(hooks, "GET");
        return watched(spec, httpProbe(call, spec.arguments(), threshold, control), limit(call));
    }

    private static Duration limit(HttpCall call) {
        return call.timeout().plus(call.delay()).multipliedBy(call.retries() + 2L);
    }

    private HttpProbe httpProbe(HttpCall call, Arguments given, Threshold threshold, Control control) {
        List<Expectation> expectations = given.text("field").map(JsonField::checked)
                .map(field -> List.of(new Expectation(field, given.required("equals")))).orElse(List.of());
        if (given.text("count-field").isPresent()) {
            given.required("at-least");
        }
        HttpProbe.Figure figure = given.text("value-field").or(() -> given.text("count-field")).map(JsonField::checked)
                .map(field -> new HttpProbe.Figure(field, given.text("of-field").map(JsonField::checked).orElse(null),
                        threshold))
                .orElse(null);
        if (figure == null && (threshold.least() != null || threshold.most() != null)) {
            throw new BadInputException("It has bounds and no value-field that they are for.",
                    "Name the value-field; for the latency use slowest, or the kind http-latency.");
        }
        Duration slowest = given.duration("slowest", Duration.ZERO);
        return new HttpProbe(hooks, call, expectations, figure, slowest.isZero() ? null : slowest, control);
    }

    private Watched latency(String run, ProbeSpec spec, Threshold threshold, Control control) {
        Arguments given = spec.arguments();
        HttpCall call = given.call(hooks, "GET");
        double percentile = given.decimal("percentile").orElse(99.0);
        if (percentile <= 0 || percentile > 100) {
            throw new BadInputException("percentile is " + percentile + ".", "Give a number up to 100, such as 99.");
        }
        HttpProbe answers = new HttpProbe(hooks, call, List.of(), null, null, control);
        return watched(spec, new LatencyProbe(answers, since -> log.latencies(run, spec.name(), since, MOST_LATENCIES),
                percentile, given.duration("window", Duration.ofMinutes(10)), ProbeArguments.leastSamples(given),
                threshold), limit(call));
    }

    private static HttpFlow.Request request(Arguments given) {
        String method = given.text("method")
                .orElse(given.below("form").or(() -> given.below("json")).isPresent() ? "POST" : "GET");
        String url = given.required("url");
        return new HttpFlow.Request(given.text("name").orElse(method), method, url, given.texts("headers"),
                given.texts("form"), given.texts("json"), given.statuses(), given.texts("extract"),
                given.texts("fields"), timeout(given));
    }

    private Probe sql(String cutoverId, String run, ProbeSpec spec, Threshold threshold, Control control) {
        Arguments given = spec.arguments();
        Optional<SqlLook> look = given.text("look").flatMap(SqlLook::of);
        if (look.isEmpty()) {
            return SqlProbe.own(() -> connections.target(cutoverId), given.required("query"), threshold, timeout(given),
                    control);
        }
        return SqlProbe.of(() -> connections.target(cutoverId), look.get(), threshold, timeout(given),
                new SqlProbe.Counters() {
                    @Override
                    public Optional<String> last() {
                        return log.counters(run, spec.name());
                    }

                    @Override
                    public void note(String counters) {
                        log.note(run, spec.name(), counters);
                    }
                }, control);
    }

    private Probe promql(Arguments given, Threshold threshold) {
        Prometheus prometheus = new Prometheus(hooks, given.required("prometheus"), given.texts("headers"),
                timeout(given));
        PromqlProbe.Traffic traffic = given.text("traffic-query")
                .map(query -> new PromqlProbe.Traffic(query, given.decimal("least-traffic").orElse(1.0))).orElse(null);
        String missing = given.text("missing").orElse(traffic == null ? "no-data" : "zero");
        if (!missing.equals("zero") && !missing.equals("no-data")) {
            throw new BadInputException("missing is ‘" + missing + "’.", "Use zero or no-data.");
        }
        return new PromqlProbe(prometheus, given.required("query"), threshold, traffic, missing.equals("zero"));
    }

    private Probe lag(String cutoverId, Threshold threshold) {
        return clock -> {
            ReplicationView view = replications.latest(cutoverId).orElse(null);
            if (view == null || view.state() == ReplicationView.State.ENDED) {
                return new Sample(clock.instant(), Sample.Kind.NO_DATA, Duration.ZERO, "No side follows the other.");
            }
            return threshold.judge(clock.instant(), Duration.ZERO, view.lag().toMillis() / 1000.0, "The lag");
        };
    }

    /** Whether looking at it can change nothing: what a rehearsal may do, too, where its template says so. */
    static boolean onlyReads(ProbeSpec spec) {
        String method = spec.arguments().text("method").orElse("GET");
        return spec.kind() != Kind.HTTP_FLOW && spec.arguments().text("hook").isEmpty()
                && (method.equalsIgnoreCase("GET") || method.equalsIgnoreCase("HEAD"));
    }

    /** Makes sure that a probe judges something. */
    static void requireBounds(ProbeSpec spec) {
        boolean judgesItself = spec.kind() == Kind.HTTP && spec.arguments().text("value-field").isEmpty()
                || spec.kind() == Kind.HTTP_FLOW;
        boolean bounded = spec.threshold().least() != null || spec.threshold().most() != null
                || spec.baseline() != null;
        if (!bounded && !judgesItself) {
            throw new BadInputException(
                    "Probe ‘" + spec.name() + "’: It has no threshold, so whatever it sees is right.",
                    "Give least, most, or baseline and within.");
        }
    }
}
