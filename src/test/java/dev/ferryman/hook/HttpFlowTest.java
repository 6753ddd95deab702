package dev.ferryman.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A login as a user makes it, against a server that keeps a session by cookie and wants a token. */
class HttpFlowTest {
    private static final String PASSWORD = "p&ss {secret:env:OTHER} \"w\"";

    private final HttpHooks hooks = new HttpHooks(Map.of(), reference -> reference.equals("env:PW") ? PASSWORD : "?",
            AllowedHosts.of("127.0.0.1"));
    private final List<String> bodies = new ArrayList<>();
    private HttpServer server;
    private String location = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/login", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("Set-Cookie", "session=s-1; Path=/");
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().add("Location", location);
            }
            answer(exchange, location.isEmpty() ? 200 : 302, "{\"access_token\":\"tok/en 1\"}");
        });
        server.createContext("/me", exchange -> {
            boolean known = "session=s-1".equals(exchange.getRequestHeaders().getFirst("Cookie"))
                    && "Bearer tok/en 1".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && "t=tok%2Fen+1".equals(exchange.getRequestURI().getRawQuery());
            answer(exchange, known ? 200 : 401, "{\"user\":\"probe\"}");
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void a_cookie_and_what_was_extracted_travel_on_and_secrets_are_sent_as_they_are() throws Exception {
        HttpOutcome outcome = flow(Map.of(), Map.of("password", "env:PW")).walk();

        assertThat(outcome).isInstanceOf(HttpOutcome.Answered.class);
        assertThat(outcome.message()).isEqualTo("all 2 requests went as they should");
        assertThat(bodies).containsExactly("{\"password\":\"p&ss {secret:env:OTHER} \\\"w\\\"\"}");
        flow(Map.of("password", "env:PW"), Map.of()).walk();
        assertThat(bodies.getLast()).isEqualTo("password=p%26ss+%7Bsecret%3Aenv%3AOTHER%7D+%22w%22");
    }

    @Test
    void what_goes_wrong_names_the_request_and_repeats_nothing_of_the_answer() throws Exception {
        var wrong = new HttpFlow(hooks, List.of(login(Map.of(), Map.of("password", "env:PW")),
                request("own page", "/me?t={extracted:token}", Map.of("Authorization", "Bearer {extracted:token}"),
                        Map.of("$.user", "somebody else"))));
        assertThat(wrong.walk().message()).isEqualTo("own page: $.user is not somebody else");
        var refused = new HttpFlow(hooks,
                List.of(login(Map.of(), Map.of()), request("own page", "/me?t={extracted:token}", Map.of(), Map.of())));
        assertThat(refused.walk().message()).isEqualTo(
                "own page: GET " + base() + "/me answered 401; expected 200").doesNotContain("tok");
    }

    @Test
    void no_redirect_leads_to_another_host_and_no_answer_names_the_next_one() throws Exception {
        location = "http://attacker.example.org/";
        assertThat(flow(Map.of(), Map.of("password", "env:PW")).walk().message())
                .contains("a redirect to another host, which is not followed");
        assertThatThrownBy(() -> new HttpFlow(hooks,
                List.of(login(Map.of(), Map.of()),
                        new HttpFlow.Request("x", "GET", "http://{extracted:token}/", Map.of(), Map.of(), Map.of(),
                                Set.of(200), Map.of(), Map.of(), Duration.ofSeconds(5)))))
                .isInstanceOf(BadInputException.class).hasMessageContaining("takes its host from an answer");
        assertThatThrownBy(() -> new HttpFlow(hooks, List.of(request("x", "/{extracted:nothing}", Map.of(), Map.of()))))
                .hasMessageContaining("which no request before it extracts");
    }

    private HttpFlow flow(Map<String, String> form, Map<String, String> json) {
        return new HttpFlow(hooks, List.of(login(form, json), request("own page", "/me?t={extracted:token}",
                Map.of("Authorization", "Bearer {extracted:token}"), Map.of("$.user", "probe"))));
    }

    private HttpFlow.Request login(Map<String, String> form, Map<String, String> json) {
        return new HttpFlow.Request("log in", "POST", base() + "/login", Map.of(), form, json, Set.of(200),
                Map.of("token", "$.access_token"), Map.of(), Duration.ofSeconds(5));
    }

    private HttpFlow.Request request(String name, String path, Map<String, String> headers,
            Map<String, String> fields) {
        return new HttpFlow.Request(name, "GET", base() + path, headers, Map.of(), Map.of(), Set.of(200), Map.of(),
                fields, Duration.ofSeconds(5));
    }

    private String base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort()).toString();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
