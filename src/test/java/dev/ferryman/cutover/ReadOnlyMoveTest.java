package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ferryman.access.Users;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The bundled template from creation to its end, on a real SQLite file, a real PostgreSQL and a live application. */
class ReadOnlyMoveTest {
    private static final Actor OPERATOR = Team.the("operator");

    abstract static class Contract {
        private static final Path WORK = work();

        @Autowired
        private CutoverService cutovers;
        @Autowired
        private Users users;
        @Autowired
        private JdbcTemplate store;
        @Autowired
        private DataSource storeSource;

        private final TestPostgres.Database postgres = TestPostgres.newest().freshDatabase();
        private Path directory = WORK;
        private Path sqlite = WORK;
        private Path environmentFile = WORK;
        private TinyApplication application = closed();
        private Team team = unset();

        @DynamicPropertySource
        static void settings(DynamicPropertyRegistry registry) {
            registry.add("ferryman.source-roots", WORK::toString);
            registry.add("ferryman.traffic.environment-roots", WORK::toString);
            registry.add("ferryman.secrets.roots", WORK::toString);
            registry.add("ferryman.work-directory", () -> WORK.resolve("cutovers").toString());
            registry.add("FERRYMAN_SECRET_KEY", () -> "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        }

        @BeforeEach
        void begin() throws Exception {
            directory = Files.createTempDirectory(WORK, "run");
            sqlite = directory.resolve("leave.db");
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute(
                        "CREATE TABLE employees (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hired DATE)");
                statement.execute("CREATE TABLE requests (id INTEGER PRIMARY KEY, employee INTEGER NOT NULL REFERENCES"
                        + " employees(id), days REAL NOT NULL, note TEXT)");
                statement.execute("CREATE INDEX requests_employee ON requests(employee)");
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
                        + " INSERT INTO employees (name, hired) SELECT 'Person ' || i, '2024-01-15' FROM n");
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                        + " INSERT INTO requests (employee, days, note) SELECT i % 500 + 1, i / 2.0, 'Nr ' || i FROM n");
            }
            environmentFile = directory.resolve("app.env");
            Files.writeString(environmentFile, "# the tiny application\nDATABASE_URL=jdbc:sqlite:" + sqlite + "\n");
            Files.writeString(directory.resolve("token"), TinyApplication.TOKEN + "\n");
            Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
            application = new TinyApplication(environmentFile);
            team = new Team(cutovers, users);
        }

        @AfterEach
        void end() {
            application.close();
            postgres.close();
        }

        @Test
        void goes_from_the_checklist_to_completed_with_every_value_equal_and_nothing_secret_anywhere()
                throws Exception {
            CutoverPreview preview = cutovers.preview(OPERATOR, draft(sealed()));
            assertThat(preview.problems()).isEmpty();
            assertThat(Objects.requireNonNull(preview.plan()).tables()).hasSize(2);
            assertThat(Objects.requireNonNull(preview.estimate()).rows()).isEqualTo(2500);

            String id = cutovers.create(OPERATOR, draft(sealed())).id();
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.COMPLETED);
            CutoverView view = cutovers.view(OPERATOR, id);
            assertThat(view.verification()).hasValueSatisfying(verification -> {
                assertThat(verification.equal()).isTrue();
                assertThat(verification.rows()).isEqualTo(2500);
            });
            assertThat(view.tables()).hasSize(2)
                    .allMatch(table -> table.state() == TableProgress.State.VERIFIED);
            assertThat(view.timing().readOnly()).isNotNull();
            assertThat(view.connections().password()).isEqualTo("kept encrypted");
            assertThat(view.monitors()).isNotEmpty()
                    .allMatch(monitor -> monitor.state() == MonitorView.State.PASSED);
            assertThat(application.onPostgres()).isTrue();
            assertThat(application.readOnly()).isFalse();
            application.hire("After the move");
            assertThat(postgres.scalar("SELECT max(id) FROM employees")).isEqualTo("501");
            assertThat(postgres.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
            assertThat(new EventChain(storeSource).verifyAll()).allMatch(report -> report.whole());
            assertThat(everythingStored()).doesNotContain(TestPostgres.PASSWORD).doesNotContain(TinyApplication.TOKEN);
        }

