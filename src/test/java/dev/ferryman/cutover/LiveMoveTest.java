package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The bundled template for a live move, with an application that never stops writing. */
class LiveMoveTest {
    private static final Actor OPERATOR = Team.the("operator");

    abstract static class Contract {
        private static final Path WORK = work();

        @Autowired
        private CutoverService cutovers;
        @Autowired
        private Users users;
        @Autowired
        private MeterRegistry meters;

        private final TestPostgres.Database postgres = TestPostgres.newest().freshDatabase();
        private Path directory = WORK;
        private Path sqlite = WORK;
        private Path environmentFile = WORK;
        private TinyApplication application = unset();
        private BusyWriter writer = unset();
        private Team team = unset();

        @DynamicPropertySource
        static void settings(DynamicPropertyRegistry registry) {
            registry.add("ferryman.source-roots", WORK::toString);
            registry.add("ferryman.traffic.environment-roots", WORK::toString);
            registry.add("ferryman.secrets.roots", WORK::toString);
            registry.add("ferryman.work-directory", () -> WORK.resolve("cutovers").toString());
        }

        @BeforeEach
        void begin() throws Exception {
            directory = Files.createTempDirectory(WORK, "run");
            sqlite = directory.resolve("leave.db");
            onSqlite("PRAGMA journal_mode = WAL");
            onSqlite(
                    "CREATE TABLE employees (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, hired DATE)");
            onSqlite("CREATE TABLE notes (text TEXT)");
            onSqlite("INSERT INTO notes VALUES ('no key here')");
            onSqlite("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                    + " INSERT INTO employees (name, hired) SELECT 'Person ' || i, '2024-01-15' FROM n");
            environmentFile = directory.resolve("app.env");
            Files.writeString(environmentFile, "DATABASE_URL=jdbc:sqlite:" + sqlite + "\n");
            Files.writeString(directory.resolve("token"), TinyApplication.TOKEN + "\n");
            Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
            application = new TinyApplication(environmentFile);
            writer = new BusyWriter(application);
            team = new Team(cutovers, users);
        }

        @AfterEach
        void end() {
            writer.close();
            application.close();
            postgres.close();
        }

        @Test
        void an_application_that_never_stops_writing_moves_without_losing_a_write_and_nothing_of_ours_stays()
                throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.phase() == Phase.VERIFY
                    && cutover.step("follow").orElseThrow().status() == StepStatus.PASSED);
            ReplicationView following = following(id, ReplicationView.Direction.FORWARD);
            assertThat(following.guardrails()).extracting(GuardrailView::name).contains("capture intact",
                    "catch-up near", "way back ready", "target shut");
            await().until(() -> following(id, ReplicationView.Direction.FORWARD).changes() > following.changes() + 20);
            await().untilAsserted(() -> assertThat(cutovers.view(OPERATOR, id).replication().orElseThrow().unproved())
                    .as("rows that changed are compared while the application writes").isLessThan(500));
            assertThat(cutovers.view(OPERATOR, id).replication().orElseThrow().ready()).isTrue();
            assertThat(meters.get("ferryman.capture.lag.changes").tags("cutover", id, "direction", "forward").gauge()
                    .value()).isGreaterThanOrEqualTo(0);

            int before = writer.count();
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
            assertThat(application.onPostgres()).isTrue();
            assertThat(writer.count()).isGreaterThan(before);
            CutoverView switched = cutovers.view(OPERATOR, id);
            assertThat(switched.handovers()).singleElement().satisfies(handover -> {
                assertThat(handover.direction()).isEqualTo(ReplicationView.Direction.FORWARD);
                assertThat(handover.held()).isNotNull().isLessThan(Duration.ofSeconds(10));
                assertThat(handover.gap()).isNotNull().isGreaterThanOrEqualTo(handover.held());
            });
            assertThat(meters.get("ferryman.freeze.seconds").tags("cutover", id, "direction", "forward").gauge()
                    .value()).isPositive();
            await().until(() -> following(id, ReplicationView.Direction.BACK).rows() > 20);
            RollbackPreview outlook = cutovers.view(OPERATOR, id).rollbackPreview();
            assertThat(outlook.risky()).isFalse();
            assertThat(outlook.losses()).startsWith("It costs 0 writes");
            DecisionMatrix matrix = cutovers.decisionMatrix(id);
            assertThat(matrix.situation()).contains("PostgreSQL answers and takes writes.");
            assertThat(matrix.options()).extracting(RecoveryOption::key).containsExactly("rollback", "by-hand");
            assertThat(matrix.options().getFirst()).satisfies(option -> {
                assertThat(option.title()).isEqualTo("Go back to SQLite");
                assertThat(option.possible()).isTrue();
                assertThat(option.writesAtRisk()).isEqualTo(0);
            });

