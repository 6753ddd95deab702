package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.PrimaryAndStandby;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The target's primary dies after the switch, while the application writes, and its synchronous standby is promoted. */
@StateStores.OnSqlite
class PromotedReplicaTest {
    private static final Actor OPERATOR = Team.the("operator");
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users users;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> templates().toString());
    }

    @Test
    void the_way_back_goes_on_from_the_promoted_standby_and_no_acknowledged_write_is_lost() throws Exception {
        Path directory = Files.createTempDirectory(LiveSite.ROOT, "promoted");
        Path sqlite = directory.resolve("leave.db");
        onSqlite(sqlite, "PRAGMA journal_mode = WAL");
        onSqlite(sqlite,
                "CREATE TABLE employees (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hired DATE)");
        onSqlite(sqlite, "INSERT INTO employees (name) VALUES ('Ada'), ('Grace')");
        Path environment = directory.resolve("app.env");
        Files.writeString(environment, "DATABASE_URL=jdbc:sqlite:" + sqlite + "\n");
        Files.writeString(directory.resolve("token"), TinyApplication.TOKEN + "\n");
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        try (var servers = PrimaryAndStandby.start();
                var application = new TinyApplication(environment);
                var writer = new BusyWriter(application)) {
            var team = new Team(cutovers, users);
            String id = cutovers.create(OPERATOR, draft(directory, sqlite, environment, servers, application)).id();
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
            assertThat(what(team.now(id), "standby-there")).contains("It is a standby of the target, streaming.");

            assertThat(option(id, "promote-standby").possible()).isFalse();
            assertThat(option(id, "promote-standby").needs()).contains("takes writes: there would be two");
            team.order(id, "dba", command -> cutovers.run(command, "promote"));
            Cutover refused = team.watch(id, now -> status(now, "promote") == StepStatus.FAILED);
            assertThat(what(refused, "promote"))
                    .isEqualTo("The old primary still answers and takes writes: there would be two.");
            await().atMost(LONG_ENOUGH).until(() -> cutovers.view(OPERATOR, id).replication()
                    .filter(view -> view.direction() == ReplicationView.Direction.BACK && view.rows() > 20)
                    .isPresent());

            servers.killPrimary();
            assertThat(option(id, "promote-standby").possible()).isTrue();
            assertThat(option(id, "promote-standby").losses()).contains("Where it is synchronous nothing is lost.");
            team.order(id, "dba", command -> cutovers.retry(command, "promote"));
            Cutover promoted = team.watch(id, now -> status(now, "promote") != StepStatus.RUNNING);
            Attempt attempt = promoted.step("promote").orElseThrow().lastAttempt().orElseThrow();
            assertThat(status(promoted, "promote")).as(attempt.what()).isEqualTo(StepStatus.PASSED);
            assertThat(attempt.facts()).containsEntry("timeline", "00000002").containsKey("promoteMillis");

            int atPromotion = writer.count();
            long followed = following(id).rows();
            await().atMost(LONG_ENOUGH).until(() -> writer.count() > atPromotion + 20);
            await().atMost(LONG_ENOUGH).until(() -> following(id).state() == ReplicationView.State.FOLLOWING
                    && following(id).rows() > followed + 20);

            team.order(id, "operator", command -> cutovers.rollback(command, "back from the promoted server"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());
            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            List<String> acknowledged = writer.stop();
            assertThat(names(sqlite)).containsAll(acknowledged);
        }
    }

    private RecoveryOption option(String id, String key) {
        return cutovers.decisionMatrix(id).options().stream().filter(option -> option.key().equals(key)).findFirst()
                .orElseThrow();
    }

    private ReplicationView following(String id) {
        return cutovers.view(OPERATOR, id).replication().orElseThrow();
    }

    private static StepStatus status(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().status();
    }

    private static String what(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().what();
    }

    private static CutoverDraft draft(Path directory, Path sqlite, Path environment, PrimaryAndStandby servers,
            TinyApplication application) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("hook-token", "file:" + directory.resolve("token"));
        parameters.put("switch-file", environment.toString());
        parameters.put("switch-value", servers.eitherJdbcUrl().replace(TestPostgres.PASSWORD,
                "{secret:file:" + directory.resolve("password") + "}"));
        parameters.put("reload-url", application.address("/reload"));
        parameters.put("health-url", application.address("/health"));
        parameters.put("standby", servers.standbyUrl());
        parameters.put("soak", "1s");
        parameters.put("probe-every", "1s");
        return new CutoverDraft("To a pair of servers", "live-replica", sqlite.toString(),
                new TargetDraft(servers.eitherUrl(), "file:" + directory.resolve("password"), null, "public"),
                SchemaMode.CREATE, parameters);
    }

    private static void onSqlite(Path sqlite, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> names(Path sqlite) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM employees")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** The bundled live move, with a standby that is looked at before and can be promoted after the switch. */
    private static Path templates() {
        try (var bundled = PromotedReplicaTest.class.getResourceAsStream("/templates-runbook/live.yaml")) {
            String text = new String(Objects.requireNonNull(bundled).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("template: live\n", "template: live-replica\n")
                    .replaceFirst("parameters:\n",
                            "parameters:\n  - {key: standby, title: Standby, type: text, required: true}\n")
                    .replaceFirst("(checklist:\n.*\n    steps:\n)",
                            "$1      - {key: standby-there, title: The standby follows, kind: check, role: dba,"
                                    + " uses: replica.check, with: {standby: \"\\${parameters.standby}\"}}\n")
                    + """
                      recoveries:
                        - key: promote-standby
                          title: Promote the standby
                          steps:
                            - {key: promote, title: Promote the standby, kind: action, role: dba, uses: replica.promote, with: {standby: "${parameters.standby}"}}
                      """;
            Path templates = Files.createTempDirectory(LiveSite.ROOT, "templates");
            Files.writeString(templates.resolve("live-replica.yaml"), text);
            return templates;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