        @Test
        void what_does_not_fit_is_chosen_voids_what_was_signed_and_ends_in_quarantine() throws Exception {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute(
                        "INSERT INTO requests (id, employee, days, note) VALUES (9001, 1, 'half a day', 'odd')");
                statement.execute("INSERT INTO requests (id, employee, days, note) VALUES (9002, 7777, 1, 'orphan')");
            }
            String id = cutovers.create(OPERATOR, draft(sealed())).id();
            team.work(id, cutover -> cutover.gate(cutover.phase()).filter(gate -> !gate.signOffs().isEmpty())
                    .isPresent());
            Plan before = cutovers.view(OPERATOR, id).plan().orElseThrow().plan();
            assertThat(before.decisions()).extracting(Decision::place, Decision::chosen).containsExactlyInAnyOrder(
                    tuple("requests.days", Choice.WIDEN),
                    tuple("requests (employee) REFERENCES employees (id)", Choice.WIDEN));
            List<PlanChoice> quarantine = before.decisions().stream().map(decision -> new PlanChoice(decision.kind(),
                    decision.table(), decision.column(), decision.subject(), Choice.QUARANTINE)).toList();

            assertThat(cutovers.mayChoose(Team.the("viewer"), id).allowed()).isFalse();
            assertThatThrownBy(() -> team.order(id, "viewer", command -> cutovers.choose(command, quarantine)))
                    .isInstanceOf(NotAllowedException.class);
            assertThatThrownBy(() -> cutovers.choose(new Command(id, 1, Team.the("dba")), quarantine))
                    .isInstanceOf(StaleVersionException.class);
            assertThat(cutovers.view(OPERATOR, id).plan().orElseThrow().plan()).isEqualTo(before);
            Cutover chosen = team.order(id, "dba", command -> cutovers.choose(command, quarantine));
            assertThat(chosen.gate(chosen.phase()).orElseThrow().signOffs()).isEmpty();
            assertThat(chosen.plan().orElseThrow().planHash())
                    .isEqualTo(cutovers.view(OPERATOR, id).plan().orElseThrow().hash());
            assertThat(cutovers.planFile(id)).contains("values: quarantine");
            assertThatThrownBy(
                    () -> team.order(id, "dba", command -> cutovers.usePlanFile(command, "version: 1\nx: 1\n")))
                    .isInstanceOf(BadInputException.class).hasMessageStartingWith("plan.yaml:2:1:");

            team.work(id, cutover -> cutover.step("quarantine").orElseThrow().status() == StepStatus.FAILED);
            QuarantineView held = cutovers.quarantine(id, 0);
            assertThat(team.now(id).step("quarantine").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("2 rows are in quarantine", "requests.days, 1 row",
                            held.shortDigest());
            assertThat(held.shown()).extracting(QuarantineView.Row::key, QuarantineView.Row::values)
                    .containsExactlyInAnyOrder(
                            tuple("id = 9001", "days: {\"text\": \"half a day\"}"),
                            tuple("id = 9002", "employee: {\"integer\": \"7777\"}"));
            var lines = new StringBuilder();
            cutovers.writeQuarantine(id, lines);
            assertThat(lines.toString().lines()).hasSize(2).allMatch(line -> line.contains("\"table\" : \"requests\""));
            assertThatThrownBy(
                    () -> team.order(id, "operator", command -> cutovers.skip(command, "quarantine", "fine")))
                    .hasMessageContaining("DBA");
            team.order(id, "dba", command -> cutovers.skip(command, "quarantine", "Two rows nobody needs"));

            Cutover done = team.work(id, cutover -> cutover.status().terminal());
            assertThat(done.status()).isEqualTo(Status.COMPLETED);
            assertThat(cutovers.mayChoose(Team.the("dba"), id).allowed()).isFalse();
            assertThat(cutovers.view(OPERATOR, id).verification()).hasValueSatisfying(verification -> assertThat(
                    verification.tables()).extracting(TableResult::table, TableResult::sourceRows,
                            TableResult::quarantined, TableResult::differences)
                    .contains(
                            tuple("requests", 2000L, 2L, 0L)));
            assertThat(postgres.scalar("SELECT string_agg(row_key || ' ' || rule, ', ' ORDER BY row_key)"
                    + " FROM ferryman.quarantine")).isEqualTo("id = 9001 values, id = 9002 orphans");
        }

