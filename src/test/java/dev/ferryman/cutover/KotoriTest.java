package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.activity.Activity;
import dev.ferryman.activity.Backend;
import dev.ferryman.activity.BackendSignal;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.LogArchive;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.RoleMissingException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.store.Instants;
import dev.ferryman.testing.AlembicProject;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The template {@code kotori}: with SQL that Ferryman applies, and with a team's own Alembic. */
@StateStores.OnSqlite
@ParameterizedClass(name = "on PostgreSQL {0}")
@ValueSource(ints = {15, 18})
class KotoriTest {
    private static final Actor DBA = Team.the("dba");
    private static final String CHANGE = """
                                         BEGIN;
                                         ALTER TABLE public.notes ADD COLUMN author text;
                                         COMMIT;
                                         CREATE INDEX CONCURRENTLY notes_author ON public.notes (author);
                                         """;
    private static final String BACK = "ALTER TABLE public.notes DROP COLUMN author;";

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users users;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private MeterRegistry meters;
    @Autowired
    private LogArchive archive;

    @Parameter
    private int major;
    private TestPostgres.Database postgres = unset();
    private Path password = LiveSite.ROOT;
    private Path change = LiveSite.ROOT;
    private Path back = LiveSite.ROOT;
    private HttpReceiver application = unset();
    private Team team = unset();

    @BeforeEach
    void begin() throws Exception {
        ClientPrograms.installed(major);
        postgres = TestPostgres.of(major).freshDatabase();
        Path directory = Files.createTempDirectory(LiveSite.ROOT, "kotori");
        password = Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        change = Files.writeString(directory.resolve("change.sql"), CHANGE);
        back = Files.writeString(directory.resolve("back.sql"), BACK);
        application = new HttpReceiver();
        team = new Team(cutovers, users);
    }

