package dev.ferryman.backup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ferryman.backup.internal.ArchiveProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Against the parts of S3's HTTP API that are used; against real storage where the variable {@code FERRYMAN_TEST_S3} holds
 * its address, with the bucket {@code ferryman}.
 */
class S3PlaceTest extends StoragePlaceContract {
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final HttpServer server = server();

    @BeforeEach
    void begin() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    @Override
    StoragePlace place() {
        try {
            Path key = Files.writeString(directory.resolve("key"), "S3RVER\n");
            String real = System.getenv("FERRYMAN_TEST_S3");
            String address = real != null ? real : "http://127.0.0.1:" + server.getAddress().getPort();
            var settings = new ArchiveProperties.Place(ArchiveProperties.Kind.S3, null, "ferryman", "archives",
                    "us-east-1", URI.create(address), true, "file:" + key, "file:" + key);
            return Objects.requireNonNull(new ArchiveProperties(List.of(), Map.of("bucket", settings)).all()
                    .get("bucket"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                objects.put(key, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(200, -1);
            }
            case "DELETE" -> {
                objects.remove(key);
                exchange.sendResponseHeaders(204, -1);
            }
            default -> {
                byte[] found = objects.get(key);
                byte[] body = found != null
                        ? found
                        : "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
                                .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
        exchange.close();
    }
}
