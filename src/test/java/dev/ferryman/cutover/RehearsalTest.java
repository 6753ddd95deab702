package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Rehearsals of the bundled templates, beside an application that knows nothing of it. */
@StateStores.OnSqlite
class RehearsalTest {
    private static final Actor OPERATOR = Team.the("operator");

    private static final Path WORK = work();

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Reports reports;
    @Autowired
    private Users users;

    private final TestPostgres.Database staging = TestPostgres.newest().freshDatabase();
    private final TestPostgres.Database production = TestPostgres.newest().freshDatabase();
    private Path directory = WORK;
    private Path sqlite = WORK;
    private Path environmentFile = WORK;
    private TinyApplication application = unset();
    private BusyWriter writer = unset();
    private Team team = unset();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> demanding().toString());
    }

    @BeforeEach
    void begin() throws Exception {
        directory = Files.createTempDirectory(WORK, "run");
        sqlite = directory.resolve("leave.db");
        onSqlite("PRAGMA journal_mode = WAL");
        onSqlite("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hired DATE)");
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
        staging.close();
        production.close();
    }

    @Test
    void a_rehearsal_goes_to_its_end_on_a_copy_while_the_application_works_on_and_its_times_are_the_next_estimates()
            throws Exception {
        String before = source();
        String id = cutovers.create(OPERATOR, draft("live", staging, true)).id();
        CutoverView real = cutovers.view(OPERATOR,
                cutovers.create(OPERATOR, draft("live", production, false)).id());
        assertThat(real.timing().measured()).as("nothing is measured yet").isNull();
        team.work(id, cutover -> cutover.step("switch").orElseThrow().status() == StepStatus.READY
                && cutovers.view(OPERATOR, id).replication().orElseThrow().ready());
        int atTheSwitch = writer.count();
        Cutover done = team.work(id, cutover -> cutover.status().terminal());

        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(done.rehearsal()).isTrue();
        await().until(() -> writer.count() > atTheSwitch + 20);
        assertUntouched(before);
        assertThat(what(done, "healthy")).isEqualTo("Rehearsal: not done. It would ask GET "
                + application.address("/health") + " until it answers as it should.");
        assertThat(what(done, "soak")).isEqualTo("Rehearsal: not done. It would watch GET "
                + application.address("/health") + " until it went well for 24 h 0 min.");
        assertThat(what(done, "switch")).contains("Writes belong to PostgreSQL since",
                "Rehearsal: the application is not taken along. It would set DATABASE_URL in " + environmentFile
                        + ", and call POST " + application.address("/reload") + ".");
        assertThat(copied()).as("the copy as of when it was taken").isBetween(2000L, 2000L + atTheSwitch);

        CutoverView next = cutovers.view(OPERATOR, real.cutover().id());
        Rehearsal measured = Objects.requireNonNull(next.timing().measured());
        assertThat(measured.cutoverId()).isEqualTo(id);
        for (String step : List.of("snapshot", "backfill", "verify", "switch", "tidy")) {
            assertThat(step(next, step).measured()).as(step).isEqualTo(measured);
            assertThat(step(next, step).planned()).as(step).isEqualTo(took(done, step));
        }
        for (String step : List.of("healthy", "on-target", "soak", "tests-green", "both-clean")) {
            assertThat(step(next, step).measured()).as(step).isNull();
        }
        assertThat(step(next, "soak").planned()).isEqualTo(Duration.ofHours(24));
        assertThat(next.rollbackPreview().measured()).isNull();
        try (var third = TestPostgres.newest().freshDatabase()) {
            Estimate estimate = Objects
                    .requireNonNull(cutovers.preview(OPERATOR, draft("live", third, false)).estimate());
            assertThat(estimate.copy()).isEqualTo(took(done, "backfill"));
            assertThat(estimate.measured()).isEqualTo(measured);
        }
        assertThat(reports.markdown(reports.of(OPERATOR, id)))
                .startsWith("# Rehearsal report: Leave desk")
                .contains("Completed at", "A rehearsal: the application was not touched");
        assertThat(reports.markdown(reports.of(OPERATOR, real.cutover().id())))
                .contains("measured in the rehearsal ‘Leave desk, live, rehearsal’");
    }

    @Test
    void a_rehearsed_way_back_after_the_switch_needs_nothing_of_production_any_more() throws Exception {
        writer.stop();
        String before = source();
        String id = cutovers.create(OPERATOR, draft("live", staging, true)).id();
        team.work(id, cutover -> cutover.step("source").orElseThrow().status() == StepStatus.PASSED);
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        move(directory, elsewhere);
        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);

        team.order(id, "operator", command -> cutovers.rollback(command, "rehearsed as well"));
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        move(elsewhere, directory);

        assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
        assertUntouched(before);
        assertThat(what(done, "switch-back")).contains("Writes belong to SQLite since",
                "It would put the previous content back into " + environmentFile + ", and call POST");
        assertThat(what(done, "back-on-source")).startsWith("Rehearsal: not done. It would ask GET");
        CutoverView real = cutovers.view(OPERATOR,
                cutovers.create(OPERATOR, draft("live", production, false)).id());
        assertThat(real.timing().measured()).as("it was not completed").isNull();
        assertThat(step(real, "backfill").planned()).isEqualTo(Duration.ofMinutes(2));
        RollbackPreview afterwards = cutovers.view(OPERATOR, id).rollbackPreview();
        assertThat(afterwards.measured()).as("a rehearsal goes by its template").isNull();
        CutoverView switched = cutovers.view(OPERATOR, switched(real.cutover().id()));
        assertThat(Objects.requireNonNull(switched.rollbackPreview().measured()).cutoverId()).isEqualTo(id);
        assertThat(step(switched, "switch-back").planned()).isEqualTo(took(done, "switch-back"));
        assertThat(step(switched, "back-on-source").planned()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void a_rehearsal_of_a_read_only_move_keeps_nobody_from_writing() throws Exception {
        String before = source();
        String id = cutovers.create(OPERATOR, draft("stop-and-copy", staging, true)).id();
        Cutover done = team.work(id, cutover -> cutover.status().terminal());

        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertUntouched(before);
        assertThat(done.steps().stream().filter(step -> step.definition().kind() != StepKind.MANUAL)
                .filter(step -> !step.lastAttempt().map(Attempt::carriedOut).orElse(true))
                .map(step -> step.definition().uses()).distinct())
                .containsExactlyInAnyOrder("monitor.http", "app.maintenance", "traffic.switch", "hook.http");
        assertThat(done.steps().stream().map(Step::lastAttempt).flatMap(Optional::stream).map(Attempt::what))
                .anyMatch(what -> what.startsWith(
                        "Rehearsal: not done. It would keep the application from writing: call POST "));
    }

    @Test
    void a_rehearsal_takes_its_target_for_itself_and_leaves_the_source_to_the_real_thing() {
        cutovers.create(OPERATOR, draft("live", staging, true));

        assertThatThrownBy(() -> cutovers.create(OPERATOR, draft("live", staging, false)))
                .isInstanceOf(CutoverRefusedException.class).hasMessageContaining("target");
        String real = cutovers.create(OPERATOR, draft("live", production, false)).id();
        try (var third = TestPostgres.newest().freshDatabase()) {
            CutoverPreview another = cutovers.preview(OPERATOR, draft("live", third, true));
            assertThat(another.possible()).isTrue();
            assertThat(another.plan()).as("the source is not read for it").isNull();
            assertThat(another.of(CutoverPreview.PLAN_LATER)).isNotEmpty();
        }
        assertThat(cutovers.view(OPERATOR, real).connections().copied()).isNull();
    }

    @Test
    void a_source_that_is_captured_already_is_rehearsed_on_as_if_it_were_not() throws Exception {
        String real = cutovers.create(OPERATOR, draft("live", production, false)).id();
        team.work(real, cutover -> cutover.step("capture").orElseThrow().status() == StepStatus.PASSED);
        String captured = source();
        assertThat(captured).contains("_ferryman");
        String id = cutovers.create(OPERATOR, draft("live", staging, true)).id();

        Cutover rehearsed = team.work(id,
                cutover -> cutover.step("follow").orElseThrow().status() == StepStatus.PASSED);

        assertThat(rehearsed.step("verify").orElseThrow().status()).isEqualTo(StepStatus.PASSED);
        assertThat(staging.scalar("SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo("employees");
        assertThat(source()).isEqualTo(captured);
    }

    @Test
    void a_gate_that_demands_a_rehearsal_says_so_until_there_is_one() throws Exception {
        String real = cutovers.create(OPERATOR, draft("live-rehearsed", production, false)).id();
        team.work(real, cutover -> cutover.gate("go").orElseThrow().state() == Gate.State.OPEN);
        assertThat(signing(real)).isNotEmpty().allSatisfy(permission -> {
            assertThat(permission.allowed()).isFalse();
            assertThat(permission.why()).contains("completed within the last 7 days, and none was ever completed",
                    "Create a rehearsal from the template ‘Live move’ with the source " + sqlite);
        });

        String id = cutovers.create(OPERATOR, draft("live-rehearsed", staging, true)).id();
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);

        team.order(real, "tech-lead", command -> cutovers.sign(command, "go", "tech-lead", "rehearsed"));
        team.order(real, "devops-lead", command -> cutovers.sign(command, "go", "devops-lead", "rehearsed"));
        assertThat(team.now(real).phase()).isEqualTo(Phase.MIGRATE);
    }

    private List<Permission> signing(String id) {
        return cutovers.view(Team.the("tech-lead"), id).phases().stream().flatMap(phase -> phase.gate().stream())
                .filter(gate -> gate.gate().key().equals("go")).flatMap(gate -> gate.rows().stream())
                .map(SignOffRow::sign).toList();
    }

    @Test
    void a_rehearsal_whose_copy_is_gone_says_so_and_does_not_take_another() throws Exception {
        String id = cutovers.create(OPERATOR, draft("live", staging, true)).id();
        Cutover taken = team.work(id,
                cutover -> cutover.step("snapshot").orElseThrow().status() == StepStatus.PASSED);
        Path snapshot = Path.of(String.valueOf(
                taken.step("snapshot").orElseThrow().lastAttempt().orElseThrow().facts().get("path")));
        try (var files = Files.list(snapshot.resolve("../../source").normalize())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        Cutover stopped = team.watch(id, cutover -> cutover.steps().stream()
                .anyMatch(step -> step.status() == StepStatus.FAILED));

        assertThat(stopped.steps().stream().filter(step -> step.status() == StepStatus.FAILED).findFirst()
                .orElseThrow().lastAttempt().orElseThrow().what()).contains("has no copy of the source any more");
    }

    /** Takes a real cutover past its switch, where the preview of its way back is of the steps that follow it. */
    private String switched(String id) {
        application.deaf(false);
        return team.work(id, cutover -> cutover.phase() == Phase.MONITOR).id();
    }

    private void assertUntouched(String before) throws Exception {
        assertThat(application.calls()).as("calls of the application").isZero();
        assertThat(Files.readString(environmentFile)).isEqualTo("DATABASE_URL=jdbc:sqlite:" + sqlite + "\n");
        assertThat(source()).isEqualTo(before);
        List<String> acknowledged = writer.stop();
        assertThat(namesIn("SELECT name FROM employees WHERE name LIKE 'Hired %'"))
                .containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    private static String what(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().what();
    }

    private static Duration took(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().took(cutover.updatedAt());
    }

    private static StepView step(CutoverView view, String key) {
        return view.phases().stream().flatMap(phase -> phase.steps().stream())
                .filter(step -> step.step().key().equals(key)).findFirst().orElseThrow();
    }

    private long copied() throws SQLException {
        return Long.parseLong(staging.scalar("SELECT count(*) FROM employees"));
    }

    private static void move(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("leave.db")).toList()) {
                Files.move(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** Everything the source's schema holds. */
    private String source() throws SQLException {
        return String.join("\n", namesIn("SELECT type || name || coalesce(sql, '') FROM sqlite_schema"));
    }

    private List<String> namesIn(String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private void onSqlite(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private CutoverDraft draft(String template, TestPostgres.Database target, boolean rehearsal) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("hook-token", "file:" + directory.resolve("token"));
        parameters.put("switch-file", environmentFile.toString());
        parameters.put("switch-value", target.jdbcUrl().replace(TestPostgres.PASSWORD,
                "{secret:file:" + directory.resolve("password") + "}"));
        parameters.put("reload-url", application.address("/reload"));
        parameters.put("health-url", application.address("/health"));
        parameters.put("count-field", "employees");
        parameters.put("count-least", "100");
        if (template.equals("stop-and-copy")) {
            parameters.put("maintenance-url", application.address("/maintenance"));
        }
        return new CutoverDraft(rehearsal ? "Leave desk, live, rehearsal" : "Leave desk, live", template,
                sqlite.toString(), new TargetDraft(target.urlWithoutPassword(),
                        "file:" + directory.resolve("password"), null, "public"),
                SchemaMode.CREATE, parameters, rehearsal, WindowDraft.NONE);
    }

    /** A directory with the bundled live move, whose first gate demands a rehearsal. */
    private static Path demanding() {
        try (var bundled = RehearsalTest.class.getResourceAsStream("/templates-runbook/live.yaml")) {
            String text = new String(Objects.requireNonNull(bundled).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("template: live\n", "template: live-rehearsed\n")
                    .replaceFirst("(\\s+)requires-plan: true", "$1requires-plan: true$1requires-rehearsal: 7d");
            Path templates = Files.createDirectories(WORK.resolve("templates"));
            Files.writeString(templates.resolve("live-rehearsed.yaml"), text);
            return templates;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path work() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "moves")), "rehearsal")
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
