package dev.ferryman.traffic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Blue and green as real HTTP servers that say who they are, and clients that ask them through a router. */
final class TwoDeployments implements AutoCloseable {
    private final Map<Side, HttpServer> servers = Map.of(Side.SOURCE, server("blue"), Side.TARGET, server("green"));
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpServer server(String name) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, name));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, String name) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestURI().getPath().equals("/slow")) {
            held.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        exchange.getResponseHeaders().add("X-Deployment", name);
        byte[] body = name.getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private HttpServer server(Side side) {
        return requireNonNull(servers.get(side));
    }

    String address(Side side) {
        return "127.0.0.1:" + server(side).getAddress().getPort();
    }

    void stop(Side side) {
        server(side).stop(0);
    }

    private HttpResponse<Void> send(String base, String method, String path, String cookie)
            throws IOException, InterruptedException {
        HttpResponse<Void> response = client.send(HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30)).header("Cookie", cookie)
                .method(method, BodyPublishers.ofString("x")).build(), BodyHandlers.discarding());
        if (response.statusCode() != 200) {
            throw new IOException(method + " answered " + response.statusCode());
        }
        return response;
    }

    private Side ask(String base, String method, String path) throws IOException, InterruptedException {
        return side(send(base, method, path, "a=b"));
    }

    Side read(String base, String cookie) throws IOException, InterruptedException {
        return side(send(base, "GET", "/", cookie));
    }

    /** The cookie that the answer to a write sets. */
    String cookieOfAWrite(String base) throws IOException, InterruptedException {
        return send(base, "POST", "/", "a=b").headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static Side side(HttpResponse<Void> response) {
        return response.headers().firstValue("X-Deployment").orElseThrow().equals("blue") ? Side.SOURCE : Side.TARGET;
    }

    /** The one side that takes writes of every kind. */
    Side writes(String base, int each) throws IOException, InterruptedException {
        List<Side> sides = new ArrayList<>();
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            for (int i = 0; i < each; i++) {
                sides.add(ask(base, method, "/"));
            }
        }
        assertThat(sides).containsOnly(sides.getFirst());
        return sides.getFirst();
    }

    /** How many of a hundred reads PostgreSQL's side gets. */
    int reads(String base, int asked) throws IOException, InterruptedException {
        int green = 0;
        for (int i = 0; i < asked; i++) {
            green += ask(base, List.of("GET", "HEAD", "OPTIONS").get(i % 3), "/page/" + i) == Side.TARGET ? 1 : 0;
        }
        return Math.round(100f * green / asked);
    }

    /** A write whose answer waits for {@link #release}; it has arrived when this returns. */
    CompletableFuture<Side> slowWrite(String base) throws InterruptedException {
        CompletableFuture<Side> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return ask(base, "POST", "/slow");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        return answer;
    }

    void release() {
        released.countDown();
    }

    Load load(String base, int clients) {
        return new Load(base, clients);
    }

    @Override
    public void close() {
        release();
        servers.values().forEach(server -> server.stop(0));
        client.shutdownNow();
    }

    /** Clients that read and write without a pause. */
    final class Load implements AutoCloseable {
        private final Map<String, AtomicInteger> counts = Map.of("SOURCE read", new AtomicInteger(), "TARGET read",
                new AtomicInteger(), "SOURCE write", new AtomicInteger(), "TARGET write", new AtomicInteger());
        private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean ending = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        private Load(String base, int clients) {
            for (int i = 0; i < clients; i++) {
                String method = i % 2 == 0 ? "GET" : "POST";
                threads.add(Thread.ofVirtual().start(() -> ask(base, method)));
            }
        }

        private void ask(String base, String method) {
            while (!ending.get()) {
                try {
                    Side side = TwoDeployments.this.ask(base, method, "/load");
                    count(side, method.equals("GET") ? "read" : "write").incrementAndGet();
                } catch (IOException e) {
                    failures.add(method + ": " + e);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }

        private AtomicInteger count(Side side, String kind) {
            return requireNonNull(counts.get(side + " " + kind));
        }

        int on(Side side) {
            return count(side, "read").get() + writesOn(side);
        }

        int writesOn(Side side) {
            return count(side, "write").get();
        }

        List<String> failures() {
            return List.copyOf(failures);
        }

        void awaitMore(int requests) {
            int until = on(Side.SOURCE) + on(Side.TARGET) + requests;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !failures.isEmpty() || on(Side.SOURCE) + on(Side.TARGET) >= until);
        }

        void end() throws InterruptedException {
            ending.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }

        @Override
        public void close() throws InterruptedException {
            end();
        }
    }
}
