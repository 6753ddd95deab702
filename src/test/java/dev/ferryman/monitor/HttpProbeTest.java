package dev.ferryman.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.monitor.HttpProbe.Expectation;
import dev.ferryman.monitor.HttpProbe.Figure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpProbeTest {
    private final HttpHooks hooks = new HttpHooks(Map.of(), reference -> "", AllowedHosts.of("127.0.0.1"));
    private HttpServer server;
    private String body = "{\"status\":\"healthy\",\"database\":{\"type\":\"postgresql\"},\"employees\":120}";
    private int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void status_fields_and_numbers_within_the_threshold_are_ok() throws Exception {
        assertThat(look(List.of(equal("database.type", "postgresql"), atLeast("employees", "100")), null).kind())
                .isEqualTo(Sample.Kind.OK);
    }

    @Test
    void another_value_a_smaller_number_and_another_status_are_breaches_that_say_what_was_seen() throws Exception {
        assertThat(look(List.of(equal("database.type", "sqlite")), null))
                .satisfies(sample -> assertThat(sample.kind()).isEqualTo(Sample.Kind.BREACH))
                .satisfies(sample -> assertThat(sample.detail()).isEqualTo("database.type is postgresql, not sqlite."));
        assertThat(look(List.of(atLeast("employees", "120.5")), null).detail())
                .isEqualTo("employees is 120; at least 120.5 is wanted.");
        status = 503;
        assertThat(look(List.of(), null))
                .satisfies(sample -> assertThat(sample.kind()).isEqualTo(Sample.Kind.BREACH))
                .satisfies(sample -> assertThat(sample.detail()).contains("answered 503"));
    }

    @Test
    void a_missing_field_an_answer_that_is_no_json_and_a_word_for_a_number_are_no_data() throws Exception {
        assertThat(look(List.of(equal("nothing", "x")), null).kind()).isEqualTo(Sample.Kind.NO_DATA);
        assertThat(look(List.of(atLeast("status", "1")), null).kind()).isEqualTo(Sample.Kind.NO_DATA);
        body = "<html>maintenance</html>";
        assertThat(look(List.of(equal("status", "healthy")), null).kind()).isEqualTo(Sample.Kind.NO_DATA);
    }

    @Test
    void an_answer_slower_than_allowed_is_a_breach() throws Exception {
        assertThat(new HttpProbe(hooks, call(base()), List.of(), null, Duration.ZERO, new Control(hooks, null))
                .look(Clock.systemUTC()).detail())
                .contains("at most 0 ms are allowed");
    }

    @Test
    void a_dead_application_is_a_breach_unless_the_control_is_dead_too() throws Exception {
        String dead = "http://127.0.0.1:1/";
        assertThat(new HttpProbe(hooks, call(dead), List.of(), null, null, new Control(hooks, null))
                .look(Clock.systemUTC()).kind())
                .isEqualTo(Sample.Kind.BREACH);
        assertThat(new HttpProbe(hooks, call(dead), List.of(), null, null, new Control(hooks, call(base())))
                .look(Clock.systemUTC()).kind())
                .isEqualTo(Sample.Kind.BREACH);
        assertThat(new HttpProbe(hooks, call(dead), List.of(), null, null, new Control(hooks, call(dead)))
                .look(Clock.systemUTC()).kind())
                .isEqualTo(Sample.Kind.ERROR);
    }

    @Test
    void a_figure_may_be_a_part_of_another_and_be_named_by_a_json_path() throws Exception {
        body = "{\"pool\":{\"active\":9,\"max\":10},\"queues\":[{\"name\":\"mail\",\"waiting\":3}]}";
        var pool = new HttpProbe.Figure("$.pool.active", "$.pool.max", new Threshold(20.0, 80.0, "%"));
        assertThat(look(List.of(), pool, null)).satisfies(sample -> {
            assertThat(sample.kind()).isEqualTo(Sample.Kind.BREACH);
            assertThat(sample.value()).isEqualTo(90.0);
            assertThat(sample.detail()).isEqualTo("$.pool.active of $.pool.max is 90 %; at most 80 % is allowed.");
        });
        var mail = new HttpProbe.Figure("$.queues[?(@.name == 'mail')].waiting", null, new Threshold(null, 5.0, ""));
        assertThat(look(List.of(), mail, null).value()).isEqualTo(3.0);
    }

    private Sample look(List<?> wanted, @Nullable Duration slowest) throws InterruptedException {
        return look(wanted.stream().filter(Expectation.class::isInstance).map(Expectation.class::cast).toList(),
                wanted.stream().filter(Figure.class::isInstance).map(Figure.class::cast).findFirst().orElse(null),
                slowest);
    }

    private Sample look(List<Expectation> expectations, @Nullable Figure figure, @Nullable Duration slowest)
            throws InterruptedException {
        return new HttpProbe(hooks, call(base()), expectations, figure, slowest, new Control(hooks, null))
                .look(Clock.systemUTC());
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/health";
    }

    private static HttpCall call(String url) {
        return new HttpCall("GET", URI.create(url), Map.of(), null, Set.of(200), 0, Duration.ZERO,
                Duration.ofSeconds(10));
    }

    private static Expectation equal(String field, String value) {
        return new Expectation(field, value);
    }

    private static Figure atLeast(String field, String least) {
        return new Figure(field, null, new Threshold(Double.valueOf(least), null, ""));
    }
}
