package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** An incoming webhook as Slack has them, and Mattermost and Rocket.Chat understand. */
final class SlackTransport implements Transport {
    private final String url;
    private final HttpPost http;
    private final JsonMapper json = JsonMapper.builder().build();

    /** @param url secret reference: whoever knows the address can post */
    SlackTransport(String url, HttpPost http) {
        this.url = url;
        this.http = http;
    }

    @Override
    public String kind() {
        return "slack";
    }

    @Override
    public String where() {
        return url;
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public Delivery deliver(Outgoing message) throws InterruptedException {
        ChannelSecrets secrets = new ChannelSecrets();
        try {
            String text = PlainText.chat(message.subject() + "\n" + message.text());
            String body = json.writeValueAsString(Map.of("text", text, "mrkdwn", false));
            return http.send(secrets.address(url), Map.of(), body, secrets.mask());
        } catch (BadInputException e) {
            return new Delivery.Refused(e.getMessage() + " " + e.next(), true);
        }
    }
}
