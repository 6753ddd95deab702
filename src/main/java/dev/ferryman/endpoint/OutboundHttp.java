package dev.ferryman.endpoint;

import dev.ferryman.endpoint.internal.CheckedResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes every HTTP request that a template, a cutover or a message channel asks for. A host is looked up once for each
 * request, its addresses are checked, and one of those is connected to; no connection is kept for another request. No
 * redirect is followed and no proxy asked, since what it would connect to could not be checked. Metadata services of clouds
 * are never asked, whoever names them.
 */
public final class OutboundHttp implements AutoCloseable {
    private static final String CONNECTED = "ferryman.connected";
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final int MOST_CONNECTIONS = 500;
    private static final int MOST_HEADERS = 200;
    private static final int LONGEST_HEADER = 16 * 1024;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\uffff]*");
    /** Headers that say where a request ends or whom it is for: those are not for its author to say. */
    private static final Set<String> OURS = Set.of("host", "content-length", "transfer-encoding", "connection",
            "expect",
            "upgrade", "te", "trailer", "keep-alive", "proxy-connection", "proxy-authorization");

    /**
     * A request.
     *
     * @param method in capitals
     * @param headers sent as they are, besides those of HTTP itself
     * @param body null for none
     * @param timeout how long it may take altogether, to the last byte that is read of the answer
     * @param largest how many bytes of the answer's body are read; the rest is left
     */
    public record Request(String method, URI url, Map<String, String> headers, @Nullable String body, Duration timeout,
            int largest) {
        /**
         * @throws IllegalArgumentException if a header is none that a request may be given
         */
        public Request {
            headers = Map.copyOf(headers);
            headers.forEach((name, value) -> {
                if (!TOKEN.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))
                        || !VALUE.matcher(value).matches()) {
                    throw new IllegalArgumentException("A header is not allowed");
                }
            });
        }
    }

    /**
     * What came back.
     *
     * @param location where a redirect leads
     * @param body as much of it as was to be read, as UTF-8
     */
    public record Answer(int status, Optional<String> location, String body) {}

    private final @Nullable AllowedHosts hosts;
    private final CloseableHttpClient client;

    private OutboundHttp(@Nullable AllowedHosts hosts, boolean cookies) {
        this.hosts = hosts;
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new CheckedResolver(hosts == null || hosts.allowsLoopback()))
                .setTlsSocketStrategy(DefaultClientTlsStrategy.createSystemDefault())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofMilliseconds(CONNECT_WITHIN.toMillis())).build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom().setMaxLineLength(LONGEST_HEADER)
                                .setMaxHeaderCount(MOST_HEADERS).build())
                        .build())
                .setMaxConnTotal(MOST_CONNECTIONS).setMaxConnPerRoute(MOST_CONNECTIONS).build();
        HttpClientBuilder builder = HttpClients.custom().setConnectionManager(connections).disableRedirectHandling()
                .disableAutomaticRetries().disableContentCompression().disableAuthCaching().setUserAgent("Ferryman")
                .setConnectionReuseStrategy((request, response, context) -> false)
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "ferryman", (request, scope, chain) -> {
                    scope.clientContext.setAttribute(CONNECTED, true);
                    return chain.proceed(request, scope);
                });
        this.client = (cookies ? builder : builder.disableCookieManagement()).build();
    }

    /** For addresses that a template or a cutover names. */
    public static OutboundHttp listed(AllowedHosts hosts) {
        return new OutboundHttp(hosts, false);
    }

    /** As {@link #listed}, and cookies go back to the host that set them. */
    public static OutboundHttp session(AllowedHosts hosts) {
        return new OutboundHttp(hosts, true);
    }

    /** For addresses in the server's own configuration: these need not be listed once more, and may be loopback. */
    public static OutboundHttp configured() {
        return new OutboundHttp(null, false);
    }

    /**
     * Makes a request.
     *
     * @throws BadInputException if its host is not allowed, or is at an address that is not
     * @throws HttpConnectTimeoutException if no connection came about in time: nothing was sent
     * @throws HttpTimeoutException if the answer was not there in time
     * @throws ConnectException if it cannot be connected to: nothing was sent
     * @throws IOException if the exchange broke off
     * @throws InterruptedException if the caller was interrupted
     */
    public Answer send(Request request) throws IOException, InterruptedException {
        if (hosts != null) {
            hosts.require(request.url());
        }
        HttpUriRequestBase exchange = exchange(request);
        HttpClientContext context = HttpClientContext.create();
        var task = new FutureTask<>(() -> exchange(exchange, context, request.largest()));
        Thread worker = Thread.ofVirtual().name("ferryman-http").start(task);
        try {
            return task.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // First, so that what is found not to be connected will not be a moment later.
            exchange.abort();
            throw context.getAttribute(CONNECTED) == null
                    ? new HttpConnectTimeoutException("no connection in time")
                    : new HttpTimeoutException("no answer in time");
        } catch (ExecutionException e) {
            throw told(e.getCause());
        } finally {
            exchange.abort();
            worker.interrupt();
        }
    }

    private static HttpUriRequestBase exchange(Request request) {
        HttpUriRequestBase exchange = new HttpUriRequestBase(request.method(), request.url());
        request.headers().forEach(exchange::setHeader);
        String body = request.body();
        if (body != null) {
            exchange.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.UTF_8), null));
        }
        return exchange;
    }

    private Answer exchange(HttpUriRequestBase exchange, HttpClientContext context, int largest) throws IOException {
        ClassicHttpResponse response = client.executeOpen(null, exchange, context);
        try {
            HttpEntity entity = response.getEntity();
            byte[] body = new byte[0];
            if (entity != null) {
                InputStream in = entity.getContent();
                body = in == null ? body : in.readNBytes(largest);
            }
            return new Answer(response.getCode(),
                    Optional.ofNullable(response.getFirstHeader("Location")).map(header -> header.getValue()),
                    new String(body, StandardCharsets.UTF_8));
        } finally {
            // Closing the answer would read what is left of it, however much that is; aborting drops the connection.
            exchange.abort();
        }
    }

    private static IOException told(@Nullable Throwable cause) {
        return switch (cause) {
            case BadInputException refused -> throw refused;
            case ConnectTimeoutException e -> new HttpConnectTimeoutException(e.getMessage());
            case UnknownHostException e -> {
                var unknown = new ConnectException("unknown host");
                unknown.initCause(e);
                yield unknown;
            }
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
