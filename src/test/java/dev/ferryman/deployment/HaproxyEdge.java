package dev.ferryman.deployment;

import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Example;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalDaemon;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.springframework.test.context.DynamicPropertyRegistry;

/** HAProxy. */
final class HaproxyEdge implements Edge {
    private static final Path SOCKET = LiveSite.ROOT.resolve("edge.sock");

    private final LocalDaemon haproxy;
    private final int entrance = LocalDaemon.freePort();
    private final int metrics = LocalDaemon.freePort();

    /**
     * Starts it.
     *
     * @param blue  {@code host:port}
     * @param green {@code host:port}
     */
    HaproxyEdge(Path directory, String blue, String green) throws IOException {
        Files.deleteIfExists(SOCKET);
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, Example.from("traffic.md", "haproxy.cfg")
                .replace("/run/haproxy/admin.sock", SOCKET.toString()).replace("10.0.0.1:8000", blue)
                .replace("10.0.0.2:8000", green).replace("bind :80", "bind 127.0.0.1:" + entrance)
                .replace("user haproxy", "").replace("group haproxy", "")
                .replace("/var/lib/haproxy", directory.toString())
                + """

                  frontend metrics
                      bind 127.0.0.1:%d
                      http-request use-service prometheus-exporter
                  """.formatted(metrics));
        haproxy = LocalDaemon.start(directory, "haproxy", "/usr/sbin/haproxy", "-db", "-f", config.toString());
        haproxy.awaitPort(entrance);
    }

    /** What the server has to know of it. */
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.traffic.routers.edge.kind", () -> "haproxy");
        registry.add("ferryman.traffic.routers.edge.socket", SOCKET::toString);
    }

    @Override
    public String router() {
        return "edge";
    }

    @Override
    public URI entrance() {
        return URI.create("http://127.0.0.1:" + entrance);
    }

    @Override
    public Optional<String> metrics() {
        return Optional.of("127.0.0.1:" + metrics);
    }

    @Override
    public void awaitGreen() {
        await().atMost(Duration.ofSeconds(30)).until(() -> haproxy.ask(SOCKET, "show stat").lines()
                .anyMatch(row -> row.startsWith("reads,green,") && row.contains(",UP,")));
    }

    @Override
    public void close() {
        haproxy.stop();
    }
}
