package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A change of a schema is tried on a scratch copy, verified in earnest, and taken back by a restore. */
@StateStores.OnPostgres
class SchemaChangeStepsTest {
    private static final Actor DBA = Team.the("dba");
    private static final String CHANGE = """
                                         ALTER TABLE orders ADD COLUMN ticket uuid;
                                         UPDATE orders SET ticket = gen_random_uuid();
                                         ALTER TABLE orders ALTER COLUMN ticket SET NOT NULL;
                                         CREATE UNIQUE INDEX CONCURRENTLY orders_ticket ON orders (ticket);
                                         """;

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users users;

    private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();
    private Team team = unset();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> "src/test/resources/dev/ferryman/cutover/schema");
    }

    @BeforeEach
    void begin() {
        team = new Team(cutovers, users);
    }

    @AfterEach
    void end() {
        postgres.close();
    }

    private void shop() {
        postgres.execute("""
                         CREATE TABLE customers (id int PRIMARY KEY, name text);
                         CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
                         INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 100) n;
                         INSERT INTO orders SELECT n, 1 + n % 100 FROM generate_series(1, 20000) n;
                         ANALYZE""");
    }

    private String create(String undo, String from) throws Exception {
        Path directory = Files.createTempDirectory(LiveSite.ROOT, "change");
        Path script = Files.writeString(directory.resolve("change.sql"), CHANGE);
        Path back = Files.writeString(directory.resolve("undo.sql"), undo);
        Path password = Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        return cutovers.create(DBA, new CutoverDraft("Tickets", "schema", "",
                new TargetDraft(postgres.urlWithoutPassword(), "file:" + password, null, "public"), SchemaMode.EXISTING,
                Map.of("script", script.toString(), "undo-script", back.toString(), "from", from))).id();
    }

    @Test
    void what_the_trial_came_to_is_verified_and_the_backup_takes_the_place_of_the_database_with_all_that_belongs_to_it()
            throws Exception {
        ClientPrograms.installed();
        shop();
        postgres.execute("ALTER DATABASE " + postgres.name() + " SET search_path = public, pg_temp;"
                + "COMMENT ON DATABASE " + postgres.name() + " IS 'the shop'; REVOKE ALL ON DATABASE " + postgres.name()
                + " FROM PUBLIC");
        team.before("change", () -> {
            for (String statement : CHANGE.split(";")) {
                if (!statement.isBlank()) {
                    postgres.execute("COMMIT; " + statement);
                }
            }
        });
        String id = create("ALTER TABLE orders DROP COLUMN ticket;", "backup");
        Cutover changed = team.work(id, cutover -> status(cutover, "verify") == StepStatus.PASSED);

        assertThat(what(changed, "trial")).contains("4 statements took", "The way back took",
                "the schema was what it had been");
        assertThat(changed.step("trial").orElseThrow().lastAttempt().orElseThrow().facts().toString())
                .contains("added column public.orders.ticket", "added index public.orders_ticket",
                        "ROW EXCLUSIVE on public.orders");
        assertThat(what(changed, "verify")).contains("The schema is what the trial came to");
        assertThat(scratches(id)).isEqualTo("0");

        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
        postgres.execute("INSERT INTO customers VALUES (101, 'late')");
        DecisionMatrix matrix = cutovers.decisionMatrix(id);
        assertThat(matrix.options()).extracting(RecoveryOption::key)
                .contains("rollback", "application", "restore-backup")
                .doesNotContain("restore-dump");
        RecoveryOption restore = option(matrix, "restore-backup");
        assertThat(restore.possible()).as(restore.needs()).isTrue();
        assertThat(restore.losses()).contains("Everything written since", "stays in the old database");
        assertThat(restore.takes()).as("as the proof measured it").isPositive();
        assertThat(option(matrix, "application").writesAtRisk()).isZero();

        try (var application = postgres.connect()) {
            team.order(id, "dba", command -> cutovers.run(command, "restore"));
            Cutover restored = team.watch(id, cutover -> status(cutover, "restore") != StepStatus.RUNNING
                    && status(cutover, "restore") != StepStatus.READY);
            assertThat(status(restored, "restore")).as(what(restored, "restore")).isEqualTo(StepStatus.PASSED);
            assertThat(what(restored, "restore")).contains("has taken the place", "public.customers +1");
            assertThat(application.isValid(1)).as("its session was ended").isFalse();
        }
        assertThat(postgres.scalar("SELECT count(*) FROM customers")).isEqualTo("100");
        assertThat(postgres.scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass"
                + " AND attname = 'ticket'")).isEqualTo("0");
        assertThat(postgres.scalar("SHOW search_path")).isEqualTo("public, pg_temp");
        assertThat(postgres.scalar("SELECT shobj_description(oid, 'pg_database') || datacl::text FROM pg_database"
                + " WHERE datname = current_database()")).startsWith("the shop").doesNotContain("{=", ",=");
        String old = postgres.scalar("SELECT datname FROM pg_database WHERE datname LIKE '" + postgres.name()
                + "_before_%'");
        assertThat(old).isNotNull();
        postgres.execute("COMMIT; DROP DATABASE " + old);
    }

    @Test
    void a_way_back_that_does_not_lead_back_fails_with_what_is_left_and_the_scratch_copy_is_gone() throws Exception {
        ClientPrograms.installed();
        shop();
        String id = create("DROP INDEX orders_ticket;", "backup");
        Cutover failed = failedTrial(id);
        assertThat(what(failed, "trial")).contains("The way back does not lead back",
                "added column public.orders.ticket");
        assertThat(scratches(id)).isEqualTo("0");
        assertThat(postgres.scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass"
                + " AND attname = 'ticket'")).isEqualTo("0");
    }

    private Cutover failedTrial(String id) {
        team.work(id, cutover -> status(cutover, "trial") == StepStatus.READY);
        team.order(id, "dba", command -> cutovers.run(command, "trial"));
        return team.watch(id, cutover -> status(cutover, "trial") == StepStatus.FAILED);
    }

    private String scratches(String id) {
        return String.valueOf(postgres.scalar("SELECT count(*) FROM pg_database WHERE datname LIKE 'ferryman_%" + id
                + "%'"));
    }

    private static RecoveryOption option(DecisionMatrix matrix, String key) {
        return matrix.options().stream().filter(each -> each.key().equals(key)).findFirst().orElseThrow();
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
