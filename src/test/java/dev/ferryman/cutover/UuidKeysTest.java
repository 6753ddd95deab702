package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.access.Users;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.ShopWriter;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The template {@code uuid-keys} on a real database that an application writes to all the time. */
@StateStores.OnSqlite
class UuidKeysTest {
    private static final Actor DBA = Team.the("dba");

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Reports reports;
    @Autowired
    private Users users;

    private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();
    private Path password = LiveSite.ROOT;
    private HttpReceiver application = unset();
    private Team team = unset();

    @BeforeEach
    void begin() throws Exception {
        ClientPrograms.installed();
        password = Files.writeString(Files.createTempFile(LiveSite.ROOT, "uuid", ".password"),
                TestPostgres.PASSWORD + "\n");
        application = new HttpReceiver();
        team = new Team(cutovers, users);
        ShopWriter.shop(postgres, 2_000);
    }

    @AfterEach
    void end() {
        application.close();
        postgres.close();
    }

    @Test
    void people_change_every_key_while_the_application_writes_and_nothing_is_lost() throws Exception {
        try (var writer = new ShopWriter(postgres, 2)) {
            String id = create(Map.of());
            Cutover done = team.work(id, cutover -> cutover.status().terminal());

            assertThat(done.status()).isEqualTo(Status.COMPLETED);
            assertThat(what(done, "plan")).contains("6 columns of 4 tables", "public.orders.customer_id");
            assertThat(what(done, "backfill")).contains("Every row has its UUIDs");
            assertThat(writer.stopAndCompare()).isEmpty();
            assertThat(writer.errors()).isEmpty();
            assertThat(postgres.scalar("SELECT pg_typeof(customer_id)::text FROM orders LIMIT 1")).isEqualTo("uuid");
            assertThat(postgres.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
            assertThat(reports.markdown(reports.of(DBA, id))).contains("the schema is changed", "Keys become UUIDs")
                    .doesNotContain("SQLite");
        }
    }

    @Test
    void they_take_it_back_after_the_switch_with_everything_that_was_written_since() throws Exception {
        try (var writer = new ShopWriter(postgres, 2)) {
            String id = create(Map.of("soak", "1h"));
            team.work(id, cutover -> status(cutover, "soak") == StepStatus.RUNNING);
            assertThat(cutovers.view(DBA, id).rollbackPreview().losses()).contains("No row leaves this database");
            assertThat(cutovers.decisionMatrix(id).options().getFirst().title())
                    .isEqualTo("Take the change of the schema back");

            team.order(id, "dba", command -> cutovers.rollback(command, "Reports are slow"));
            Cutover back = team.watch(id, cutover -> cutover.status().terminal());

            assertThat(back.status()).isEqualTo(Status.ROLLED_BACK);
            assertThat(what(back, "undo")).contains("with everything that was written since");
            assertThat(writer.stopAndCompare()).isEmpty();
            assertThat(writer.errors()).isEmpty();
            assertThat(postgres.scalar("SELECT pg_typeof(customer_id)::text FROM orders LIMIT 1")).isEqualTo("bigint");
            assertThat(reports.markdown(reports.of(DBA, id))).contains("the schema is as before");
        }
    }

    @Test
    void nobody_is_told_that_it_was_taken_back_once_the_old_values_are_gone() throws Exception {
        String id = create(Map.of());
        team.work(id, cutover -> status(cutover, "drop") == StepStatus.PASSED);
        assertThat(cutovers.view(DBA, id).rollbackPreview().losses()).contains("only a restore");

        team.order(id, "dba", command -> cutovers.rollback(command, "Reports are slow"));

        Cutover back = team.watch(id, cutover -> cutover.step("undo").orElseThrow().attempts().stream()
                .anyMatch(attempt -> !attempt.running()));
        assertThat(back.step("undo").orElseThrow().attempts().getFirst().what()).contains("only a restore");
        assertThat(back.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void a_source_is_refused_where_nothing_is_moved() {
        assertThatThrownBy(() -> cutovers.create(DBA, draft("/srv/app.db", Map.of())))
                .isInstanceOfSatisfying(CutoverRefusedException.class, refused -> assertThat(refused.problems())
                        .extracting(Problem::field).containsExactly("source"));
    }

    private String create(Map<String, String> parameters) {
        return cutovers.create(DBA, draft("", parameters)).id();
    }

    private CutoverDraft draft(String source, Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(
                Map.of("soak", "1s", "probe-every", "1s", "health-url", application.url("/health"), "pause", "1ms"));
        all.putAll(parameters);
        return new CutoverDraft("Shop keys", "uuid-keys", source,
                new TargetDraft(postgres.urlWithoutPassword(), "file:" + password, null, "public"), SchemaMode.EXISTING,
                all);
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