            Cutover done = team.work(id, cutover -> cutover.status().terminal());
            assertThat(done.status()).isEqualTo(Status.COMPLETED);
            assertThat(LiveSite.ROOT.resolve("cutovers").resolve(id).resolve("snapshot")).as("the backup is kept")
                    .isNotEmptyDirectory();
            assertEveryWriteIsOnce(postgres.connect(), writer.stop());
            assertThat(namesIn(DriverManager.getConnection("jdbc:sqlite:" + sqlite),
                    "SELECT name FROM sqlite_schema WHERE name LIKE '%ferryman%'")).isEmpty();
            assertThat(postgres.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
            assertThat(postgres.scalar("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")).isEqualTo("0");
        }

        @Test
        void going_back_after_the_switch_keeps_what_was_written_to_postgresql() throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
            int atTheSwitch = writer.count();
            await().until(() -> writer.count() > atTheSwitch + 100);

            team.order(id, "operator", command -> cutovers.rollback(command, "too slow"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            assertThat(application.onPostgres()).isFalse();
            assertThat(cutovers.view(OPERATOR, id).handovers()).extracting(HandoverView::direction).containsExactly(
                    ReplicationView.Direction.FORWARD, ReplicationView.Direction.BACK);
            int back = writer.count();
            await().until(() -> writer.count() > back + 20);
            assertEveryWriteIsOnce(DriverManager.getConnection("jdbc:sqlite:" + sqlite), writer.stop());
            assertThat(namesIn(DriverManager.getConnection("jdbc:sqlite:" + sqlite),
                    "SELECT name FROM sqlite_schema WHERE name LIKE '%ferryman%'")).isEmpty();
        }

        @Test
        void going_back_before_the_switch_leaves_no_trace_on_either_side() throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.phase() == Phase.VERIFY
                    && !cutover.gate(Phase.VERIFY).orElseThrow().signOffs().isEmpty());

            assertThat(cutovers.decisionMatrix(id).options().getFirst()).satisfies(option -> {
                assertThat(option.title()).isEqualTo("Stay on SQLite and remove what was made in PostgreSQL");
                assertThat(option.writesAtRisk()).isEqualTo(0);
            });
            team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            assertEveryWriteIsOnce(DriverManager.getConnection("jdbc:sqlite:" + sqlite), writer.stop());
            assertThat(namesIn(DriverManager.getConnection("jdbc:sqlite:" + sqlite),
                    "SELECT name FROM sqlite_schema WHERE name LIKE '%ferryman%'")).isEmpty();
            assertThat(postgres.scalar("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'ferryman')"))
                    .isEqualTo("0");
        }