        @Test
        void goes_back_to_sqlite_after_the_switch_and_lists_exactly_what_is_lost() throws Exception {
            String before = Files.readString(environmentFile);
            String id = cutovers.create(OPERATOR, draft(reference())).id();
            team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
            application.hire("Lost One");
            application.hire("Lost Two");
            RollbackPreview preview = cutovers.view(OPERATOR, id).rollbackPreview();
            assertThat(preview.risky()).isTrue();
            assertThat(preview.steps()).contains("List what was written since the switch");

            team.order(id, "operator", command -> cutovers.rollback(command, "too slow"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            VerificationView losses = cutovers.verifications(id).getLast();
            assertThat(losses.kind()).isEqualTo(VerificationView.Kind.LOSSES);
            assertThat(losses.differences()).isEqualTo(2);
            assertThat(losses.shown()).hasSize(2).allMatch(row -> row.table().equals("employees"))
                    .allMatch(row -> row.kind().equals("extra"));
            StringBuilder csv = new StringBuilder();
            cutovers.writeDifferences(id, losses.id(), csv);
            assertThat(csv.toString()).contains("Lost One").contains("Lost Two");
            assertThat(Files.readString(environmentFile)).isEqualTo(before);
            assertThat(application.onPostgres()).isFalse();
            assertThat(application.readOnly()).isFalse();
            assertThat(postgres.scalar("SELECT count(*) FROM employees")).as("the target is kept").isEqualTo("502");
        }

        @Test
        void stops_before_the_switch_when_something_wrote_after_the_snapshot_and_goes_back_without_a_trace()
                throws Exception {
            String id = cutovers.create(OPERATOR, draft(reference())).id();
            team.work(id, cutover -> cutover.phase() == Phase.VERIFY
                    && cutover.gate(Phase.VERIFY).orElseThrow().signOffs().size() == 1);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute("UPDATE requests SET note = 'written late' WHERE id = 7");
            }

            team.order(id, "qa-lead", command -> cutovers.sign(command, "verified", "qa-lead", ""));
            Cutover stopped = team.watch(id, cutover -> cutover.step("unchanged").orElseThrow()
                    .status() == StepStatus.FAILED);
            assertThat(stopped.step("unchanged").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("wrote to SQLite after the snapshot").contains("requests (1 with other values)");
            assertThat(cutovers.view(OPERATOR, id).rollbackPreview().risky()).isFalse();

            team.order(id, "operator", command -> cutovers.rollback(command, "a job was still running"));
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.ROLLED_BACK);
            assertThat(postgres.scalar("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'ferryman')"))
                    .isEqualTo("0");
            assertThat(application.readOnly()).isFalse();
            application.hire("Goes on");
        }

        @Test
        void a_plan_that_changed_since_it_was_signed_is_not_carried_out_and_says_what_is_different() throws Exception {
            String id = cutovers.create(OPERATOR, draft(reference())).id();
            String accepted = team.work(id, cutover -> cutover.phase() == Phase.MIGRATE).plan().orElseThrow()
                    .planHash();
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute("ALTER TABLE employees ADD COLUMN phone TEXT");
            }

            team.order(id, "operator", command -> cutovers.run(command, "read-only"));
            Cutover stopped = team.watch(id, cutover -> cutover.step("plan-again").orElseThrow()
                    .status() == StepStatus.FAILED);
            assertThat(stopped.step("plan-again").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("no longer the one that was accepted").contains("employees.phone");
            assertThat(stopped.plan().orElseThrow().planHash()).isEqualTo(accepted);
            assertThat(cutovers.view(OPERATOR, id).plan().orElseThrow().hash()).isEqualTo(accepted);

            team.order(id, "dba", command -> cutovers.rollback(command, "enough seen"));
            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        }

        @Test
        void a_breach_after_the_switch_fails_the_watch_and_rolls_nothing_back_by_itself() {
            Map<String, String> parameters = new HashMap<>(draft(reference()).parameters());
            parameters.put("soak", "10m");
            parameters.put("breach-for", "1s");
            CutoverDraft draft = draft(reference());
            String id = cutovers.create(OPERATOR, new CutoverDraft(draft.name(), draft.template(), draft.source(),
                    draft.target(), draft.schemaMode(), parameters)).id();
            team.work(id, cutover -> cutover.step("soak").orElseThrow().status() == StepStatus.RUNNING
                    && !cutovers.view(OPERATOR, id).monitors().isEmpty()
                    && cutovers.view(OPERATOR, id).monitors().getLast().step().equals("soak"));

            application.ill(true);
            Cutover failed = team.watch(id,
                    cutover -> cutover.step("soak").orElseThrow().status() == StepStatus.FAILED);

            assertThat(failed.status()).isEqualTo(Status.ACTIVE);
            assertThat(failed.step("soak").orElseThrow().lastAttempt().orElseThrow().what()).contains("answered 503");
            assertThat(cutovers.view(OPERATOR, id).monitors().getLast().state()).isEqualTo(MonitorView.State.FAILED);
            application.ill(false);
            team.order(id, "operator", command -> cutovers.rollback(command, "unwell"));
            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        }

        @Test
        void fills_a_schema_that_the_application_has_made_and_is_switched_by_hand() {
            postgres.execute("CREATE TABLE employees (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
                    + " name varchar(100) NOT NULL, hired date);"
                    + " CREATE TABLE requests (id bigint PRIMARY KEY, employee bigint NOT NULL REFERENCES employees(id),"
                    + " days double precision NOT NULL, note text); CREATE INDEX requests_employee ON requests(employee)");
            String id = cutovers
                    .create(OPERATOR, new CutoverDraft("By hand", "stop-and-copy-by-hand", sqlite.toString(),
                            reference(), SchemaMode.EXISTING,
                            Map.of("instructions-read-only", "Ask Dora.", "instructions-switch", "Ask Dora.",
                                    "health-url",
                                    application.address("/health"), "soak", "1s", "probe-every", "1s")))
                    .id();
            team.work(id, cutover -> cutover.step("read-only").orElseThrow().status() == StepStatus.READY);
            application.readOnly(true);
            team.work(id, cutover -> cutover.step("pointed").orElseThrow().status() == StepStatus.READY);
            application.pointAt(postgres.jdbcUrl());
            team.work(id, cutover -> cutover.step("writable").orElseThrow().status() == StepStatus.READY);
            application.readOnly(false);

            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);
            assertThat(cutovers.view(OPERATOR, id).verification()).hasValueSatisfying(
                    verification -> assertThat(verification.equal()).as(verification.summary()).isTrue());
            application.hire("The next one");
            assertThat(postgres.scalar("SELECT max(id) FROM employees")).isEqualTo("501");
        }

