package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.cutover.BusyWriter;
import dev.ferryman.cutover.TinyApplication;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service itself is killed all along a live move there and back, while an application writes. */
class LiveServiceCrashTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void no_write_is_lost_although_the_service_is_killed_while_it_follows_hands_over_and_goes_back() throws Exception {
        Path home = directory.toRealPath();
        Path source = home.resolve("app.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hired DATE)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                    + " INSERT INTO employees (name, hired) SELECT 'Person ' || i, '2024-01-15' FROM n");
        }
        Path environment = Files.writeString(home.resolve("app.env"), "DATABASE_URL=jdbc:sqlite:" + source + "\n");
        Path password = Files.writeString(home.resolve("password"), TestPostgres.PASSWORD);
        Path appToken = Files.writeString(home.resolve("token"), TinyApplication.TOKEN);
        String store = StateStores.freshSqliteUrl();
        String token = Newcomer.tokenOfOneWithAllRoles(store);
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var target = TestPostgres.newest().freshDatabase();
                var application = new TinyApplication(environment);
                var writer = new BusyWriter(application);
                var service = FerrymanProcess.start("live-crash", home, Map.of(),
                        List.of("ferryman.store.url=" + store, "ferryman.source-roots=" + home,
                                "ferryman.secrets.roots=" + home, "ferryman.traffic.environment-roots=" + home,
                                "ferryman.work-directory=" + home.resolve("work"),
                                "ferryman.templates.directory=" + TEMPLATES, "ferryman.execution.heartbeat=250ms",
                                "ferryman.execution.lease=2s"))) {
            var caller = new Caller(service.uri("").getPort(), token);
            var cutover = RemoteCutover.create(caller, Map.of("name", "Killed all along", "template",
                    "live-by-two-clicks", "source", source.toString(), "target",
                    Map.of("url", target.urlWithoutPassword(), "passwordReference", "file:" + password),
                    "parameters",
                    Map.of("switch-file", environment.toString(), "switch-value",
                            target.jdbcUrl().replace(TestPostgres.PASSWORD, "{secret:file:" + password + "}"),
                            "reload-url", application.address("/reload"), "token", "file:" + appToken)));

            passes(cutover, "capture");
            Thread.sleep(random.nextInt(800));
            kill(service);
            passes(cutover, "follow");
            awaitReplication(cutover, "forward");
            kill(service);
            awaitReplication(cutover, "forward");
            cutover.command("/steps/switch/run");
            Thread.sleep(random.nextInt(500));
            kill(service);
            passes(cutover, "switch");
            assertThat(application.onPostgres()).isTrue();
            awaitReplication(cutover, "back");
            kill(service);
            awaitReplication(cutover, "back");
            int before = writer.count();
            await().atMost(LONG_ENOUGH).until(() -> writer.count() > before + 50);
            cutover.command("/rollback");
            Thread.sleep(random.nextInt(500));
            kill(service);
            await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(200))
                    .until(() -> cutover.now().path("status").asString().equals("rolled-back"));
            int back = writer.count();
            await().atMost(LONG_ENOUGH).until(() -> writer.count() > back + 20);

            assertThat(application.onPostgres()).isFalse();
            List<String> acknowledged = writer.stop();
            assertThat(names(source, "SELECT name FROM employees WHERE name LIKE 'Hired %'"))
                    .as("seed " + seed).containsExactlyInAnyOrderElementsOf(acknowledged);
            assertThat(names(source, "SELECT name FROM sqlite_schema WHERE name LIKE '%ferryman%'")).isEmpty();
        }
    }

    private static void kill(FerrymanProcess service) throws Exception {
        service.kill();
        service.restart();
    }

    private static void passes(RemoteCutover cutover, String step) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            var now = cutover.now();
            assertThat(cutover.status(step)).as(() -> step + ": " + now.path("headline").asString() + "\n"
                    + now.path("phases").valueStream().flatMap(phase -> phase.path("steps").valueStream())
                            .filter(each -> each.toString().contains("attempt"))
                            .map(Object::toString).reduce("", (all, each) -> all + each + "\n"))
                    .isEqualTo("passed");
        });
    }

    private static void awaitReplication(RemoteCutover cutover, String direction) {
        String before = cutover.now().at("/replication/at").asString("");
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(200)).until(() -> {
            var replication = cutover.now().path("replication");
            return replication.path("direction").asString("").equals(direction)
                    && replication.path("state").asString("").equals("following")
                    && !replication.path("at").asString("").equals(before);
        });
    }

    private static List<String> names(Path file, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
