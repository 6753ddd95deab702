package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferryman.cutover.BusyWriter;
import dev.ferryman.cutover.TinyApplication;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Relay;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state store fails in the middle of a live move, while an application writes. */
class StoreTroubleTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();

    @TempDir
    Path directory;

    private interface Trouble {
        void begin() throws Exception;

        void end() throws Exception;
    }

    @Test
    void a_full_disk_is_told_in_one_word_and_no_write_is_lost() throws Exception {
        Path disk = Files.createDirectory(directory.toRealPath().resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()),
                "only root may mount a small disk");
        try {
            Path ballast = disk.resolve("ballast");
            move("jdbc:sqlite:" + disk.resolve("ferryman.db"), "full", new Trouble() {
                @Override
                public void begin() throws IOException {
                    try (var out = Files.newOutputStream(ballast)) {
                        byte[] piece = new byte[4096];
                        while (true) {
                            out.write(piece);
                        }
                    } catch (IOException full) {
                        assertThat(Files.size(ballast)).isPositive();
                    }
                }

                @Override
                public void end() throws IOException {
                    Files.delete(ballast);
                }
            });
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    @Test
    void a_server_that_is_gone_for_a_while_is_told_in_one_word_and_no_write_is_lost() throws Exception {
        try (var store = TestPostgres.newest().freshDatabase();
                var relay = new Relay(store.server().host(), store.server().port())) {
            move(store.jdbcUrl().replaceFirst("//[^/]+/", "//127.0.0.1:" + relay.port() + "/"), "gone", new Trouble() {
                @Override
                public void begin() {
                    relay.cut();
                }

                @Override
                public void end() {
                    relay.mend();
                }
            });
        }
    }

    private void move(String store, String word, Trouble trouble) throws Exception {
        Path home = directory.toRealPath();
        Path source = home.resolve("app.db");
        prepare(source);
        Path environment = Files.writeString(home.resolve("app.env"), "DATABASE_URL=jdbc:sqlite:" + source + "\n");
        Path password = Files.writeString(home.resolve("password"), TestPostgres.PASSWORD);
        Path appToken = Files.writeString(home.resolve("token"), TinyApplication.TOKEN);
        String token = Newcomer.tokenOfOneWithAllRoles(store);
        try (var target = TestPostgres.newest().freshDatabase();
                var application = new TinyApplication(environment);
                var writer = new BusyWriter(application);
                var service = FerrymanProcess.start("store-" + word, home, Map.of(),
                        List.of("ferryman.store.url=" + store, "ferryman.store.pulse=500ms",
                                "ferryman.source-roots=" + home, "ferryman.secrets.roots=" + home,
                                "ferryman.traffic.environment-roots=" + home,
                                "ferryman.work-directory=" + home.resolve("work"),
                                "ferryman.templates.directory=" + TEMPLATES, "ferryman.execution.heartbeat=250ms",
                                "ferryman.execution.lease=2s"))) {
            var caller = new Caller(service.uri("").getPort(), token);
            var cutover = RemoteCutover.create(caller, Map.of("name", "Store " + word, "template",
                    "live-by-two-clicks", "source", source.toString(), "target",
                    Map.of("url", target.urlWithoutPassword(), "passwordReference", "file:" + password),
                    "parameters",
                    Map.of("switch-file", environment.toString(), "switch-value",
                            target.jdbcUrl().replace(TestPostgres.PASSWORD, "{secret:file:" + password + "}"),
                            "reload-url", application.address("/reload"), "token", "file:" + appToken)));
            cutover.reaches("follow", "passed");

            int before = writer.count();
            trouble.begin();
            await().atMost(LONG_ENOUGH).until(() -> word.equals(health(caller)));
            assertThat(caller.post(cutover.path() + "/steps/switch/run", Map.of("expectedVersion", 1, "text", "seen"))
                    .problem(503, "service-unavailable").path("title").asString()).contains(word);
            assertThat(caller.get("/login").body()).contains("Read-only: the state store is " + word);
            Caller.Answer look = caller.get(cutover.path());
            if (word.equals("full")) {
                assertThat(look.status()).as("what there is can be read").isEqualTo(200);
            } else {
                look.problem(503, "service-unavailable");
            }
            await().atMost(LONG_ENOUGH).until(() -> writer.count() > before + 50);
            assertThat(application.onPostgres()).isFalse();
            trouble.end();
            await().atMost(LONG_ENOUGH).until(() -> caller.get("/actuator/health").status() == 200);

            await().atMost(LONG_ENOUGH).ignoreExceptions().until(() -> cutover.now().at("/replication/state")
                    .asString("").equals("following"));
            cutover.command("/steps/switch/run");
            cutover.reaches("switch", "passed");
            assertThat(application.onPostgres()).isTrue();
            int switched = writer.count();
            await().atMost(LONG_ENOUGH).until(() -> writer.count() > switched + 50);
            List<String> acknowledged = writer.stop();
            assertThat(names(target.jdbcUrl(), "SELECT name FROM employees WHERE name LIKE 'Hired %'"))
                    .containsExactlyInAnyOrderElementsOf(acknowledged);
        }
    }

    /** The one word, empty while all is well, as somebody is told who asks with a token that the store would have to know. */
    private static String health(Caller caller) {
        Caller.Answer health = caller.get("/actuator/health");
        String word = health.json().at("/components/store/details/store").asString("");
        if (!word.isEmpty()) {
            assertThat(health.status()).isEqualTo(503);
        }
        return word;
    }

    private static void prepare(Path source) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hired DATE)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                    + " INSERT INTO employees (name, hired) SELECT 'Person ' || i, '2024-01-15' FROM n");
        }
    }

    private static List<String> names(String url, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
