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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class HttpHooksTest {
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> journal = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpServer server;
    private final HttpHooks hooks = new HttpHooks(Map.of(), reference -> "s3cret-value", AllowedHosts.of("127.0.0.1"));

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
    }

    @Test
    void the_expected_answer_counts_and_secrets_travel_but_do_not_show() throws Exception {
        server.createContext("/maintenance", exchange -> answer(exchange, 202,
                "you sent " + exchange.getRequestHeaders().getFirst("Authorization")));

        var outcome = hooks.call(call("PUT", "/maintenance?token=abc", Map.of("Authorization", "Bearer {secret:env:T}"),
                "{\"on\":true}", Set.of(202), 0), "run/step/1", recording());

        assertThat(outcome).isInstanceOfSatisfying(HttpOutcome.Answered.class, answered -> {
            assertThat(answered.status()).isEqualTo(202);
            assertThat(answered.body()).isEqualTo("you sent Bearer ***");
        });
        assertThat(requests).containsExactly(
                "PUT /maintenance?token=abc key=run/step/1 auth=Bearer s3cret-value {\"on\":true}");
        assertThat(journal.toString()).doesNotContain("s3cret").doesNotContain("token=abc");
        assertThat(journal).hasSize(2);
    }

    @Test
    void an_unexpected_answer_is_tried_again_with_the_same_key_and_each_attempt_is_journalled() throws Exception {
        server.createContext("/", exchange -> answer(exchange, requests.size() < 2 ? 503 : 200, ""));

        var outcome = hooks.call(call("POST", "/x", Map.of(), null, Set.of(200), 2), "k", recording());

        assertThat(outcome).isInstanceOfSatisfying(HttpOutcome.Answered.class,
                answered -> assertThat(answered.attempts()).isEqualTo(3));
        assertThat(requests).hasSize(3).allMatch(line -> line.contains("key=k"));
        assertThat(journal.stream().filter(line -> line.startsWith("intent"))).hasSize(3);
        assertThat(journal.stream().filter(line -> line.startsWith("outcome"))).hasSize(3);
    }

    @Test
    void when_the_retries_are_used_up_the_last_answer_is_told() throws Exception {
        server.createContext("/", exchange -> answer(exchange, 500, "password=hunter2!"));

        var outcome = hooks.call(call("POST", "/x", Map.of(), null, Set.of(200, 204), 1), "k", recording());

        assertThat(outcome).isInstanceOfSatisfying(HttpOutcome.Refused.class, refused -> {
            assertThat(refused.attempts()).isEqualTo(2);
            assertThat(refused.message()).endsWith("answered 500; expected 200 or 204");
            assertThat(refused.body()).isEqualTo("password=***");
        });
    }

    @Test
    void a_redirect_is_followed_on_the_same_host_only() throws Exception {
        server.createContext("/here", exchange -> {
            exchange.getResponseHeaders().add("Location", "/there");
            answer(exchange, 307, "");
        });
        server.createContext("/there", exchange -> answer(exchange, 200, "ok"));
        server.createContext("/away", exchange -> {
            exchange.getResponseHeaders().add("Location",
                    "http://localhost.invalid:" + server.getAddress().getPort() + "/there");
            answer(exchange, 302, "");
        });

        assertThat(hooks.call(call("POST", "/here", Map.of(), null, Set.of(200), 0), "k", recording()))
                .isInstanceOf(HttpOutcome.Answered.class);
        assertThat(requests).satisfiesExactly(first -> assertThat(first).startsWith("POST /here"),
                second -> assertThat(second).startsWith("POST /there"));
        assertThat(hooks.call(call("POST", "/away", Map.of(), null, Set.of(200), 0), "k", recording()))
                .isInstanceOfSatisfying(HttpOutcome.Refused.class,
                        refused -> assertThat(refused.message()).contains("redirect to another host"));
    }

    @Test
    void redirects_share_the_time_that_the_call_has() throws Exception {
        server.createContext("/", exchange -> {
            try {
                var _ = released.await(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseHeaders().add("Location", "/again");
            answer(exchange, 302, "");
        });
        var round = new HttpCall("GET", URI.create(base() + "/x"), Map.of(), null, Set.of(200), 0, Duration.ZERO,
                Duration.ofMillis(500));
        assertThat(hooks.call(round, "k", recording()).message()).contains("no answer within 500 ms");
    }

    @Test
    void no_answer_in_time_and_no_server_are_told_apart() throws Exception {
        server.createContext("/", exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var slow = new HttpCall("GET", URI.create(base() + "/x"), Map.of(), null, Set.of(200), 0, Duration.ZERO,
                Duration.ofMillis(100));
        assertThat(hooks.call(slow, "k", recording()).message()).contains("no answer within 100 ms");

        released.countDown();
        String base = base();
        server.stop(0);
        var gone = new HttpCall("GET", URI.create(base + "/x"), Map.of(), null, Set.of(200), 0, Duration.ZERO,
                Duration.ofSeconds(5));
        assertThat(hooks.call(gone, "k", recording())).isInstanceOfSatisfying(HttpOutcome.Unreachable.class,
                unreachable -> assertThat(unreachable.message()).contains("could not be connected to"));
    }

    @Test
    void an_address_that_is_none_or_carries_a_password_is_refused_without_repeating_it() {
        for (String url : List.of("ftp://host/x", "/relative", "http:///x", "file:///etc/passwd")) {
            assertThatThrownBy(() -> HttpCall.of("POST", url)).isInstanceOf(BadInputException.class);
        }
        assertThatThrownBy(() -> HttpCall.of("POST", "https://me:hunter2@host/x")).isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> hooks.named("nothing")).hasMessageContaining("no HTTP hook named nothing");
    }

    private HttpCall call(String method, String path, Map<String, String> headers, @Nullable String body,
            Set<Integer> expected,
            int retries) {
        return new HttpCall(method, URI.create(base() + path), headers, body, expected, retries, Duration.ZERO,
                Duration.ofSeconds(10));
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " key="
                + exchange.getRequestHeaders().getFirst("Idempotency-Key") + " auth="
                + exchange.getRequestHeaders().getFirst("Authorization") + " " + sent);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private HookJournal recording() {
        return new HookJournal() {
            @Override
            public void intent(String what) {
                journal.add("intent: " + what);
            }

            @Override
            public void outcome(String what) {
                journal.add("outcome: " + what);
            }
        };
    }
}
