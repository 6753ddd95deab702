package dev.ferryman.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Prometheus that scrapes a page of this process five times a second. Tests that ask for it are skipped where it is not installed. */
public final class LocalPrometheus implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");

    private final HttpServer scraped;
    private final Process process;
    private final String address;
    private volatile String page = "";

    /**
     * Starts it with its data in a directory.
     *
     * @param others further pages it scrapes, as {@code host:port}
     */
    public LocalPrometheus(Path directory, String... others) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "prometheus is not installed");
        scraped = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        scraped.createContext("/metrics", exchange -> {
            byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        scraped.start();
        Path config = Files.writeString(directory.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 1s}
                scrape_configs:
                  - job_name: app
                    static_configs: [{targets: [%s]}]
                """.formatted(Stream
                        .concat(Stream.of("127.0.0.1:" + scraped.getAddress().getPort()), Stream.of(others))
                        .map(target -> '"' + target + '"').collect(Collectors.joining(", "))));
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        address = "http://127.0.0.1:" + port;
        process = new ProcessBuilder(PROGRAM.toString(), "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(directory.resolve("prometheus.log").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/-/ready") == 200);
    }

    /** Where it answers. */
    public String address() {
        return address;
    }

    /** What the scraped page says from now on, in Prometheus' text format. */
    public void page(String text) {
        page = text;
    }

    private int get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(address + path)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scraped.stop(0);
    }
}
