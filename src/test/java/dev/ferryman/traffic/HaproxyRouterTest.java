package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Example;
import dev.ferryman.testing.LocalDaemon;
import dev.ferryman.traffic.internal.HaproxyControl;
import dev.ferryman.traffic.internal.HaproxySettings;
import dev.ferryman.traffic.internal.Router;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy with the configuration of {@code traffic.md} before two real servers. */
class HaproxyRouterTest extends TrafficRouterContract {
    @TempDir
    Path directory;

    private final TwoDeployments site = new TwoDeployments();
    private LocalDaemon haproxy = LocalDaemon.none();
    private int port;
    private int api;
    private String beginning = "";
    private List<String> green = List.of("green");

    @BeforeEach
    void start() throws Exception {
        port = LocalDaemon.freePort();
        api = LocalDaemon.freePort();
        restart();
        beginning = state();
    }

    private void restart() throws Exception {
        haproxy.stop();
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, Example.from("traffic.md", "haproxy.cfg").replace("/run/haproxy/admin.sock",
                socket().toString()).replace("stats socket",
                        "stats socket ipv4@127.0.0.1:" + api
                                + " level admin\n    stats socket")
                .replace("10.0.0.1:8000", site.address(Side.SOURCE)).replace("10.0.0.2:8000",
                        site.address(Side.TARGET))
                .replace("bind :80", "bind 127.0.0.1:" + port).replace("user haproxy", "").replace("group haproxy", "")
                .replace("/var/lib/haproxy", directory.toString()));
        haproxy = LocalDaemon.start(directory, "haproxy", "/usr/sbin/haproxy", "-db", "-f", config.toString());
        haproxy.awaitPort(port);
        await().atMost(Duration.ofSeconds(20)).until(() -> adapter().obstacle(Side.TARGET).isEmpty());
    }

    @AfterEach
    void stop() {
        haproxy.stop();
        site.close();
    }

    private Path socket() {
        return directory.resolve("admin.sock");
    }

    @Override
    TrafficRouter adapter() {
        return router(new HaproxySettings(socket(), null, "reads", "writes", List.of("blue"), green,
                Duration.ofSeconds(5)));
    }

    private static TrafficRouter router(HaproxySettings settings) {
        return new Router("edge", new HaproxyControl(settings));
    }

    @Override
    Side observed() throws Exception {
        return site.writes("http://127.0.0.1:" + port, 10);
    }

    @Override
    int observedReads() throws Exception {
        return site.reads("http://127.0.0.1:" + port, 100);
    }

    @Override
    int changes() {
        return state().equals(beginning) ? 0 : state().hashCode();
    }

    /** Weights and administrative states, as HAProxy lists them. */
    private String state() {
        return haproxy.ask(socket(), "show servers state").lines().filter(line -> line.matches("\\d.* .*"))
                .map(line -> line.split(" ")).map(f -> f[1] + "/" + f[3] + " " + f[6] + " " + f[7])
                .reduce("", (one, other) -> one + "\n" + other);
    }

    @Override
    void breakDown() {
        haproxy.stop();
    }

    @Test
    void no_request_fails_while_reads_and_then_everything_move_under_load() throws Exception {
        try (TwoDeployments.Load load = site.load("http://127.0.0.1:" + port, 8)) {
            for (int percent : new int[]{10, 50, 90, 25}) {
                adapter().shiftReads(percent, "key", recording());
                load.awaitMore(200);
            }
            assertThat(load.writesOn(Side.TARGET)).isZero();
            adapter().apply("key", recording());
            load.awaitMore(200);
            int before = load.on(Side.SOURCE);
            load.awaitMore(200);
            assertThat(load.on(Side.SOURCE)).isEqualTo(before);
            adapter().undo("key", recording());
            load.awaitMore(200);
            load.end();
            assertThat(load.failures()).isEmpty();
            assertThat(load.on(Side.TARGET)).isPositive();
        }
    }

    @Test
    void a_request_under_way_is_answered_by_the_side_that_has_it() throws Exception {
        var waiting = site.slowWrite("http://127.0.0.1:" + port);
        adapter().apply("key", recording());
        assertThat(observed()).isEqualTo(Side.TARGET);
        site.release();
        assertThat(waiting.get()).isEqualTo(Side.SOURCE);
    }

    @Test
    void whoever_has_just_written_reads_where_writes_go() throws Exception {
        adapter().shiftReads(100, "key", recording());
        String cookie = site.cookieOfAWrite("http://127.0.0.1:" + port);
        for (int i = 0; i < 10; i++) {
            assertThat(site.read("http://127.0.0.1:" + port, cookie)).isEqualTo(Side.SOURCE);
        }
        assertThat(observedReads()).isEqualTo(100);
    }

    @Test
    void the_runtime_api_is_reached_over_tcp_as_well() throws Exception {
        var router = router(new HaproxySettings(null, "127.0.0.1:" + api, "reads", "writes", List.of("blue"), green,
                Duration.ofSeconds(5)));
        router.shiftReads(50, "key", recording());
        assertThat(adapter().current()).isEqualTo(new Position.Split(Side.SOURCE, 50));
    }

    @Test
    void after_a_restart_it_tells_what_haproxy_does_and_not_what_it_was_told() throws Exception {
        adapter().apply("key", recording());
        restart();
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
        assertThat(observed()).isEqualTo(Side.SOURCE);
        assertThat(adapter().apply("key", recording())).isInstanceOf(Change.Done.class);
        assertThat(observed()).isEqualTo(Side.TARGET);
    }

    @Test
    void a_state_file_keeps_the_position_over_a_restart() throws Exception {
        adapter().shiftReads(25, "key", recording());
        Files.writeString(directory.resolve("servers.state"), haproxy.ask(socket(), "show servers state"));
        restart();
        assertThat(adapter().current()).isEqualTo(new Position.Split(Side.SOURCE, 25));
        assertThat(observedReads()).isCloseTo(25, within(1));
    }

    @Test
    void no_reads_are_sent_to_a_side_that_is_down_and_one_that_dies_is_named() throws Exception {
        adapter().shiftReads(50, "key", recording());
        site.stop(Side.TARGET);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> adapter().current() instanceof Position.Unknown(var why) && why.contains("holds green"));
        assertThat(adapter().obstacle(Side.TARGET)).get().asString().contains("no server for PostgreSQL is up");
        assertThatThrownBy(() -> adapter().shiftReads(75, "key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("Nothing was changed");
        adapter().shiftReads(0, "key", recording());
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
    }

    @Test
    void a_share_that_does_not_take_effect_is_put_back() throws Exception {
        adapter().shiftReads(10, "key", recording());
        haproxy.ask(socket(), "set server writes/green state ready");
        assertThat(adapter().current()).isEqualTo(new Position.Unknown(
                "servers of both sides take requests in the backend writes"));
        assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("Nothing was changed").hasMessageContaining("both sides");
        adapter().undo("key", recording());
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
    }

    @Test
    void a_socket_that_never_answers_is_left_after_the_time_limit() throws Exception {
        try (var silent = ServerSocketChannel.open()
                .bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            var router = router(new HaproxySettings(null, "127.0.0.1:" + silent.socket().getLocalPort(), "reads",
                    "writes", List.of("blue"), green, Duration.ofMillis(300)));
            assertThatThrownBy(router::current).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("no answer within 300 ms");
        }
    }

    @Test
    void names_that_haproxy_does_not_have_are_refused_before_anything_changes() {
        green = List.of("emerald");
        assertThatThrownBy(() -> adapter().apply("key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("no server emerald");
        assertThat(changes()).isZero();
        for (Map.Entry<String, String> wrong : Map
                .of("reads; shutdown", "no name of a backend", "reads", "two backends")
                .entrySet()) {
            assertThatThrownBy(() -> new HaproxySettings(socket(), null, wrong.getKey(), "reads", List.of("b"), green,
                    Duration.ofSeconds(1))).hasMessageContaining(wrong.getValue());
        }
    }
}
