package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/** JSON to an address, signed, with a key by which the other side can tell a repetition. */
final class WebhookTransport implements Transport {
    private static final String ALGORITHM = "HmacSHA256";

    private final String url;
    private final String secret;
    private final HttpPost http;
    private final Clock clock;
    private final JsonMapper json = JsonMapper.builder().build();

    /**
     * @param url    secret reference, or an address
     * @param secret reference to the key that signs
     */
    WebhookTransport(String url, String secret, HttpPost http, Clock clock) {
        this.url = url;
        this.secret = secret;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "webhook";
    }

    @Override
    public String where() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    @Override
    public Delivery deliver(Outgoing message) throws InterruptedException {
        ChannelSecrets secrets = new ChannelSecrets();
        try {
            String body = json.writeValueAsString(content(message));
            long now = clock.instant().getEpochSecond();
            Map<String, String> headers = Map.of("Idempotency-Key", message.id(), "Ferryman-Signature",
                    "t=" + now + ",v1=" + signature(secrets.open(secret), now + "." + body));
            return http.send(secrets.address(url), headers, body, secrets.mask());
        } catch (BadInputException e) {
            return new Delivery.Refused(e.getMessage() + " " + e.next(), true);
        }
    }

    /** In a fixed order, so that a repetition has the same bytes whichever process sends it. */
    private static Map<String, Object> content(Outgoing message) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("id", message.id());
        content.put("message", message.message());
        content.put("moment", message.moment());
        content.put("at", message.at().toString());
        content.put("urgent", message.urgent());
        content.put("subject", message.subject());
        content.put("text", message.text());
        Outgoing.About about = message.about();
        if (about != null) {
            content.put("cutover", about);
        }
        return content;
    }

    /** HMAC-SHA256 in hex. */
    static String signature(String key, String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has " + ALGORITHM, e);
        }
    }
}
