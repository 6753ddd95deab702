package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that is part of a runbook.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param url absolute http or https address without user name and password
 * @param headers header values; each may be or contain a secret reference ({@link Secrets})
 * @param body body, null for none; may contain secret references
 * @param expected status codes that count as success
 * @param retries how many further attempts are made after the first
 * @param delay pause between attempts
 * @param timeout how long one attempt may take
 */
public record HttpCall(String method, URI url, Map<String, String> headers, @Nullable String body,
        Set<Integer> expected, int retries, Duration delay, Duration timeout) {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final int MOST_RETRIES = 100;

    public HttpCall {
        method = method.toUpperCase(Locale.ROOT);
        headers = Map.copyOf(headers);
        expected = Set.copyOf(expected);
        if (!METHODS.contains(method)) {
            throw new BadInputException("The HTTP method " + method + " is not supported.",
                    "Use GET, HEAD, POST, PUT, PATCH or DELETE.");
        }
        String scheme = url.getScheme();
        if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
                || url.getHost() == null) {
            throw new BadInputException("An HTTP hook needs an absolute http or https address.",
                    "Write it like https://app.example.org/maintenance.");
        }
        if (url.getRawUserInfo() != null) {
            throw new BadInputException(
                    "The address of the hook at " + url.getHost() + " contains a user name or password.",
                    "Put the credential into an Authorization header as a secret reference, such as env:HOOK_TOKEN.");
        }
        if (expected.isEmpty() || retries < 0 || retries > MOST_RETRIES || delay.isNegative()
                || !timeout.isPositive()) {
            throw new BadInputException("The hook at " + url.getHost()
                    + " needs at least one expected status, 0 to " + MOST_RETRIES + " retries, and a positive timeout.",
                    "Correct the hook's settings.");
        }
    }

    /** A plain call: no headers, no body, any 2xx, no retry, 10 s. */
    public static HttpCall of(String method, String url) {
        return new HttpCall(method, address(url), Map.of(), null, Set.of(200, 201, 202, 204), 0, Duration.ZERO,
                Duration.ofSeconds(10));
    }

    /** Reads an address, refusing what is none. */
    public static URI address(String url) {
        try {
            return new URI(url.strip());
        } catch (java.net.URISyntaxException e) {
            throw new BadInputException("An HTTP hook has an address that cannot be read: " + e.getReason() + ".",
                    "Write it like https://app.example.org/maintenance.");
        }
    }

    /** What may be shown of the call: method and address without its query, in which tokens tend to travel. */
    public String shown() {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return method + " " + url.getScheme() + "://" + url.getRawAuthority() + path;
    }
}
