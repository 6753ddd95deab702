package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The template {@code vibes} on a real PostgreSQL, with psql and with Liquibase, to its end and each way back. */
@StateStores.OnSqlite
@ParameterizedClass(name = "on PostgreSQL {0}")
@ValueSource(ints = {15, 18})
class VibesTest {
    private static final Actor DBA = Team.the("dba");
    private static final String THERE = """
                                        ALTER TABLE orders ADD COLUMN ticket uuid NOT NULL DEFAULT gen_random_uuid();
                                        CREATE UNIQUE INDEX orders_ticket ON orders (ticket);
                                        """;
    private static final String BACK = "ALTER TABLE orders DROP COLUMN IF EXISTS ticket;\n";
    private static final Path FILES = files();
    private static final Map<Integer, TestPostgres.Database> DATABASES = Map.of(
            15, TestPostgres.fifteen().freshDatabase(), 18, TestPostgres.newest().freshDatabase());

    @Parameter
    private int major;

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Reports reports;
    @Autowired
    private Users users;

    private HttpReceiver application = unset();
    private Team team = unset();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        DATABASES.forEach((major, database) -> {
            command(registry, "psql-there-" + major, psql(database, "there.sql"));
            command(registry, "psql-back-" + major, psql(database, "back.sql"));
            command(registry, "liquibase-there-" + major, liquibase(database, "update"));
            command(registry, "liquibase-back-" + major, liquibase(database, "rollback-count", "--count=1"));
        });
    }

    private static void command(DynamicPropertyRegistry registry, String name, List<String> arguments) {
        String key = "ferryman.commands." + name;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            registry.add(key + ".arguments[" + i + "]", () -> argument);
        }
        String password = "file:" + FILES.resolve("password");
        registry.add(key + ".environment.PATH", () -> "/usr/bin:/bin");
        registry.add(key + ".environment.PGPASSWORD", () -> password);
        registry.add(key + ".environment.LIQUIBASE_COMMAND_PASSWORD", () -> password);
        registry.add(key + ".environment.LIQUIBASE_ANALYTICS_ENABLED", () -> "false");
    }

    private static List<String> psql(TestPostgres.Database database, String file) {
        return List.of("/usr/bin/psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1",
                "--single-transaction",
                "--dbname=" + database.urlWithoutPassword(), "--file=" + FILES.resolve(file));
    }

    private static List<String> liquibase(TestPostgres.Database database, String... command) {
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "liquibase.integration.commandline.LiquibaseCommandLine",
                "--search-path=" + FILES));
        arguments.addAll(List.of(command));
        arguments.addAll(List.of("--changelog-file=changelog.sql", "--username=" + TestPostgres.USER,
                "--url=jdbc:postgresql://" + database.server().host() + ":" + database.server().port() + "/"
                        + database.name()));
        return arguments;
    }

    private static Path files() {
        try {
            Path files = Files.createTempDirectory(LiveSite.ROOT, "vibes");
            Files.writeString(files.resolve("there.sql"), THERE);
            Files.writeString(files.resolve("back.sql"), BACK);
            Files.writeString(files.resolve("queries.sql"), "SELECT * FROM orders WHERE id = 7;\n"
                    + "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id = 3;\n");
            Files.writeString(files.resolve("changelog.sql"),
                    "--liquibase formatted sql\n--changeset shop:tickets\n" + THERE
                            + "--rollback " + BACK);
            Files.writeString(files.resolve("password"), TestPostgres.PASSWORD + "\n");
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        ClientPrograms.installed(major);
        application = new HttpReceiver();
        team = new Team(cutovers, users);
        postgres().execute("""
                           DROP SCHEMA public CASCADE; CREATE SCHEMA public;
                           CREATE TABLE customers (id int PRIMARY KEY, name text);
                           CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
                           CREATE INDEX orders_customer ON orders (customer_id);
                           INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 100) n;
                           INSERT INTO orders SELECT n, 1 + n % 100 FROM generate_series(1, 5000) n;
                           ANALYZE""");
    }

    @AfterEach
    void end() {
        application.close();
    }

    @AfterAll
    static void drop() {
        DATABASES.values().forEach(TestPostgres.Database::close);
    }

    @Test
    void the_change_is_made_with_psql_and_the_runbook_is_completed() throws Exception {
        String id = create("psql");
        Cutover done = team.work(id, cutover -> cutover.status().terminal());

        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(what(done, "verify")).contains("The schema is what the trial came to");
        assertThat(what(done, "queries-after")).contains("no worse than before");
        assertThat(tickets()).isEqualTo("1");
        assertThat(application.requests()).extracting(HttpReceiver.Request::path).contains("/maintenance");
        assertThat(reports.markdown(reports.of(DBA, id))).contains("on a scratch copy").doesNotContain("SQLite");
    }

    @Test
    void the_downgrade_by_liquibase_leads_back_to_the_schema_of_before() throws Exception {
        String id = create("liquibase");
        team.work(id, cutover -> status(cutover, "verify") == StepStatus.PASSED);
        assertThat(tickets()).isEqualTo("1");
        team.order(id, "dba", command -> cutovers.rollback(command, "Reports are slow"));
        Cutover back = team.work(id, cutover -> cutover.status().terminal());

        assertThat(back.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(what(back, "as-before")).contains("The schema is what it was before");
        assertThat(tickets()).isEqualTo("0");
        assertThat(application.requests().getLast().body()).as("maintenance mode is off, or looked at after")
                .matches("|.*false.*");
    }

    @Test
    void the_previous_revision_and_the_restore_are_offered_with_what_they_lose_and_the_restore_ends_as_a_rollback()
            throws Exception {
        String id = create("psql");
        team.work(id, cutover -> cutover.phase() == Phase.MONITOR
                || status(cutover, "verify") == StepStatus.PASSED);
        assertThat(cutovers.decisionMatrix(id).options()).filteredOn(RecoveryOption::possible)
                .extracting(RecoveryOption::key).contains("rollback", "application", "restore-backup");
        team.order(id, "dba", command -> cutovers.run(command, "restore"));
        Cutover restored = team.watch(id, cutover -> status(cutover, "restore") == StepStatus.PASSED
                || status(cutover, "restore") == StepStatus.FAILED);
        assertThat(what(restored, "restore")).contains("has taken the place of the database");
        assertThat(tickets()).isEqualTo("0");
        team.order(id, "dba", command -> cutovers.rollback(command, "Restored"));
        Cutover back = team.work(id, cutover -> cutover.status().terminal());
        assertThat(back.status()).isEqualTo(Status.ROLLED_BACK);
        String old = postgres().scalar("SELECT datname FROM pg_database WHERE datname LIKE '" + postgres().name()
                + "_before_%'");
        postgres().execute("COMMIT; DROP DATABASE " + old);
    }

    private String create(String tool) {
        return cutovers.create(DBA, new CutoverDraft("Tickets", "vibes", "",
                new TargetDraft(postgres().urlWithoutPassword(), "file:" + FILES.resolve("password"), null, "public"),
                SchemaMode.EXISTING,
                Map.ofEntries(Map.entry("migrate-command", tool + "-there-" + major),
                        Map.entry("undo-command", tool + "-back-" + major),
                        Map.entry("script", file("there.sql")), Map.entry("undo-script", file("back.sql")),
                        Map.entry("queries", file("queries.sql")), Map.entry("uuids", "orders.ticket:4"),
                        Map.entry("maintenance-url", application.url("/maintenance")),
                        Map.entry("health-url", application.url("/health")),
                        Map.entry("data-url", application.url("/orders")), Map.entry("soak", "1s"),
                        Map.entry("probe-every", "1s"))))
                .id();
    }

    private TestPostgres.Database postgres() {
        return Objects.requireNonNull(DATABASES.get(major));
    }

    private static String file(String name) {
        return FILES.resolve(name).toString();
    }

    private String tickets() {
        return String.valueOf(postgres().scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass"
                + " AND attname = 'ticket' AND NOT attisdropped"));
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
