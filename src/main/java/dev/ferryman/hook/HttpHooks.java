package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes HTTP calls for a runbook. A redirect is followed on the same host only; no credential travels elsewhere. */
public final class HttpHooks {
    private static final int BODY_LIMIT = 64 * 1024;
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final Map<String, HttpCall> configured;
    private final UnaryOperator<String> secretResolver;

    /**
     * @param configured calls that the server's configuration names ({@code ferryman.hooks.<name>})
     * @param secretResolver see {@link Secrets}
     */
    public HttpHooks(Map<String, HttpCall> configured, UnaryOperator<String> secretResolver) {
        this.client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10)).build();
        this.configured = new TreeMap<>(configured);
        this.secretResolver = secretResolver;
    }

    /** Names of the configured calls, sorted. */
    public Set<String> names() {
        return new TreeSet<>(configured.keySet());
    }

    /**
     * The configured call of that name.
     *
     * @throws BadInputException where there is none
     */
    public HttpCall named(String name) {
        HttpCall call = configured.get(name);
        if (call == null) {
            throw new BadInputException("There is no HTTP hook named " + name + " in the server's configuration.",
                    configured.isEmpty()
                            ? "Add it under ferryman.hooks and restart, or give the step a URL."
                            : "Use one of: " + String.join(", ", configured.keySet()) + ".");
        }
        return call;
    }

    /**
     * Makes the call, with its retries.
     *
     * @param idempotencyKey sent as {@code Idempotency-Key}, the same for every attempt, so that the other side can
     *        tell a repetition
     * @throws BadInputException where a secret reference leads nowhere
     * @throws InterruptedException where the caller was interrupted
     */
    public HttpOutcome call(HttpCall call, String idempotencyKey, HookJournal journal) throws InterruptedException {
        Secrets secrets = new Secrets(secretResolver);
        HttpRequest request = request(call, idempotencyKey, secrets);
        OutputMask mask = secrets.mask();
        int attempts = call.retries() + 1;
        for (int attempt = 1; true; attempt++) {
            journal.intent(call.shown() + (attempts > 1 ? " (attempt " + attempt + " of " + attempts + ")" : ""));
            HttpOutcome outcome = attempt(client, call, call.shown(), request, attempt, mask::mask, mask);
            journal.outcome(outcome.message());
            if (outcome instanceof HttpOutcome.Answered || attempt == attempts) {
                return outcome;
            }
            Thread.sleep(call.delay());
        }
    }

    /** Calls that belong together: cookies are kept from one to the next, and go to the host that set them only. */
    Session session() {
        return new Session(HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ORIGINAL_SERVER)).build());
    }

    /** See {@link HttpHooks#session()}. */
    final class Session implements AutoCloseable {
        private final HttpClient own;
        private final Secrets secrets = new Secrets(secretResolver);

        private Session(HttpClient own) {
            this.own = own;
        }

        Secrets secrets() {
            return secrets;
        }

        /**
         * Makes a call once. The answer's body is not masked, since a later call may need what is in it: it must not be
         * shown.
         *
         * @param body the body as it is sent, null for none; its call's own is not looked at
         * @param reveal what makes a header's text its value
         * @param shown what may be shown of the call
         */
        HttpOutcome call(HttpCall call, @Nullable String body, @Nullable String contentType,
                UnaryOperator<String> reveal, String shown) throws InterruptedException {
            HttpRequest.Builder builder = builder(call, "probe", body);
            if (contentType != null) {
                builder.setHeader("Content-Type", contentType);
            }
            return attempt(own, call, shown, withHeaders(builder, call, reveal), 1, UnaryOperator.identity(),
                    secrets.mask());
        }

        @Override
        public void close() {
            own.shutdownNow();
        }
    }

    private static HttpOutcome attempt(HttpClient client, HttpCall call, String shown, HttpRequest request, int attempt,
            UnaryOperator<String> bodies, OutputMask mask) throws InterruptedException {
        long started = System.nanoTime();
        try {
            Reply reply = send(client, request, call.timeout());
            var took = Duration.ofNanos(System.nanoTime() - started);
            String body = bodies.apply(reply.body());
            String what = shown + " answered " + reply.status();
            if (call.expected().contains(reply.status())) {
                return new HttpOutcome.Answered(reply.status(), body, attempt, took,
                        what + " in " + took.toMillis() + " ms");
            }
            return new HttpOutcome.Refused(reply.status(), body, attempt, what + reply.remark() + "; expected "
                    + String.join(" or ", call.expected().stream().sorted().map(String::valueOf).toList()));
        } catch (HttpTimeoutException e) {
            return new HttpOutcome.Unreachable(attempt,
                    shown + " gave no answer within " + call.timeout().toMillis() + " ms");
        } catch (ConnectException e) {
            return new HttpOutcome.Unreachable(attempt, shown + " could not be connected to");
        } catch (IOException e) {
            return new HttpOutcome.Unreachable(attempt, shown + " broke off: "
                    + mask.mask(Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName())));
        }
    }

    private record Reply(int status, String body, String remark) {}

    private static Reply send(HttpClient client, HttpRequest first, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest request = first;
        for (int hop = 0; true; hop++) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String body;
            try (InputStream in = response.body()) {
                body = new String(in.readNBytes(BODY_LIMIT), StandardCharsets.UTF_8);
            }
            Optional<URI> next = REDIRECTS.contains(response.statusCode())
                    ? response.headers().firstValue("Location").map(request.uri()::resolve)
                    : Optional.empty();
            if (next.isEmpty()) {
                return new Reply(response.statusCode(), body, "");
            }
            if (!sameHost(request.uri(), next.get())) {
                return new Reply(response.statusCode(), body, ", a redirect to another host, which is not followed");
            }
            if (hop == MOST_REDIRECTS) {
                return new Reply(response.statusCode(), body, " after " + MOST_REDIRECTS + " redirects");
            }
            request = redirected(request, next.get(), response.statusCode(), timeout);
        }
    }

    private static HttpRequest redirected(HttpRequest request, URI next, int status, Duration timeout) {
        boolean keepsMethod = status == 307 || status == 308 || request.method().equals("GET")
                || request.method().equals("HEAD");
        HttpRequest.Builder builder = HttpRequest.newBuilder(request, (name, value) -> true).uri(next).timeout(timeout);
        return keepsMethod ? builder.build() : builder.GET().build();
    }

    private static boolean sameHost(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase(to.getScheme()) && to.getHost() != null
                && from.getHost().equalsIgnoreCase(to.getHost()) && from.getPort() == to.getPort();
    }

    private static HttpRequest request(HttpCall call, String idempotencyKey, Secrets secrets) {
        String body = call.body();
        return withHeaders(builder(call, idempotencyKey, body == null ? null : secrets.reveal(body)), call,
                secrets::reveal);
    }

    private static HttpRequest.Builder builder(HttpCall call, String idempotencyKey, @Nullable String body) {
        return HttpRequest.newBuilder(call.url()).timeout(call.timeout()).setHeader("User-Agent", "Ferryman")
                .setHeader("Idempotency-Key", idempotencyKey).method(call.method(), body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpRequest withHeaders(HttpRequest.Builder builder, HttpCall call, UnaryOperator<String> reveal) {
        try {
            call.headers().forEach((name, value) -> builder.setHeader(name, reveal.apply(value)));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("A header of the hook " + call.shown() + " is not allowed in HTTP.",
                    "Check the names of the headers and that no value contains a line break.");
        }
        return builder.build();
    }
}
