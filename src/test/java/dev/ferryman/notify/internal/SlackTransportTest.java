package dev.ferryman.notify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlackTransportTest extends HttpTransportContract {
    @Override
    Transport to(String url) throws Exception {
        return new SlackTransport(secret("url", url + "\n"), http);
    }

    @Override
    Transport withoutSecret() throws Exception {
        return new SlackTransport(missing(), http);
    }

    @Test
    void a_name_can_neither_call_everybody_nor_hide_a_link() throws Exception {
        working().deliver(message(HOSTILE_NAME, "&amp; <@U123>"));
        assertThat(body().path("text").asString()).contains("&lt;!channel&gt;").contains("@\u2060channel")
                .contains("&lt;https://evil.example|click&gt;").contains("&amp;amp; &lt;@U123&gt;")
                .doesNotContain("<");
        assertThat(body().path("mrkdwn").asBoolean()).isFalse();
    }
}
