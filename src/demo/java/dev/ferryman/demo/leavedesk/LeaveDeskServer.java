package dev.ferryman.demo.leavedesk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The leave desk over HTTP. */
final class LeaveDeskServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaveDeskServer.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final LeaveDesk desk;
    private final byte[] adminToken;
    private final Clock clock;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final LeaveDeskPage page;

    LeaveDeskServer(LeaveDesk desk, LeaveDeskConfig config) throws IOException {
        this.desk = desk;
        this.adminToken = config.adminToken().getBytes(StandardCharsets.UTF_8);
        this.clock = config.clock();
        this.page = new LeaveDeskPage(desk, clock);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(config.address()), config.port()),
                0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** What is sent back; a null body is sent as an empty one. */
    private record Answer(int status, String contentType, byte[] body) {
        static Answer json(int status, Object value) {
            return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
        }

        static Answer problem(int status, String detail) {
            return new Answer(status, "application/problem+json",
                    JSON.writeValueAsBytes(Map.of("status", status, "detail", detail)));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(new ClientRequest(exchange));
            } catch (RequestRefusedException e) {
                log.debug("Refused {} {}", exchange.getRequestMethod(), exchange.getRequestURI().getPath(), e);
                answer = Answer.problem(e.status(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                log.error("Failed {} {}", exchange.getRequestMethod(), exchange.getRequestURI().getPath(), e);
                answer = Answer.problem(500, "The leave desk failed; its log says why.");
            }
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Content-Security-Policy",
                    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'");
            if (answer.status() == 503) {
                exchange.getResponseHeaders().set("Retry-After", "5");
            }
            if (answer.status() == 401) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(),
                    head || answer.body().length == 0 ? -1 : answer.body().length);
            if (!head) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private Answer answer(ClientRequest request) throws IOException {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        if (request.path().startsWith("/admin/") && !authorised(request)) {
            return Answer.problem(401, "Send the admin token as Authorization: Bearer ….");
        }
        return switch (method + " " + request.path()) {
            case "GET /" -> page();
            case "GET /leave-desk.css" -> resource("leave-desk.css", "text/css");
            case "GET /leave-desk.js" -> resource("leave-desk.js", "text/javascript");
            case "GET /health" -> health();
            case "GET /api/employees" -> employees(request);
            case "GET /api/requests" -> requests(request);
            case "POST /api/requests" -> create(request);
            case "GET /admin/status" -> status();
            case "POST /admin/maintenance" -> {
                desk.maintenance(request.flag("on"));
                yield status();
            }
            case "POST /admin/database" -> {
                desk.switchTo(request.field("url"));
                yield status();
            }
            case "POST /admin/reload" -> {
                desk.reload();
                yield status();
            }
            default -> known(request.path())
                    ? Answer.problem(405, request.path() + " does not take " + method + ".")
                    : Answer.problem(404, "There is nothing at " + request.path() + ".");
        };
    }

    private static boolean known(String path) {
        return switch (path) {
            case "/", "/leave-desk.css", "/leave-desk.js", "/health", "/api/employees", "/api/requests",
                    "/admin/status", "/admin/maintenance", "/admin/database", "/admin/reload" ->
                true;
            default -> false;
        };
    }

    private boolean authorised(ClientRequest request) {
        String header = request.header("Authorization");
        return header != null && header.startsWith("Bearer ") && MessageDigest
                .isEqual(header.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8), adminToken);
    }

    private Answer page() {
        return new Answer(200, "text/html; charset=utf-8", page.render().getBytes(StandardCharsets.UTF_8));
    }

    private static Answer resource(String name, String contentType) throws IOException {
        try (InputStream in = Objects.requireNonNull(LeaveDeskServer.class.getResourceAsStream(name))) {
            return new Answer(200, contentType + "; charset=utf-8", in.readAllBytes());
        }
    }

    private Answer health() {
        Database.PoolState pool = desk.gate().pool();
        LeaveDesk.Status status = desk.status();
        Long employees = null;
        try {
            employees = desk.gate().read((connection, dialect) -> desk.store().employeeCount(connection));
        } catch (RequestRefusedException e) {
            log.warn("Not healthy: {}", e.getMessage());
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("status", employees == null ? "unhealthy" : "healthy");
        body.put("timestamp", clock.instant().toString());
        body.put("mode", status.mode());
        body.put("database", Map.of("type", status.dialect().name().toLowerCase(java.util.Locale.ROOT), "connected",
                employees != null));
        body.put("employees", employees);
        body.put("pool", pool);
        return Answer.json(employees == null ? 503 : 200, body);
    }

    private Answer employees(ClientRequest request) {
        int limit = request.number("limit", 50, 1, 500);
        int offset = request.number("offset", 0, 0, Integer.MAX_VALUE);
        return Answer.json(200, desk.gate()
                .read((connection, dialect) -> desk.store().employees(connection, dialect, limit, offset)));
    }

    private Answer requests(ClientRequest request) {
        int limit = request.number("limit", 50, 1, 500);
        int offset = request.number("offset", 0, 0, Integer.MAX_VALUE);
        String status = request.oneOf("status", LeaveStore.STATUSES);
        return Answer.json(200, desk.gate()
                .read((connection, dialect) -> desk.store().requests(connection, dialect, status, limit, offset)));
    }

    private Answer create(ClientRequest request) {
        return Answer.json(201, Map.of("id", desk.submit(request.newRequest()), "status", "pending"));
    }

    private Answer status() {
        LeaveDesk.Status status = desk.status();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("mode", status.mode());
        body.put("database", status.dialect().name().toLowerCase(java.util.Locale.ROOT));
        body.put("url", status.database());
        body.put("acknowledged", status.acknowledged());
        body.put("acknowledgedSinceStart", status.sinceStart());
        body.put("lastWrite", status.lastWrite() == null ? null : status.lastWrite().toString());
        body.put("longestGapMs", status.longestGapMs());
        body.put("sinceLastWriteMs", status.sinceLastWriteMs());
        body.put("refused", status.refused());
        body.put("lastRefusal", status.lastRefusal());
        return Answer.json(200, body);
    }

    @Override
    public void close() {
        server.stop(1);
        executor.close();
    }
}