        @Test
        void databases_belong_to_one_running_cutover_at_a_time() {
            String id = cutovers.create(OPERATOR, draft(reference())).id();

            assertThatThrownBy(() -> cutovers.create(OPERATOR, draft(reference())))
                    .isInstanceOfSatisfying(CutoverRefusedException.class,
                            refused -> assertThat(refused.problems()).extracting(Problem::field).containsExactly(
                                    "source",
                                    "target.url"));
            team.order(id, "operator", command -> cutovers.abort(command, "not today"));
            assertThat(cutovers.create(OPERATOR, draft(reference())).id()).isNotEqualTo(id);
        }

        @Test
        void bad_input_is_told_where_it_was_typed_and_nothing_is_created() throws Exception {
            Path text = Files.writeString(directory.resolve("notes.txt"),
                    "no database at all, but long enough ".repeat(9));
            int cutoversBefore = cutovers.list().size();
            assertThat(problem(with(draft(reference()), "source", text.toString()), "source")).contains("database");
            assertThat(problem(with(draft(reference()), "source", directory.toString()), "source")).isNotEmpty();
            assertThat(problem(with(draft(reference()), "source", directory.resolve("none.db").toString()), "source"))
                    .contains("does not exist");
            assertThat(problem(with(draft(reference()), "source", "/etc/passwd"), "source")).contains("outside");
            assertThat(problem(with(draft(reference()), "template", "none"), "template"))
                    .contains("no usable template");
            assertThat(problem(with(draft(reference()), "name", ""), "name")).isNotEmpty();
            assertThat(problem(target("postgresql://postgres@127.0.0.1:1/x", "", null), "target.url"))
                    .doesNotContain(TestPostgres.PASSWORD);
            assertThat(problem(target(postgres.urlWithoutPassword(), "", Secret.of("wrong-password")), "target.url"))
                    .contains("password").doesNotContain("wrong-password");
            assertThat(problem(target(postgres.url(), "", null), "target.url")).contains("contains a password")
                    .doesNotContain(TestPostgres.PASSWORD);
            assertThat(
                    problem(target(postgres.urlWithoutPassword(), "env:FERRYMAN_SECRET_KEY", null), "target.password"))
                    .contains("own settings");
            assertThat(problem(target(postgres.urlWithoutPassword(), "hunter2", null), "target.password"))
                    .doesNotContain("hunter2");
            CutoverDraft draft = draft(reference());
            Map<String, String> parameters = new HashMap<>(draft.parameters());
            parameters.remove("health-url");
            assertThat(cutovers.preview(OPERATOR, new CutoverDraft(draft.name(), draft.template(), draft.source(),
                    draft.target(), draft.schemaMode(), parameters)).problems()).extracting(Problem::field)
                    .anyMatch(field -> field.contains("health-url"));
            parameters.putAll(draft.parameters());
            parameters.put("switch-file", "/etc/environment");
            assertThat(problem(new CutoverDraft(draft.name(), draft.template(), draft.source(), draft.target(),
                    draft.schemaMode(), parameters), "steps.switch")).contains("outside the directories");
            postgres.execute("CREATE TABLE employees (id int)");
            assertThat(problem(draft(reference()), "target.url")).contains("not empty").contains("employees");
            assertThatThrownBy(() -> cutovers.preview(Team.the("viewer"), draft(reference())))
                    .isInstanceOf(NotAllowedException.class);
            assertThat(cutovers.list()).hasSize(cutoversBefore);
        }

