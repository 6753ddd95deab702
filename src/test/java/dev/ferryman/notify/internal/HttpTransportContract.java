package dev.ferryman.notify.internal;

import static dev.ferryman.testing.HttpReceiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.HttpReceiver;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What transports over HTTP have in common. */
abstract class HttpTransportContract extends TransportContract {
    final HttpPost http = new HttpPost(TIMEOUT);
    HttpReceiver receiver;
    private final CountDownLatch never = new CountDownLatch(1);

    abstract Transport to(String url) throws Exception;

    @BeforeEach
    void receive() throws Exception {
        receiver = new HttpReceiver();
    }

    @AfterEach
    void stop() {
        never.countDown();
        receiver.close();
    }

    @Override
    Transport working() throws Exception {
        return to(receiver.url("/services/" + SECRET));
    }

    @Override
    Transport unreachable() throws Exception {
        return to("http://127.0.0.1:" + freePort() + "/" + SECRET);
    }

    @Override
    Transport silent() throws Exception {
        receiver.usually(new HttpReceiver.Reply(200, "ok", Map.of(), never));
        return working();
    }

    @Override
    Transport refused() throws Exception {
        receiver.usually(new HttpReceiver.Reply(404, "no_service at /services/" + SECRET, Map.of(), null));
        return working();
    }

    @Override
    String arrived() {
        return receiver.requests().stream().map(request -> request.headers() + "\n" + sent(request))
                .collect(Collectors.joining("\n"));
    }

    private static String sent(HttpReceiver.Request request) {
        JsonNode json = JsonMapper.shared().readTree(request.body());
        return json.path("subject").asString("") + json.path("text").asString();
    }

    JsonNode body() {
        return JsonMapper.shared().readTree(receiver.requests().getLast().body());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void what_may_go_better_is_tried_again(int status) throws Exception {
        receiver.usually(status(status));
        assertThat(working().deliver(message("s", "t"))).isInstanceOfSatisfying(Delivery.Refused.class,
                delivery -> assertThat(delivery.again()).isTrue());
    }

    @Test
    void a_gateway_that_got_no_answer_knows_nothing() throws Exception {
        receiver.usually(status(504));
        assertThat(working().deliver(message("s", "t"))).isInstanceOf(Delivery.Unknown.class);
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        try (HttpReceiver elsewhere = new HttpReceiver()) {
            receiver.usually(
                    new HttpReceiver.Reply(307, "", Map.of("Location", elsewhere.url("/stolen")), null));
            assertThat(working().deliver(message("s", "t"))).isInstanceOfSatisfying(Delivery.Refused.class,
                    delivery -> assertThat(delivery.what()).contains("307, a redirect, which is not followed"));
            assertThat(elsewhere.requests()).isEmpty();
        }
    }
}
