package dev.ferryman.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A real HTTP server on loopback that notes what it is sent and answers what a test wants. */
public final class HttpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private volatile Reply usual = new Reply(200, "ok", Map.of(), null);

    /** What it was sent. */
    public record Request(String path, Map<String, String> headers, String body) {}

    /** @param hold the answer comes when this is open; null for at once */
    public record Reply(int status, String body, Map<String, String> headers,
            @Nullable CountDownLatch hold) {}

    /** On a free port. */
    public HttpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    /** Address of a path on it. */
    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** What it was sent so far, oldest first. */
    public List<Request> requests() {
        return requests;
    }

    /** Answers the next requests so, one each. */
    public void next(Reply... answers) {
        replies.addAll(List.of(answers));
    }

    /** Answers so whenever nothing else was asked for. */
    public void usually(Reply answer) {
        usual = answer;
    }

    /** Forgets everything. */
    public void reset() {
        requests.clear();
        replies.clear();
        usual = status(200);
    }

    /** Answers at once with this status. */
    public static Reply status(int status) {
        return new Reply(status, status / 100 == 2 ? "ok" : "no", Map.of(), null);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(new Request(exchange.getRequestURI().toString(), headers, body));
            Reply reply = replies.poll();
            reply = reply == null ? usual : reply;
            if (reply.hold() != null) {
                reply.hold().await();
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
