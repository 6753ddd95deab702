package dev.ferryman.notify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.HttpReceiver;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WebhookTransportTest extends HttpTransportContract {
    private final Clock clock = Clock.fixed(Instant.ofEpochSecond(1_795_000_000), ZoneOffset.UTC);

    @Override
    Transport to(String url) throws Exception {
        return new WebhookTransport(secret("url", url), secret("key", SECRET), http, clock);
    }

    @Override
    Transport withoutSecret() throws Exception {
        return new WebhookTransport(receiver.url("/hook"), missing(), http, clock);
    }

    @Test
    void the_receiver_can_check_who_sent_it_and_tell_a_repetition() throws Exception {
        Transport transport = working();
        transport.deliver(message("Friday", "text"));
        transport.deliver(message("Friday", "text"));
        HttpReceiver.Request first = receiver.requests().getFirst();
        assertThat(first.headers()).containsEntry("Idempotency-Key", "c1/started/4/ops");
        assertThat(first.headers().get("Ferryman-Signature")).isEqualTo(
                "t=1795000000,v1=" + WebhookTransport.signature(SECRET, "1795000000." + first.body()));
        assertThat(receiver.requests().get(1).body()).isEqualTo(first.body());
        assertThat(body().at("/cutover/url").asString()).isEqualTo("https://f.example/cutovers/c1");
        assertThat(body().path("at").asString()).isEqualTo("2026-11-21T22:00:00Z");
    }

    @Test
    void the_signature_is_the_one_of_rfc_4231() {
        assertThat(WebhookTransport.signature("Jefe", "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
