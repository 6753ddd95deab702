package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.backup.ScratchDatabase;
import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.Team;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Databases that a step has made are dropped by whoever comes after a death, and by nobody else. */
@StateStores.OnSqlite
class ScratchCopiesTest {
    /** A step that waits for an answer. */
    private static final String RUNNING = "healthy";
    private static final String ANOTHER = "backup-proof";

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users users;
    @Autowired
    private Runbook runbook;
    @Autowired
    private ScratchCopies scratches;
    @Autowired
    private SchemaRecords records;

    private final TestPostgres.Database postgres = TestPostgres.newest().freshDatabase();
    private final PostgresTarget target = PostgresTarget.parse(postgres.url(), null);
    private ServerSocket silent = unset();
    private Team team = unset();
    private String id = "";

    @BeforeEach
    void a_cutover_with_a_step_that_runs() throws Exception {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
        Path directory = Files.createTempDirectory(LiveSite.ROOT, "scratch");
        Path change = Files.writeString(directory.resolve("change.sql"), "CREATE TABLE t (id int PRIMARY KEY)");
        Path password = Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        postgres.execute("CREATE TABLE there (id int PRIMARY KEY)");
        team = new Team(cutovers, users);
        id = cutovers.create(Team.the("dba"), new CutoverDraft("Scratch", "kotori", "",
                new TargetDraft(postgres.urlWithoutPassword(), "file:" + password, null, "public"),
                SchemaMode.EXISTING, Map.of("script", change.toString(), "health-url", url, "account-url", url)))
                .id();
        team.work(id, cutover -> cutover.step(RUNNING).orElseThrow().status() == StepStatus.RUNNING);
    }

    @AfterEach
    void end() throws Exception {
        silent.close();
        team.order(id, "dba", command -> cutovers.abort(command, "The test is over"));
        scratches.sweep(runbook.list());
        assertThat(databases()).as("none outlives its cutover").isEqualTo("null");
        postgres.close();
    }

    @Test
    void what_a_dead_process_has_left_is_dropped_and_what_a_live_one_works_with_is_not() {
        assertThat(made(ANOTHER, 5, "trial").server().database()).as("no other database has to be open to the role")
                .isEqualTo(postgres.name());
        ScratchCopies.Copy inUse = made(RUNNING, 6, "proof");
        scratches.sweep(runbook.list());
        assertThat(databases()).isEqualTo(inUse.name());
        assertThat(records.all(id, SchemaRecords.Kind.SCRATCH, ScratchCopies.Place.class)).hasSize(1);
    }

    @Test
    void a_process_that_was_overtaken_and_wakes_up_drops_nothing_of_its_successor() {
        ScratchCopies.Copy overtaken = made(RUNNING, 5, "restoring");
        ScratchCopies.Copy successor = made(RUNNING, 6, "restoring");
        assertThat(databases()).as("whoever comes after drops what is left").isEqualTo(successor.name());
        overtaken.close();
        assertThat(databases()).isEqualTo(successor.name());
        successor.close();
        assertThat(records.all(id, SchemaRecords.Kind.SCRATCH, ScratchCopies.Place.class)).isEmpty();
    }

    @Test
    void a_restored_database_waits_for_its_turn_until_the_cutover_ends_or_another_backup_is_chosen() {
        String first = scratches.restored(context("restore", 5), "abc");
        ScratchDatabase.create(target, first, true);
        scratches.sweep(runbook.list());
        assertThat(databases()).isEqualTo(first);
        assertThat(scratches.restored(context("restore", 6), "abc")).isEqualTo(first);
        assertThat(databases()).isEqualTo(first);

        String second = scratches.restored(context("restore", 7), "def");
        assertThat(databases()).isEqualTo("null");
        ScratchDatabase.create(target, second, true);
    }

    private ScratchCopies.Copy made(String step, long generation, String purpose) {
        ScratchCopies.Copy copy = scratches.begin(context(step, generation), new Arguments(Map.of()), target, purpose);
        ScratchDatabase.create(target, copy.name(), true);
        return copy;
    }

    private StepContext context(String step, long generation) {
        return (StepContext) Proxy.newProxyInstance(StepContext.class.getClassLoader(),
                new Class<?>[]{StepContext.class}, (_, method, _) -> switch (method.getName()) {
                    case "cutoverId" -> id;
                    case "stepKey" -> step;
                    case "generation" -> generation;
                    case "clock" -> Clock.systemUTC();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private String databases() {
        return String.valueOf(postgres.scalar("SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database"
                + " WHERE datname LIKE 'ferryman\\_%' AND datname LIKE '%" + id + "%'"));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
