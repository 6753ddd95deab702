package dev.ferryman.deployment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** What stands between a load balancer and a deployment, and can spoil what passes through. */
final class FaultyLine implements AutoCloseable {
    private static final List<String> PASSED_ON = List.of("content-type", "cookie");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final AtomicLong answers = new AtomicLong();
    private volatile String deployment = "";
    private volatile int errorEvery;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean dead;

    FaultyLine() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    /** {@code host:port} for the load balancer. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Leads to this deployment from now on. */
    void leadTo(URI base) {
        deployment = base.toString();
    }

    /** Answers every n-th request with a server error; 0 for none. */
    void errorEvery(int n) {
        errorEvery = n;
    }

    /** Holds every answer back for so long. */
    void delay(Duration time) {
        delay = time;
    }

    /** Cuts every connection without an answer. */
    void dead(boolean now) {
        dead = now;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (dead || deployment.isEmpty()) {
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (errorEvery > 0 && answers.incrementAndGet() % errorEvery == 0) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            Thread.sleep(delay);
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(deployment + exchange.getRequestURI()))
                    .timeout(Duration.ofSeconds(30))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
            PASSED_ON.forEach(name -> exchange.getRequestHeaders().getOrDefault(name, List.of())
                    .forEach(value -> request.header(name, value)));
            HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
            answer.headers().firstValue("content-type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(),
                    answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