        private String problem(CutoverDraft draft, String field) {
            CutoverPreview preview = cutovers.preview(OPERATOR, draft);
            assertThat(preview.possible()).isFalse();
            assertThat(preview.of(field)).as(preview.problems().toString()).hasSize(1)
                    .allMatch(problem -> !problem.next().isBlank());
            return preview.of(field).getFirst().what();
        }

        private CutoverDraft target(String url, String reference, @org.jspecify.annotations.Nullable Secret password) {
            return draft(new TargetDraft(url, reference, password, "public"));
        }

        private static CutoverDraft with(CutoverDraft draft, String field, String value) {
            return new CutoverDraft(field.equals("name") ? value : draft.name(),
                    field.equals("template") ? value : draft.template(),
                    field.equals("source") ? value : draft.source(),
                    draft.target(), draft.schemaMode(), draft.parameters());
        }

        private TargetDraft sealed() {
            return new TargetDraft(postgres.urlWithoutPassword(), "", Secret.of(TestPostgres.PASSWORD), "public");
        }

        private TargetDraft reference() {
            return new TargetDraft(postgres.urlWithoutPassword(), "file:" + directory.resolve("password"), null,
                    "public");
        }

        private CutoverDraft draft(TargetDraft target) {
            Map<String, String> parameters = new HashMap<>();
            parameters.put("maintenance-url", application.address("/maintenance"));
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
            return new CutoverDraft("Leave desk", "stop-and-copy", sqlite.toString(), target, SchemaMode.CREATE,
                    parameters);
        }

        private String everythingStored() throws Exception {
            List<String> tables = new ArrayList<>();
            try (Connection connection = storeSource.getConnection();
                    var found = connection.getMetaData().getTables(null, null, "%", new String[]{"TABLE"})) {
                while (found.next()) {
                    tables.add(found.getString("TABLE_NAME"));
                }
            }
            StringBuilder all = new StringBuilder();
            tables.stream().filter(table -> !table.startsWith("sqlite_") && !table.startsWith("pg_"))
                    .forEach(table -> store.queryForList("SELECT * FROM " + table).forEach(row -> row.values()
                            .forEach(value -> all
                                    .append(value instanceof byte[] bytes
                                            ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                                            : value)
                                    .append('\n'))));
            return all.toString();
        }

        private static Path work() {
            try {
                return Files.createTempDirectory(Files.createDirectories(Path.of("target", "moves")), "work")
                        .toRealPath();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @SuppressWarnings("NullAway") // Set before each test.
        private static TinyApplication closed() {
            return null;
        }

        @SuppressWarnings("NullAway") // Set before each test.
        private static Team unset() {
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
