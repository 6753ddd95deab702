package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.Team;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Applications of one deployment: read-only for a while, or stopped in a window, with a way back that loses nothing. */
@StateStores.OnSqlite
class SingleDeploymentTest {
    private static final Path SCRIPT = LiveSite.ROOT.resolve("app.sh");

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users accounts;

    @SuppressWarnings("NullAway") // Set before each test.
    private DeskProcess desk;
    @SuppressWarnings("NullAway")
    private FaultyLine line;
    @SuppressWarnings("NullAway")
    private dev.ferryman.deployment.Users users;
    @SuppressWarnings("NullAway")
    private Team team;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ferryman.templates.directory", () -> QuickTemplates.directory("in-place", "phased").toString());
        registry.add("ferryman.archive.places.archive.kind", () -> "directory");
        registry.add("ferryman.archive.places.archive.directory", () -> LiveSite.ROOT.resolve("archive").toString());
        for (String[] command : new String[][]{{"stop-application", "stop"}, {"start-application", "start"},
                {"stop-jobs", "jobs"}, {"start-jobs", "jobs"}, {"migrate-schema", "schema"},
                {"clear-caches", "caches"}}) {
            String name = "ferryman.commands." + command[0];
            registry.add(name + ".arguments[0]", () -> "/bin/bash");
            registry.add(name + ".arguments[1]", SCRIPT::toString);
            registry.add(name + ".arguments[2]", () -> command[1]);
            registry.add(name + ".environment.PATH", () -> "/usr/bin:/bin");
        }
    }

    @BeforeEach
    void begin() throws Exception {
        desk = new DeskProcess(SCRIPT);
        line = new FaultyLine();
        line.leadTo(desk.entrance());
        users = new dev.ferryman.deployment.Users(desk.entrance(), 3, 3);
        team = new Team(cutovers, accounts);
    }

    @AfterEach
    void end() {
        users.close();
        line.close();
        desk.close();
    }

    @Test
    void in_place_it_is_read_only_for_a_while_and_completed() throws Exception {
        String id = inPlace();
        team.work(id, cutover -> cutover.step("verify").orElseThrow().status() == StepStatus.PASSED);
        int waiting = users.writes();
        assertThat(cutovers.view(Team.the("operator"), id).timing().readOnly()).isNotNull();
        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
        await().until(() -> users.writes() > waiting + 30);
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), desk.postgres().connect());
    }

    @Test
    void in_place_going_back_before_the_switch_lets_it_write_again() throws Exception {
        String id = inPlace();
        team.work(id, cutover -> cutover.step("follow").orElseThrow().status() == StepStatus.PASSED);
        backByPerson(id);
        assertThat(users.failedReads()).isEmpty();
    }

    @Test
    void in_place_somebody_who_takes_it_back_after_the_switch_loses_nothing() throws Exception {
        String id = inPlace();
        begin(id, "first-minutes");
        backByPerson(id);
        assertThat(users.failedReads()).isEmpty();
    }

    @Test
    void in_place_what_goes_wrong_after_the_switch_takes_it_back_with_everything_written_since() throws Exception {
        String id = inPlace();
        begin(id, "first-minutes");
        line.errorEvery(1);
        backByItself(id);
    }

    @Test
    void phased_nobody_signs_before_it_is_rehearsed_then_it_is_stopped_in_its_window_and_completed() throws Exception {
        String id = phased();
        team.work(id, cutover -> cutover.gate("ready").orElseThrow().state() == Gate.State.OPEN);
        assertThat(cutovers.view(Team.the("tech-lead"), id).moves().sign()).isEmpty();
        rehearse();
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        Notes.assertEachIsOnce(users.leave(), desk.postgres().connect());
    }

    @Test
    void phased_going_back_before_the_switch_starts_what_was_stopped() throws Exception {
        rehearse();
        String id = phased();
        team.work(id, cutover -> cutover.step("follow").orElseThrow().status() == StepStatus.PASSED);
        backByPerson(id);
    }

    @Test
    void phased_somebody_who_takes_it_back_after_the_switch_loses_nothing() throws Exception {
        rehearse();
        String id = phased();
        begin(id, "two-days");
        backByPerson(id);
    }

    @Test
    void phased_what_goes_wrong_afterwards_takes_it_back_with_everything_written_since() throws Exception {
        rehearse();
        String id = phased();
        begin(id, "two-days");
        line.errorEvery(1);
        backByItself(id);
    }

    /** Nobody begins the rollback; what is broken is well again once it has begun. */
    private void backByItself(String id) throws Exception {
        Cutover back = team.watch(id, cutover -> cutover.status() == Status.ROLLING_BACK);
        assertThat(back.rollback().orElseThrow().reason()).contains("failed: ");
        line.errorEvery(0);
        backToTheEnd(id);
    }

    private void backByPerson(String id) throws Exception {
        team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
        backToTheEnd(id);
    }

    /** People and Ferryman finish the rollback, and users write on as before. */
    private void backToTheEnd(String id) throws Exception {
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        awaitWrites(30);
        Notes.assertEachIsOnce(users.leave(), inSqlite());
    }

    /** Works until this step runs and users have written meanwhile. */
    private void begin(String id, String step) {
        team.work(id, cutover -> cutover.step(step).orElseThrow().status() == StepStatus.RUNNING);
        awaitWrites(30);
    }

    private void awaitWrites(int more) {
        int before = users.writes();
        await().atMost(Duration.ofMinutes(1)).until(() -> users.writes() > before + more);
    }

    private void rehearse() {
        try (TestPostgres.Database staging = TestPostgres.fifteen().freshDatabase()) {
            String id = create("phased", phasedParameters(), staging, true);
            assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.COMPLETED);
        }
    }

    private String phased() {
        return create("phased", phasedParameters(), desk.postgres(), false);
    }

    private Map<String, String> phasedParameters() {
        return Map.of("dashboard-url", desk.entrance() + "/api/requests?limit=5");
    }

    private String inPlace() {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("maintenance-url", desk.entrance() + "/admin/maintenance");
        parameters.put("hook-token", "file:" + desk.directory().resolve("token"));
        parameters.put("reload-url", desk.entrance() + "/admin/reload");
        parameters.put("data-url", desk.entrance() + "/api/requests?limit=5");
        parameters.put("count-least", "10");
        return create("in-place", parameters, desk.postgres(), false);
    }

    private String create(String template, Map<String, String> more, TestPostgres.Database target,
            boolean rehearsal) {
        Map<String, String> parameters = new HashMap<>(more);
        parameters.put("switch-file", desk.environmentFile().toString());
        parameters.put("switch-value", desk.switchValue());
        parameters.put("app-url", "http://" + line.address() + "/health");
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        return cutovers.create(Team.the("operator"), new CutoverDraft("Leave desk, " + template,
                QuickTemplates.key(template), desk.sqlite().toString(),
                new TargetDraft(target.urlWithoutPassword(), "file:" + desk.directory().resolve("password"), null,
                        "public"),
                SchemaMode.CREATE, parameters, rehearsal,
                new WindowDraft(now.minusMinutes(1).toString(), now.plusHours(4).toString(), "UTC"))).id();
    }

    private Connection inSqlite() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + desk.sqlite());
    }
}
