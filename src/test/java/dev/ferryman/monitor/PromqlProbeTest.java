package dev.ferryman.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.testing.LocalPrometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a Prometheus that scrapes a page whose figures the test writes. */
class PromqlProbeTest {
    private static final String ERRORS = "sum(requests_total{status=~\"5..\"}) / sum(requests_total)";
    private static final Threshold MOST = new Threshold(null, 0.001, "");

    private final HttpHooks hooks = new HttpHooks(Map.of(), reference -> "", AllowedHosts.of("127.0.0.1"));
    @TempDir
    Path directory = Path.of("");
    private @Nullable LocalPrometheus prometheus;

    @BeforeEach
    void start() throws IOException {
        prometheus = new LocalPrometheus(directory);
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    @Test
    void a_figure_is_judged_a_missing_error_series_is_zero_and_missing_traffic_is_not() {
        var probe = probe(ERRORS, new PromqlProbe.Traffic("sum(requests_total)", 100), true);
        assertThat(look(probe).kind()).as("no traffic known").isEqualTo(Sample.Kind.NO_DATA);

        says("requests_total{status=\"200\"} 40");
        until(probe, Sample.Kind.LOW_TRAFFIC);
        says("requests_total{status=\"200\"} 1000");
        assertThat(until(probe, Sample.Kind.OK).value()).as("no series of errors").isZero();
        says("requests_total{status=\"200\"} 980\nrequests_total{status=\"500\"} 20");
        assertThat(until(probe, Sample.Kind.BREACH)).satisfies(sample -> {
            assertThat(sample.value()).isEqualTo(0.02);
            assertThat(sample.detail()).isEqualTo("The figure is 0.02; at most 0.001 is allowed.");
        });
        assertThat(look(probe(ERRORS.replace("5..", "418"), null, false)).kind()).isEqualTo(Sample.Kind.NO_DATA);
    }

    @Test
    void what_prometheus_refuses_several_series_and_a_prometheus_that_is_away_are_errors() {
        says("requests_total{status=\"200\"} 980\nrequests_total{status=\"500\"} 20");
        until(probe("sum(requests_total)", null, false), Sample.Kind.BREACH);
        assertThat(look(probe("requests_total", null, false))).satisfies(sample -> {
            assertThat(sample.kind()).isEqualTo(Sample.Kind.ERROR);
            assertThat(sample.detail()).contains("the query gives 2 series", "Aggregate it to one");
        });
        assertThat(look(probe("sum(", null, false))).satisfies(sample -> {
            assertThat(sample.kind()).isEqualTo(Sample.Kind.ERROR);
            assertThat(sample.detail()).contains("parse error", "Correct the query");
        });
        var away = new PromqlProbe(new Prometheus(hooks, "http://127.0.0.1:1", Map.of(), Duration.ofSeconds(2)),
                ERRORS, MOST, null, false);
        assertThat(look(away).kind()).isEqualTo(Sample.Kind.ERROR);
    }

    @Test
    void the_past_comes_back_in_order_with_every_breach_in_it() throws Exception {
        var traffic = new PromqlProbe.Traffic("sum(requests_total)", 100);
        var probe = probe(ERRORS, traffic, true);
        says("requests_total{status=\"200\"} 1000");
        until(probe, Sample.Kind.OK);
        Instant from = Clock.systemUTC().instant();
        says("requests_total{status=\"200\"} 980\nrequests_total{status=\"500\"} 20");
        until(probe, Sample.Kind.BREACH);
        says("requests_total{status=\"200\"} 1000\nrequests_total{status=\"500\"} 0");
        until(probe, Sample.Kind.OK);
        Instant to = Clock.systemUTC().instant();

        List<Sample> past = probe.past(from, to, Duration.ofMillis(100));

        assertThat(past).extracting(Sample::at).isSorted().allMatch(at -> at.isAfter(from) && at.isBefore(to));
        assertThat(past).extracting(Sample::kind).contains(Sample.Kind.BREACH);
        assertThat(past.getFirst().kind()).isEqualTo(Sample.Kind.OK);
        assertThat(probe.past(to.plusSeconds(3600), to.plusSeconds(7200), Duration.ofSeconds(10)))
                .as("nothing is known of the future").isEmpty();
    }

    private PromqlProbe probe(String query, PromqlProbe.@Nullable Traffic traffic, boolean missingIsZero) {
        return new PromqlProbe(new Prometheus(hooks, started().address() + "/", Map.of(), Duration.ofSeconds(10)),
                query, MOST, traffic, missingIsZero);
    }

    private LocalPrometheus started() {
        return Objects.requireNonNull(prometheus);
    }

    private void says(String page) {
        started().page("# TYPE requests_total counter\n" + page + "\n");
    }

    private static Sample until(PromqlProbe probe, Sample.Kind kind) {
        return await().atMost(Duration.ofSeconds(60)).until(() -> look(probe), sample -> sample.kind() == kind);
    }

    private static Sample look(PromqlProbe probe) {
        try {
            return probe.look(Clock.systemUTC());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
