package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.hook.CommandDefinition;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.testing.Example;
import dev.ferryman.testing.LocalDaemon;
import dev.ferryman.traffic.internal.NginxControl;
import dev.ferryman.traffic.internal.NginxSettings;
import dev.ferryman.traffic.internal.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx with the configuration of {@code traffic.md} before two real servers. */
class NginxRouterTest extends TrafficRouterContract {
    @TempDir
    Path directory;

    private final TwoDeployments site = new TwoDeployments();
    private LocalDaemon nginx = LocalDaemon.none();
    private int port;
    private int told;
    private String beginning = "";
    private String reload = "nginx-reload";

    @BeforeEach
    void start() throws Exception {
        port = LocalDaemon.freePort();
        told = LocalDaemon.freePort();
        beginning = Example.from("traffic.md", "routing.conf");
        Files.writeString(file(), beginning);
        Files.writeString(config(),
                """
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                    access_log off;
                    # A client whose idle connection is closed by the reload would have to ask again.
                    keepalive_timeout 0;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                %2$s
                }
                """.formatted(directory, Example.from("traffic.md", "app.conf")
                        .replace("/etc/nginx/ferryman/routing.conf", file().toString())
                        .replace("10.0.0.1:8000", site.address(Side.SOURCE))
                        .replace("10.0.0.2:8000", site.address(Side.TARGET))
                        .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                        .replace("127.0.0.1:8089", "127.0.0.1:" + told)));
        nginx = LocalDaemon.start(directory, "nginx", command("-g", "daemon off;").toArray(String[]::new));
        nginx.awaitPort(port);
    }

    @AfterEach
    void stop() {
        nginx.stop();
        site.close();
    }

    private Path file() {
        return directory.resolve("routing.conf");
    }

    private Path config() {
        return directory.resolve("nginx.conf");
    }

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>(
                List.of("/usr/sbin/nginx", "-p", directory.toString(), "-c", config().toString()));
        command.addAll(List.of(more));
        return command;
    }

    @Override
    TrafficRouter adapter() {
        return router("http://127.0.0.1:" + told + "/routing");
    }

    private TrafficRouter router(@Nullable String probe) {
        var commands = new NamedCommands(Map.of("nginx-test", definition("nginx-test", command("-t")), "nginx-reload",
                definition("nginx-reload", command("-s", "reload")), "reload-fails",
                definition("reload-fails", List.of("/bin/sh", "-c", "echo no such process; exit 7")), "reload-lies",
                definition("reload-lies", List.of("/bin/true")), "keep-what-is-loaded",
                definition("keep-what-is-loaded", List.of("/bin/cp", "routing.conf", "kept"))), secret -> "");
        return new Router("edge", new NginxControl(new NginxSettings(file(), "nginx-test", reload, probe, "blue",
                "green", "$request_id", Duration.ofSeconds(reload.equals("reload-lies") ? 1 : 20)), commands,
                new HttpHooks(Map.of(), secret -> "", AllowedHosts.of("127.0.0.1"))));
    }

    private CommandDefinition definition(String name, List<String> arguments) {
        return new CommandDefinition(name, arguments, Map.of(), directory, Map.of(), Duration.ofSeconds(20), 4000);
    }

    @Override
    Side observed() throws Exception {
        return site.writes("http://127.0.0.1:" + port, 10);
    }

    @Override
    int observedReads() throws Exception {
        return site.reads("http://127.0.0.1:" + port, 1000);
    }

    /** Reads are dealt by a hash of each request: five standard deviations of a thousand. */
    @Override
    int tolerance() {
        return 8;
    }

    @Override
    int changes() {
        return text().equals(beginning) ? 0 : text().hashCode();
    }

    private String text() {
        try {
            return Files.readString(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void breakDown() {
        nginx.stop();
    }

    @Test
    void no_request_fails_while_reads_and_then_everything_move_under_load() throws Exception {
        try (TwoDeployments.Load load = site.load("http://127.0.0.1:" + port, 6)) {
            for (int percent : new int[]{10, 90, 25}) {
                adapter().shiftReads(percent, "key", recording());
                load.awaitMore(200);
            }
            assertThat(load.writesOn(Side.TARGET)).isZero();
            adapter().apply("key", recording());
            load.awaitMore(500);
            adapter().undo("key", recording());
            load.awaitMore(200);
            load.end();
            assertThat(load.failures()).isEmpty();
            assertThat(load.writesOn(Side.TARGET)).isPositive();
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
    }

    @Test
    void a_configuration_that_nginx_refuses_is_not_left_behind() throws Exception {
        adapter().shiftReads(10, "key", recording());
        String before = text();
        Files.writeString(config(), Files.readString(config()).replace("upstream green", "upstream emerald"));
        Files.writeString(config(), Files.readString(config()) + "\nnonsense;\n");

        assertThat(adapter().obstacle(Side.TARGET)).get().asString().contains("nginx-test fails already");
        assertThatThrownBy(() -> router("http://127.0.0.1:" + told + "/routing").apply("key", recording()))
                .isInstanceOf(TrafficException.class).hasMessageContaining("nginx-test failed with exit status 1")
                .hasMessageContaining("Writes go to SQLite, and 10 % of reads to PostgreSQL.");
        assertThat(text()).isEqualTo(before);
        assertThat(observed()).isEqualTo(Side.SOURCE);
    }

    @Test
    void without_a_probe_a_file_that_was_written_and_not_loaded_before_a_crash_is_loaded_by_the_next_attempt()
            throws Exception {
        reload = "keep-what-is-loaded";
        router(null).shiftReads(10, "key", recording());
        reload = "nginx-reload";
        assertThat(router(null).current().sentence())
                .isEqualTo("Writes go to SQLite, and 10 % of reads to PostgreSQL.");
        Files.copy(directory.resolve("kept"), file(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(router(null).current().sentence()).contains("nobody knows whether nginx has loaded it");
        assertThat(router(null).shiftReads(10, "key", recording())).isInstanceOf(Change.Done.class);
        // Without a probe nobody waits for old workers to be gone.
        await().untilAsserted(() -> assertThat(observedReads()).isCloseTo(10, within(tolerance())));
    }

    @Test
    void a_reload_that_fails_or_does_nothing_is_found_out_and_the_file_put_back() throws Exception {
        for (String broken : List.of("reload-fails", "reload-lies")) {
            reload = broken;
            assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("reload-fails".equals(broken)
                            ? "no such process"
                            : "The previous file was put back");
            assertThat(text()).isEqualTo(beginning);
        }
        reload = "nginx-reload";
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
    }

    @Test
    void a_file_that_nginx_has_not_loaded_is_not_taken_for_what_users_see() throws Exception {
        adapter().shiftReads(50, "key", recording());
        Files.writeString(file(), beginning);

        assertThat(adapter().current()).isInstanceOfSatisfying(Position.Unknown.class,
                unknown -> assertThat(unknown.why()).contains("another configuration"));
        assertThat(router(null).current()).isEqualTo(new Position.At(Side.SOURCE));
        adapter().shiftReads(25, "key", recording());
        assertThat(adapter().current()).isEqualTo(new Position.Split(Side.SOURCE, 25));
    }

    @Test
    void a_file_that_was_edited_by_hand_is_not_guessed_at() throws Exception {
        Files.writeString(file(), beginning.replace("* blue;", "5% green; * blue;"));
        assertThat(router(null).current()).isInstanceOfSatisfying(Position.Unknown.class,
                unknown -> assertThat(unknown.why()).contains("edited"));
    }
}
