package dev.ferryman.cutover;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A live application: it works on the database that its environment file names, reads the file again when told to, and
 * can be made read-only over HTTP. Calls without its token are refused.
 */
public final class TinyApplication implements AutoCloseable {
    /** What its hooks want as bearer token. */
    public static final String TOKEN = "t0ken-of-the-tiny-application";

    private final Path environmentFile;
    private final HttpServer server;
    private volatile String url;
    private volatile boolean readOnly;
    private volatile boolean ill;
    private volatile boolean deaf;
    private final AtomicInteger calls = new AtomicInteger();

    /** Starts it on the database its environment file names. */
    public TinyApplication(Path environmentFile) {
        this.environmentFile = environmentFile;
        this.url = configured();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/maintenance", exchange -> guarded(exchange,
                () -> readOnly = body(exchange).contains("true")));
        server.createContext("/reload", exchange -> guarded(exchange, () -> url = configured()));
        server.createContext("/health", exchange -> answer(exchange, ill ? 503 : 200,
                "{\"database\":{\"type\":\"" + (onPostgres() ? "postgresql" : "sqlite") + "\"},\"employees\":" + count()
                        + "}"));
        server.start();
    }

    /** Where it answers. */
    public String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** How often anybody has called it over HTTP. */
    int calls() {
        return calls.get();
    }

    /** On which side it works. */
    public boolean onPostgres() {
        return url.startsWith("jdbc:postgresql");
    }

    boolean readOnly() {
        return readOnly;
    }

    /** Whether its health answers 503. */
    public void ill(boolean now) {
        ill = now;
    }

    /** Whether it answers 503 to whatever it is told. */
    void deaf(boolean now) {
        deaf = now;
    }

    /** What a person does who switches by hand. */
    void readOnly(boolean now) {
        readOnly = now;
    }

    /** What a person does who switches by hand. */
    void pointAt(String database) {
        url = database;
    }

    /** A user's write, refused while the application is read-only. */
    public void hire(String name) {
        if (readOnly) {
            throw new IllegalStateException("read-only");
        }
        try (Connection connection = DriverManager.getConnection(url);
                var insert = connection
                        .prepareStatement("INSERT INTO employees (name, hired) VALUES (?, '2026-03-01')")) {
            insert.setString(1, name);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A user's write, as an application does it that sees its database move: one that is refused is tried again, on
     * whatever database the application works on by then.
     *
     * @return how often it was tried
     */
    int hireInTheEnd(String name) throws InterruptedException {
        for (int tries = 1;; tries++) {
            try {
                hire(name);
                return tries;
            } catch (IllegalStateException refused) {
                if (tries == 2_000) {
                    throw refused;
                }
                Thread.sleep(5);
            }
        }
    }

    private long count() {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM employees")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            return -1;
        }
    }

    private String configured() {
        try {
            return Files.readAllLines(environmentFile).stream().filter(line -> line.startsWith("DATABASE_URL="))
                    .map(line -> line.substring("DATABASE_URL=".length())).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void guarded(HttpExchange exchange, Runnable effect) throws IOException {
        if (deaf) {
            answer(exchange, 503, "{}");
        } else if (("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            effect.run();
            answer(exchange, 200, "{}");
        } else {
            answer(exchange, 401, "{}");
        }
    }

    private static String body(HttpExchange exchange) {
        try {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        calls.incrementAndGet();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
