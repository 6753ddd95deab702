package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpSwitchTest extends TrafficSwitchContract {
    private final AtomicReference<String> database = new AtomicReference<>("sqlite");
    private final AtomicInteger changes = new AtomicInteger();
    private HttpServer server;
    private int answer = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/switch/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (answer == 200) {
                database.set(path.substring(path.lastIndexOf('/') + 1));
                changes.incrementAndGet();
            }
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.createContext("/health", exchange -> {
            byte[] body = ("{\"database\":{\"type\":\"" + database.get() + "\"}}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Override
    TrafficSwitch adapter() {
        return new HttpSwitch(new HttpHooks(Map.of(), s -> "", AllowedHosts.of("127.0.0.1")),
                call("POST", "/switch/postgresql"),
                call("POST", "/switch/sqlite"),
                new HttpSwitch.Reading(call("GET", "/health"), "database.type", "sqlite", "postgresql"));
    }

    @Override
    Side observed() {
        return database.get().equals("sqlite") ? Side.SOURCE : Side.TARGET;
    }

    @Override
    int changes() {
        return changes.get();
    }

    @Test
    void a_refusal_says_where_the_application_points() {
        answer = 500;
        assertThatThrownBy(() -> adapter().apply("key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("answered 500").hasMessageContaining("The application points at SQLite");
    }

    @Test
    void an_answer_that_names_neither_database_is_unknown() throws Exception {
        database.set("mysql");
        assertThat(adapter().current()).isEqualTo(new Position.Unknown("the field database.type is mysql"));
    }

    private HttpCall call(String method, String path) {
        return HttpCall.of(method, "http://127.0.0.1:" + server.getAddress().getPort() + path);
    }
}