        @Test
        void a_changed_table_keeps_the_switch_from_beginning_and_says_so_before_anybody_tries() throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.READY);
            team.watch(id,
                    _ -> cutovers.view(OPERATOR, id).replication().filter(ReplicationView::ready).isPresent());
            onSqlite("ALTER TABLE employees ADD COLUMN phone TEXT");

            await().until(() -> !cutovers.view(OPERATOR, id).replication().orElseThrow().ready());
            team.order(id, "devops-lead", command -> cutovers.run(command, "switch"));
            Cutover refused = team.watch(id,
                    cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.FAILED);

            assertThat(refused.step("switch").orElseThrow().lastAttempt().orElseThrow().what()).contains("employees");
            int before = writer.count();
            await().until(() -> writer.count() > before + 20);
            assertThat(application.onPostgres()).isFalse();
            team.order(id, "operator", command -> cutovers.rollback(command, "the schema has changed"));
            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
            assertEveryWriteIsOnce(DriverManager.getConnection("jdbc:sqlite:" + sqlite), writer.stop());
        }

        @Test
        void an_application_that_cannot_be_told_is_told_by_a_retry_and_no_write_is_lost_meanwhile() throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.READY);
            application.deaf(true);

            team.order(id, "devops-lead", command -> cutovers.run(command, "switch"));
            Cutover stopped = team.watch(id,
                    cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.FAILED);
            assertThat(stopped.step("switch").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("Writes belong to PostgreSQL now, but the application was not taken along");
            application.deaf(false);
            team.order(id, "devops-lead", command -> cutovers.retry(command, "switch"));
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);

            assertThat(application.onPostgres()).isTrue();
            assertEveryWriteIsOnce(postgres.connect(), writer.stop());
        }

        @Test
        void without_postgresql_a_person_decides_and_is_told_up_to_when_writes_came_back() throws Exception {
            String id = cutovers.create(OPERATOR, draft()).id();
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
            await().until(() -> following(id, ReplicationView.Direction.BACK).rows() > 20);
            List<String> written = writer.stop();
            await().until(() -> following(id, ReplicationView.Direction.BACK).backlog() == 0
                    && following(id, ReplicationView.Direction.BACK).unproved() == 0);
            gone(true);
            await().untilAsserted(() -> assertThat(cutovers.view(OPERATOR, id).replication().orElseThrow().state())
                    .isEqualTo(ReplicationView.State.STOPPED));
            assertThat(cutovers.view(OPERATOR, id).rollbackPreview().risky()).isTrue();
            DecisionMatrix matrix = cutovers.decisionMatrix(id);
            assertThat(matrix.situation()).anyMatch(found -> found.startsWith("PostgreSQL does not answer"))
                    .anyMatch(found -> found.startsWith("Following has stopped"));
            assertThat(matrix.options().getFirst()).satisfies(option -> {
                assertThat(option.key()).isEqualTo("rollback");
                assertThat(option.writesAtRisk()).as("nobody can count them").isNull();
                assertThat(option.losses()).contains("It has everything up to");
            });

            team.order(id, "operator", command -> cutovers.rollback(command, "PostgreSQL is gone"));
            Cutover stopped = team.watch(id,
                    cutover -> cutover.step("switch-back").orElseThrow().status() == StepStatus.FAILED);
            assertThat(stopped.step("switch-back").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("What was written to PostgreSQL up to");
            team.order(id, "tech-lead", command -> cutovers.skip(command, "switch-back", "The server burnt down"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            assertThat(done.step("give-back").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("Lost is what was written to PostgreSQL after");
            gone(false);
            assertEveryWriteIsOnce(DriverManager.getConnection("jdbc:sqlite:" + sqlite), written);
        }

        private void gone(boolean now) throws SQLException {
            try (Connection connection = DriverManager.getConnection(
                    TestPostgres.newest().freshDatabase().jdbcUrl());
                    var statement = connection.createStatement()) {
                statement.execute("ALTER DATABASE \"" + postgres.name() + "\" ALLOW_CONNECTIONS " + !now);
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + postgres.name() + "'");
            }
        }

        private ReplicationView following(String id, ReplicationView.Direction direction) {
            return await().until(() -> cutovers.view(OPERATOR, id).replication()
                    .filter(view -> view.direction() == direction
                            && view.state() == ReplicationView.State.FOLLOWING && !view.guardrails().isEmpty()),
                    java.util.Optional::isPresent).orElseThrow();
        }

        private static void assertEveryWriteIsOnce(Connection live, List<String> acknowledged) throws SQLException {
            assertThat(acknowledged).isNotEmpty();
            assertThat(namesIn(live, "SELECT name FROM employees WHERE name LIKE 'Hired %'"))
                    .containsExactlyInAnyOrderElementsOf(acknowledged);
        }

        private static List<String> namesIn(Connection connection, String sql) throws SQLException {
            List<String> names = new ArrayList<>();
            try (connection; var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        }

        private void onSqlite(String sql) throws SQLException {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 5000");
                statement.execute(sql);
            }
        }

        private CutoverDraft draft() {
            Map<String, String> parameters = new HashMap<>();
            parameters.put("hook-token", "file:" + directory.resolve("token"));
            parameters.put("switch-file", environmentFile.toString());
            parameters.put("switch-value", postgres.jdbcUrl().replace(TestPostgres.PASSWORD,
                    "{secret:file:" + directory.resolve("password") + "}"));
            parameters.put("reload-url", application.address("/reload"));
            parameters.put("health-url", application.address("/health"));
            parameters.put("count-field", "employees");
            parameters.put("count-least", "100");
            parameters.put("soak", "2s");
            parameters.put("probe-every", "1s");
            return new CutoverDraft("Leave desk, live", "live", sqlite.toString(),
                    new TargetDraft(postgres.urlWithoutPassword(), "file:" + directory.resolve("password"), null,
                            "public"),
                    SchemaMode.CREATE, parameters);
        }

        private static Path work() {
            try {
                return Files.createTempDirectory(Files.createDirectories(Path.of("target", "moves")), "live")
                        .toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before each test.
        private static <T> T unset() {
            return null;
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
