package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ferryman.access.Users;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.Example;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalDaemon;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A live move of an application with two deployments behind a real HAProxy. */
@StateStores.OnSqlite
class RoutedMoveTest {
    private static final Actor OPERATOR = Team.the("operator");
    private static final int API = port();

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users users;
    @Autowired
    private MeterRegistry meters;

    private final TestPostgres.Database postgres = TestPostgres.newest().freshDatabase();
    private final Path directory = directory();
    private final String sqlite = "jdbc:sqlite:" + directory.resolve("leave.db");
    private final int port = port();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> acknowledged = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private Thread writer = new Thread();
    private Deployment blue = new Deployment(sqlite, "blue");
    private Deployment green = new Deployment(postgres.jdbcUrl(), "green");
    private LocalDaemon haproxy = LocalDaemon.none();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> "src/test/resources/dev/ferryman/cutover/templates");
        registry.add("ferryman.traffic.routers.edge.kind", () -> "haproxy");
        registry.add("ferryman.traffic.routers.edge.address", () -> "127.0.0.1:" + API);
    }

    @BeforeEach
    void start() throws Exception {
        try (Connection connection = DriverManager.getConnection(sqlite);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)");
        }
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        startHaproxy();
        writer = Thread.ofVirtual().start(this::write);
    }

    private void startHaproxy() throws IOException {
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, Example.from("traffic.md", "haproxy.cfg")
                .replace("/run/haproxy/admin.sock mode 660", "ipv4@127.0.0.1:" + API)
                .replace("10.0.0.1:8000", blue.address()).replace("10.0.0.2:8000", green.address())
                .replace("bind :80", "bind 127.0.0.1:" + port).replace("user haproxy", "").replace("group haproxy", "")
                .replace("/var/lib/haproxy", directory.toString()));
        haproxy = LocalDaemon.start(directory, "haproxy", "/usr/sbin/haproxy", "-db", "-f", config.toString());
        haproxy.awaitPort(port);
        haproxy.awaitPort(API);
    }

    @AfterEach
    void end() throws Exception {
        stopped.set(true);
        writer.join();
        haproxy.stop();
        blue.server().stop(0);
        green.server().stop(0);
        postgres.close();
    }

    /** Writes through the router, again and again until the application has taken it. */
    private void write() {
        for (int i = 0; !stopped.get(); i++) {
            String name = "Hired " + i;
            while (!stopped.get() && !ask("POST", name).equals("201")) {
                Thread.onSpinWait();
            }
            synchronized (acknowledged) {
                acknowledged.add(name);
            }
        }
    }

    private String ask(String method, String body) {
        try {
            HttpResponse<String> answer = client.send(HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(Duration.ofSeconds(30))
                    .method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
            return method.equals("GET") ? answer.body() : String.valueOf(answer.statusCode());
        } catch (IOException e) {
            return "failed";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many of a hundred reads green answers. */
    private int readsOnGreen() {
        int green = 0;
        for (int i = 0; i < 100; i++) {
            green += ask("GET", "").equals("green") ? 1 : 0;
        }
        return green;
    }

    private int written() {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    /** An instance of the application that answers from one database and says which. */
    private record Deployment(HttpServer server, String url) {
        Deployment(String url, String name) {
            this(create(), url);
            server.createContext("/", exchange -> answer(exchange, name));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }

        private static HttpServer create() {
            try {
                return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String address() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }

        private void answer(HttpExchange exchange, String name) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int status = exchange.getRequestMethod().equals("POST") ? hire(body) : 200;
            byte[] answer = name.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        }

        private int hire(String name) {
            try (Connection connection = DriverManager.getConnection(url);
                    var statement = connection.createStatement()) {
                if (url.startsWith("jdbc:sqlite")) {
                    statement.execute("PRAGMA busy_timeout = 10000");
                }
                statement.execute("INSERT INTO employees (name) VALUES ('" + name + "')");
                return 201;
            } catch (SQLException _) {
                return 503;
            }
        }
    }

    @Test
    void reads_move_by_shares_writes_move_once_and_both_come_back_without_losing_a_write() throws Exception {
        String id = create();
        Team team = new Team(cutovers, users);
        team.work(id, cutover -> passed(cutover, "reads-25"));
        assertThat(readsOnGreen()).isBetween(23, 27);
        assertThat(traffic(id)).satisfies(traffic -> {
            assertThat(traffic.wantedReads()).isEqualTo(25);
            assertThat(traffic.wantedWrites()).isEqualTo("SQLite");
        });
        await().until(() -> traffic(id).asWanted() && Integer.valueOf(25).equals(traffic(id).observedReads()));
        assertThat(share(id)).isEqualTo(25);

        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
        int switched = written();
        assertThat(readsOnGreen()).isEqualTo(100);
        assertThat(traffic(id).wantedWrites()).isEqualTo("PostgreSQL");
        await().until(() -> traffic(id).asWanted() && traffic(id).observedReads() != null);
        assertThat(share(id)).isEqualTo(100);
        await().until(() -> written() > switched + 20);

        team.order(id, "operator", command -> cutovers.rollback(command, "too slow"));
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(readsOnGreen()).isZero();
        assertThat(share(id)).isZero();
        int back = written();
        await().until(() -> written() > back + 20);
        stopped.set(true);
        writer.join();
        assertThat(names(sqlite)).containsAll(acknowledged).doesNotHaveDuplicates();
    }

    @Test
    void a_router_that_cannot_be_reached_keeps_the_freeze_from_beginning() throws Exception {
        String id = create();
        Team team = new Team(cutovers, users);
        team.work(id, cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.READY);
        haproxy.stop();
        await().until(() -> cutovers.step(OPERATOR, id, "switch").guardrails().stream()
                .anyMatch(guardrail -> guardrail.name().equals("router") && !guardrail.passed()));
        team.order(id, "operator", command -> cutovers.run(command, "switch"));
        Cutover refused = team.watch(id,
                cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.FAILED);
        assertThat(what(refused, "switch")).contains("The traffic switch is not ready").contains("cannot be asked");
        assertThat(cutovers.view(OPERATOR, id).handovers()).isEmpty();

        startHaproxy();
        team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(readsOnGreen()).isZero();
    }

    @Test
    void readers_are_taken_back_when_postgresql_falls_behind_and_no_more_are_sent_there() throws Exception {
        String id = create();
        Team team = new Team(cutovers, users);
        team.work(id, cutover -> passed(cutover, "reads-25"));
        try (Connection connection = postgres.connect(); var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE employees IN ACCESS EXCLUSIVE MODE");
            Step step = team.watch(id, cutover -> !cutover.step("reads-25").orElseThrow().notes().isEmpty())
                    .step("reads-25").orElseThrow();
            assertThat(step.notes().getFirst().text()).startsWith("All reads were taken back to SQLite: ")
                    .contains("behind SQLite");
            assertThat(readsOnGreen()).isZero();
            assertThat(share(id)).isZero();
            assertThat(traffic(id).takenBack()).contains("behind SQLite");
            assertThat(traffic(id).wantedReads()).isZero();

            team.order(id, "operator", command -> cutovers.run(command, "reads-50"));
            Cutover refused = team.watch(id,
                    cutover -> cutover.step("reads-50").orElseThrow().status() == StepStatus.FAILED);
            assertThat(what(refused, "reads-50")).contains("No share of reads was changed");
            connection.rollback();
        }
        await().until(() -> cutovers.view(OPERATOR, id).replication().orElseThrow().lag().toMillis() < 2000);
        team.order(id, "operator", command -> cutovers.retry(command, "reads-50"));
        team.watch(id, cutover -> passed(cutover, "reads-50"));
        assertThat(readsOnGreen()).isBetween(48, 52);

        team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(readsOnGreen()).isZero();
        assertThat(traffic(id).wantedReads()).isZero();
    }

    private String create() {
        return cutovers.create(OPERATOR, new CutoverDraft("Leave desk, routed", "routed",
                directory.resolve("leave.db").toString(), new TargetDraft(postgres.urlWithoutPassword(),
                        "file:" + directory.resolve("password"), null, "public"),
                SchemaMode.CREATE, Map.of())).id();
    }

    private TrafficView traffic(String id) {
        return cutovers.view(OPERATOR, id).traffic().orElseThrow();
    }

    private double share(String id) {
        return meters.get("ferryman.traffic.read.share").tag("cutover", id).gauge().value();
    }

    private static boolean passed(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().status() == StepStatus.PASSED;
    }

    private static String what(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().what();
    }

    private static List<String> names(String url) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM employees")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static int port() {
        try {
            return LocalDaemon.freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory(LiveSite.ROOT, "routed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