    @AfterEach
    void end() {
        application.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void people_change_the_schema_by_sql_without_downtime() {
        notes();
        String id = create(script());
        Cutover done = team.work(id, cutover -> cutover.status().terminal());

        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(what(done, "review")).contains("4 statements of change.sql reviewed", "The way back is given");
        assertThat(what(done, "apply")).contains("4 statements of change.sql applied");
        assertThat(what(done, "maintenance-on")).contains("goes on writing");
        assertThat(columns()).isEqualTo("id,body,author");
        assertThat(ours()).isEqualTo("0");
        assertThat(application.requests()).noneMatch(request -> request.path().equals("/maintenance"));
    }

    @Test
    void they_take_it_back_when_its_notes_are_gone_already() {
        notes();
        String id = create(script());
        team.work(id, cutover -> status(cutover, "tidy") == StepStatus.PASSED);
        assertThat(ours()).isEqualTo("0");
        team.order(id, "dba", command -> cutovers.rollback(command, "Reports are slow"));
        Cutover gone = team.work(id, cutover -> cutover.status().terminal());

        assertThat(gone.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(what(gone, "undo")).contains("1 statement of back.sql applied");
        assertThat(columns()).isEqualTo("id,body");
        assertThat(ours()).isEqualTo("0");
    }

    @Test
    void they_give_the_traffic_to_the_previous_application_and_leave_the_schema() {
        notes();
        String id = create(with(script(), Map.of("soak", "1h")));
        team.work(id, cutover -> status(cutover, "soak") == StepStatus.RUNNING);
        team.order(id, "devops-lead", command -> cutovers.run(command, "only-previous"));
        team.watch(id, cutover -> status(cutover, "only-previous") == StepStatus.PASSED);
        Cutover after = team.order(id, "devops-lead",
                command -> cutovers.complete(command, "only-previous-there", "revision 41 has 100 %"));
        assertThat(after.recoveries().getFirst().done()).isTrue();
        assertThat(columns()).isEqualTo("id,body,author");
        team.order(id, "dba", command -> cutovers.rollback(command, "And the schema too"));
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void no_other_sql_is_applied_than_what_was_reviewed() throws Exception {
        notes();
        String id = create(script());
        team.work(id, cutover -> status(cutover, "apply") == StepStatus.READY);
        Files.writeString(change, CHANGE + "DROP TABLE public.notes;");
        team.order(id, "dba", command -> cutovers.run(command, "apply"));
        Cutover refused = team.watch(id, cutover -> status(cutover, "apply") == StepStatus.FAILED);
        assertThat(what(refused, "apply")).contains("not what was reviewed");
        assertThat(columns()).isEqualTo("id,body");

        Files.writeString(change, CHANGE + "-- a remark is no change\n");
        team.order(id, "dba", command -> cutovers.retry(command, "apply"));
        team.watch(id, cutover -> status(cutover, "apply") == StepStatus.PASSED);
        team.order(id, "dba", command -> cutovers.rollback(command, "That was all"));
        team.work(id, cutover -> cutover.status().terminal());
        assertThat(columns()).isEqualTo("id,body");
    }

    @Test
    void what_is_above_the_accepted_risk_needs_a_dba() throws Exception {
        notes();
        Files.writeString(change, "ALTER TABLE public.notes DROP COLUMN body;");
        String id = create(script());
        Cutover unsafe = team.work(id, cutover -> status(cutover, "review") == StepStatus.FAILED);
        assertThat(what(unsafe, "review")).contains("1 above the risk ‘medium’", "Line 1 (high)");
        Cutover accepted = team.order(id, "dba",
                command -> cutovers.skip(command, "review", "Nobody has read it for a year"));
        assertThat(status(accepted, "review")).isEqualTo(StepStatus.SKIPPED);
        Cutover aborted = team.order(id, "dba", command -> cutovers.abort(command, "Unsafe all the same"));
        assertThat(aborted.status()).isEqualTo(Status.ABORTED);
    }

    @Test
    void their_own_alembic_changes_the_schema_in_a_maintenance_window() throws Exception {
        AlembicProject.on(postgres);
        String id = create(with(alembic(), Map.of("maintenance-url", application.url("/maintenance"))));
        Cutover done = team.work(id, cutover -> cutover.status().terminal());

        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(what(done, "apply")).contains("alembic-upgrade", "was aaa111 and is bbb222");
        assertThat(columns()).isEqualTo("id,body,author");
        assertThat(application.requests()).filteredOn(request -> request.path().equals("/maintenance"))
                .extracting(HttpReceiver.Request::body).containsExactly("{\"on\": true}", "{\"on\": false}");
    }

    @Test
    void their_own_alembic_takes_it_back_before_the_deployment() throws Exception {
        AlembicProject.on(postgres);
        String id = create(with(alembic(), Map.of("maintenance-url", application.url("/maintenance"))));
        team.work(id, cutover -> status(cutover, "apply") == StepStatus.READY);
        // What a process leaves that is killed while the command runs.
        jdbc.sql("INSERT INTO cutover_schema_record (cutover_id, step, kind, content, recorded_at) VALUES (?, 'apply',"
                + " 'COMMAND', '{\"command\":\"alembic-upgrade\",\"attempt\":1}', ?)")
                .params(id, Instants.text(Instant.now())).update();
        team.order(id, "dba", command -> cutovers.run(command, "apply"));
        Cutover unclear = team.watch(id, cutover -> status(cutover, "apply") == StepStatus.INCONCLUSIVE);
        assertThat(what(unclear, "apply")).contains("may still be at work", "The revision is aaa111");
        assertThat(columns()).isEqualTo("id,body");
        team.order(id, "dba", command -> cutovers.retry(command, "apply"));
        team.watch(id, cutover -> status(cutover, "apply") == StepStatus.PASSED);
        team.work(id, cutover -> status(cutover, "backend") == StepStatus.READY);
        assertThat(columns()).isEqualTo("id,body,author");
        assertThat(keptSince(id)).isNotNull();
        team.order(id, "dba", command -> cutovers.rollback(command, "Not tonight"));
        Cutover gone = team.work(id, cutover -> cutover.status().terminal());

        assertThat(gone.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(keptSince(id)).isNull();
        assertThat(what(gone, "undo")).contains("alembic-downgrade", "The revision is aaa111");
        assertThat(columns()).isEqualTo("id,body");
        assertThat(application.requests()).filteredOn(request -> request.path().equals("/maintenance"))
                .extracting(HttpReceiver.Request::body).last().isEqualTo("{\"on\": false}");
    }

    @Test
    void who_gives_up_while_the_application_does_not_answer_is_told_that_it_is_kept_from_writing() {
        notes();
        String id = create(with(script(), Map.of("maintenance-url", application.url("/maintenance"))));
        team.work(id, cutover -> status(cutover, "apply") == StepStatus.READY);
        assertThat(keptSince(id)).isNotNull();

        application.usually(HttpReceiver.status(503));
        team.order(id, "dba", command -> cutovers.rollback(command, "Not tonight"));
        team.watch(id, cutover -> status(cutover, "undo") == StepStatus.PASSED);
        Cutover ended = team.order(id, "dba", command -> cutovers.abort(command, "It does not answer"));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(keptSince(id)).as("as its page and the API say").isNotNull();
        assertThat(ended.headline()).contains("kept from writing until someone switches maintenance off");
        assertThat(listed(id).keptSince()).isEqualTo(keptSince(id));
        assertThat(seconds(id)).as("alerts go on after the end").isPositive();
        assertThat(archive.needed(id)).hasValueSatisfying(why -> assertThat(why).contains("kept from writing"));

        team.order(id, "dba", command -> cutovers.confirmWrites(command, "Switched off by hand, looked at /health"));
        assertThat(keptSince(id)).isNull();
        assertThat(listed(id).keptSince()).isNull();
        assertThat(meters.find("ferryman.maintenance.seconds").tag("cutover", id).gauge()).isNull();
        assertThatThrownBy(
                () -> team.order(id, "dba", command -> cutovers.confirmWrites(command, "Once more to be sure")))
                .hasMessageContaining("not kept from writing");
    }

    @Test
    void who_is_in_the_way_of_the_change_is_ended_by_the_dba_and_by_no_viewer() throws Exception {
        notes();
        try (var forgotten = postgres.connect(); var statement = forgotten.createStatement()) {
            statement.execute("BEGIN; SELECT count(*) FROM public.notes");
            String id = create(script());
            team.work(id, cutover -> status(cutover, "apply") == StepStatus.READY);
            team.order(id, "dba", command -> cutovers.run(command, "apply"));
            Activity now = await().atMost(Duration.ofSeconds(30)).until(() -> cutovers.sessions(DBA, id).activity(),
                    activity -> activity != null && activity.waiting() > 0 && activity.queue().size() > 1);
            Activity.Place root = now.queue().getFirst();
            Backend change = now.queue().get(1).backend();
            assertThat(root.backend().text()).contains("public.notes");
            assertThat(change.own()).isTrue();

            var order = new SessionOrder(BackendSignal.TERMINATE, root.backend().identity(), "Left open since noon");
            assertThatThrownBy(() -> cutovers.endSession(Team.the("viewer"), id, order))
                    .isInstanceOf(RoleMissingException.class);
            assertThatThrownBy(() -> cutovers.endSession(DBA, id, new SessionOrder(BackendSignal.TERMINATE,
                    root.backend().identity(), " "))).hasMessageContaining("reason");
            assertThat(Objects.requireNonNull(cutovers.sessions(Team.the("viewer"), id).activity()).queue())
                    .allMatch(place -> place.backend().text() == null);
            assertThat(cutovers.endSession(DBA, id, order)).isEqualTo("The session has ended.");

            team.watch(id, cutover -> status(cutover, "apply") == StepStatus.PASSED);
            assertThat(seconds(id)).as("nobody was kept from writing").isZero();
            assertThat(cutovers.events(id)).extracting(LoggedEvent::sentence)
                    .anyMatch(sentence -> sentence.matches("dba asked the server to end session " + root.backend().pid()
                            + " \\(.*idle in transaction.*\\).*: Left open since noon"))
                    .contains("Session " + root.backend().pid() + ": The session has ended.")
                    .noneMatch(sentence -> sentence.contains("SELECT count"));
            assertThat(Objects.requireNonNull(cutovers.sessions(DBA, id).activity()).queue()).isEmpty();
        }
    }

    private CutoverSummary listed(String id) {
        return cutovers.list().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    private double seconds(String id) {
        return meters.get("ferryman.maintenance.seconds").tag("cutover", id).gauge().value();
    }

    private @Nullable Instant keptSince(String id) {
        return cutovers.view(Team.the("viewer"), id).timing().keptSince();
    }

    private void notes() {
        postgres.execute("CREATE TABLE notes (id bigint PRIMARY KEY, body text);"
                + "INSERT INTO notes SELECT n, 'note ' || n FROM generate_series(1, 100) n");
    }

    private Map<String, String> script() {
        return Map.of("script", LiveSite.ROOT.relativize(change).toString(), "undo-script", back.toString());
    }

    private static Map<String, String> alembic() {
        return Map.of("command", "alembic-upgrade", "preview-command", "alembic-preview", "undo-command",
                "alembic-downgrade", "revision-command", "alembic-current", "revision-before", AlembicProject.BEFORE,
                "revision-after", AlembicProject.AFTER);
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    private String create(Map<String, String> parameters) {
        Map<String, String> all = with(Map.of("soak", "1s", "probe-every", "1s", "health-url",
                application.url("/health"), "account-url", application.url("/account"), "most-connections", "100"),
                parameters);
        return cutovers.create(DBA, new CutoverDraft("Authors", "kotori", "",
                new TargetDraft(postgres.urlWithoutPassword(), "file:" + password, null, "public"), SchemaMode.EXISTING,
                all)).id();
    }

    private String columns() {
        return String.valueOf(postgres.scalar("SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute"
                + " WHERE attrelid = 'notes'::regclass AND attnum > 0 AND NOT attisdropped"));
    }

    private String ours() {
        return String.valueOf(postgres.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'"));
    }

    private static StepStatus status(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().status();
    }

    private static String what(Cutover cutover, String step) {
        return cutover.step(step).orElseThrow().lastAttempt().orElseThrow().what();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
