package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.OutboundHttp;
import dev.ferryman.hook.OutputMask;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLHandshakeException;

/** Posts JSON. Follows no redirect: what is sent is meant for the configured address and for no other. */
final class HttpPost {
    private static final int SHOWN = 160;
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 425, 429);
    private static final int GATEWAY_TIMEOUT = 504;

    private final OutboundHttp client = OutboundHttp.configured();
    private final Duration timeout;

    HttpPost(Duration timeout) {
        this.timeout = timeout;
    }

    /** Posts it. The address is told nowhere; the mask covers what the answer may repeat. */
    Delivery send(URI address, Map<String, String> headers, String body, OutputMask mask) throws InterruptedException {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", "application/json; charset=utf-8");
        try {
            var answer = client.send(new OutboundHttp.Request("POST", address, all, body, timeout, SHOWN));
            return judged(answer.status(), PlainText.line(mask.mask(answer.body())));
        } catch (BadInputException e) {
            return new Delivery.Refused("The channel's host is at an address that is never called.", false);
        } catch (HttpConnectTimeoutException | ConnectException | SSLHandshakeException e) {
            return new Delivery.Refused("The server could not be connected to.", true);
        } catch (HttpTimeoutException e) {
            return new Delivery.Unknown("The server gave no answer within " + timeout.toMillis() + " ms.");
        } catch (IOException e) {
            return new Delivery.Unknown("The connection broke off before the server had answered.");
        }
    }

    private static Delivery judged(int status, String said) {
        String what = "The server answered " + status + (said.isEmpty() ? "." : ": " + said);
        if (status / 100 == 2) {
            return new Delivery.Sent("The server answered " + status + ".");
        }
        if (status / 100 == 3) {
            return new Delivery.Refused("The server answered " + status + ", a redirect, which is not followed.",
                    false);
        }
        return status == GATEWAY_TIMEOUT
                ? new Delivery.Unknown(what)
                : new Delivery.Refused(what, status / 100 == 5 || WORTH_ANOTHER_TRY.contains(status));
    }
}
