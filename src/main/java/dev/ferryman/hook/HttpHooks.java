package dev.ferryman.hook;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.OutboundHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP calls for a runbook, to allowed hosts. A redirect is followed on the same host only; no credential travels
 * elsewhere.
 */
public final class HttpHooks {
    private static final int BODY_LIMIT = 64 * 1024;
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final OutboundHttp listed;
    private final OutboundHttp own = OutboundHttp.configured();
    private final AllowedHosts hosts;
    private final Map<String, HttpCall> configured;
    private final UnaryOperator<String> secretResolver;

    /**
     * @param configured calls that the server's configuration names ({@code ferryman.hooks.<name>})
     * @param secretResolver see {@link Secrets}
     * @param hosts what other calls may go to
     */
    public HttpHooks(Map<String, HttpCall> configured, UnaryOperator<String> secretResolver, AllowedHosts hosts) {
        this.listed = OutboundHttp.listed(hosts);
        this.hosts = hosts;
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
     * Checks a call without making it.
     *
     * @throws BadInputException where its host is none that may be called
     */
    public HttpCall checked(HttpCall call) {
        if (!configured.containsValue(call)) {
            hosts.require(call.url());
        }
        return call;
    }

    /**
     * Makes the call, with its retries.
     *
     * @param idempotencyKey sent as {@code Idempotency-Key}, the same for every attempt, so that the other side can
     *        tell a repetition
     * @throws BadInputException where a secret reference leads nowhere, or the host is none that may be called
     * @throws InterruptedException where the caller was interrupted
     */
    public HttpOutcome call(HttpCall call, String idempotencyKey, HookJournal journal) throws InterruptedException {
        return call(configured.containsValue(call) ? own : listed, call, idempotencyKey, journal);
    }

    /** As {@link #call}, for a call that the server's own configuration describes elsewhere: its host need not be listed. */
    public HttpOutcome callConfigured(HttpCall call, String idempotencyKey, HookJournal journal)
            throws InterruptedException {
        return call(own, call, idempotencyKey, journal);
    }

    private HttpOutcome call(OutboundHttp client, HttpCall call, String idempotencyKey, HookJournal journal)
            throws InterruptedException {
        Secrets secrets = new Secrets(secretResolver);
        OutboundHttp.Request request = request(call, idempotencyKey, secrets);
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
        return new Session(OutboundHttp.session(hosts));
    }

    /** See {@link HttpHooks#session()}. */
    final class Session implements AutoCloseable {
        private final OutboundHttp client;
        private final Secrets secrets = new Secrets(secretResolver);

        private Session(OutboundHttp client) {
            this.client = client;
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
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            if (contentType != null) {
                headers.put("Content-Type", contentType);
            }
            return attempt(client, call, shown, request(call, "probe", body, headers, reveal), 1,
                    UnaryOperator.identity(), secrets.mask());
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static HttpOutcome attempt(OutboundHttp client, HttpCall call, String shown, OutboundHttp.Request request,
            int attempt, UnaryOperator<String> bodies, OutputMask mask) throws InterruptedException {
        long started = System.nanoTime();
        try {
            Reply reply = send(client, request);
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

    private static Reply send(OutboundHttp client, OutboundHttp.Request first)
            throws IOException, InterruptedException {
        OutboundHttp.Request request = first;
        long begun = System.nanoTime();
        for (int hop = 0; true; hop++) {
            OutboundHttp.Answer answer = client.send(request);
            Optional<URI> next = REDIRECTS.contains(answer.status())
                    ? answer.location().flatMap(HttpHooks::address).map(request.url()::resolve)
                    : Optional.empty();
            if (next.isEmpty()) {
                return new Reply(answer.status(), answer.body(), "");
            }
            if (!sameHost(request.url(), next.get())) {
                return new Reply(answer.status(), answer.body(),
                        ", a redirect to another host, which is not followed");
            }
            if (hop == MOST_REDIRECTS) {
                return new Reply(answer.status(), answer.body(), " after " + MOST_REDIRECTS + " redirects");
            }
            request = redirected(request, next.get(), answer.status(),
                    first.timeout().minusNanos(System.nanoTime() - begun));
        }
    }

    /** What a server says about where to go next; nothing where that is no address. */
    private static Optional<URI> address(String location) {
        try {
            return Optional.of(new URI(location));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static OutboundHttp.Request redirected(OutboundHttp.Request request, URI next, int status,
            Duration left) {
        boolean keepsMethod = status == 307 || status == 308 || request.method().equals("GET")
                || request.method().equals("HEAD");
        return new OutboundHttp.Request(keepsMethod ? request.method() : "GET", next, request.headers(),
                keepsMethod ? request.body() : null, left, request.largest());
    }

    private static boolean sameHost(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase(to.getScheme()) && to.getHost() != null
                && from.getHost().equalsIgnoreCase(to.getHost()) && from.getPort() == to.getPort();
    }

    private static OutboundHttp.Request request(HttpCall call, String idempotencyKey, Secrets secrets) {
        String body = call.body();
        return request(call, idempotencyKey, body == null ? null : secrets.reveal(body),
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER), secrets::reveal);
    }

    private static OutboundHttp.Request request(HttpCall call, String idempotencyKey, @Nullable String body,
            Map<String, String> headers, UnaryOperator<String> reveal) {
        headers.put("Idempotency-Key", idempotencyKey);
        call.headers().forEach((name, value) -> headers.put(name, reveal.apply(value)));
        try {
            return new OutboundHttp.Request(call.method(), call.url(), headers, body, call.timeout(), BODY_LIMIT);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("A header of the hook " + call.shown() + " is not allowed in HTTP.",
                    "Check the names of the headers and that no value contains a line break.");
        }
    }
}
