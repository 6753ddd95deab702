package dev.ferryman.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.DecisionMatrix;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.Team;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalPrometheus;
import dev.ferryman.testing.StateStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Blue-green deployments with real load balancer, Prometheus, PostgreSQL and users who never stop. */
@StateStores.OnSqlite
class BlueGreenTest {
    private static final Path SOCKET = LiveSite.ROOT.resolve("edge.sock");

    @Autowired
    private CutoverService cutovers;
    @Autowired
    private Users accounts;

    @SuppressWarnings("NullAway") // Set before each test.
    private BlueGreenSite site;
    @SuppressWarnings("NullAway")
    private LocalPrometheus prometheus;
    @SuppressWarnings("NullAway")
    private dev.ferryman.deployment.Users users;
    @SuppressWarnings("NullAway")
    private Team team;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Path templates = QuickTemplates.directory("blue-green", "canary", "load-balancer");
        registry.add("ferryman.templates.directory", templates::toString);
        registry.add("ferryman.archive.places.archive.kind", () -> "directory");
        registry.add("ferryman.archive.places.archive.directory", () -> LiveSite.ROOT.resolve("archive").toString());
        registry.add("ferryman.traffic.routers.edge.kind", () -> "haproxy");
        registry.add("ferryman.traffic.routers.edge.socket", SOCKET::toString);
    }

    @BeforeEach
    void begin() throws Exception {
        site = new BlueGreenSite(SOCKET);
        prometheus = new LocalPrometheus(Files.createDirectories(site.directory().resolve("prometheus")),
                site.metrics());
        users = new dev.ferryman.deployment.Users(site.entrance(), 3, 5);
        team = new Team(cutovers, accounts);
        team.before("green-deployed", () -> site.deployGreen());
    }

    @AfterEach
    void end() {
        users.close();
        prometheus.close();
        site.close();
    }

    @Test
    void it_is_completed_without_a_failed_read_and_every_write_is_in_postgresql() throws Exception {
        String id = create("blue-green");
        team.work(id, cutover -> cutover.phase() == Phase.MONITOR);
        int switched = users.writes();
        await().until(() -> users.writes() > switched + 50);
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void going_back_before_the_switch_leaves_users_where_they_were() throws Exception {
        String id = create("blue-green");
        team.work(id, cutover -> cutover.step("green-tried").orElseThrow().status() == StepStatus.READY);
        team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
        assertThat(team.work(id, cutover -> cutover.status().terminal()).status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.inSqlite());
        assertThat(site.postgres()
                .scalar("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'ferryman')")).isEqualTo("0");
    }

    @Test
    void errors_after_the_switch_announce_the_rollback_which_brings_everything_back_to_blue() throws Exception {
        String id = create("blue-green");
        team.work(id, cutover -> cutover.step("first-minutes").orElseThrow().status() == StepStatus.RUNNING);
        int switched = users.writes();
        await().until(() -> users.writes() > switched + 30);
        site.line().errorEvery(4);
        Cutover announced = team.watch(id, cutover -> cutover.pendingRollback().isPresent());
        assertThat(announced.pendingRollback().orElseThrow().reason()).contains("Failed requests");
        DecisionMatrix matrix = cutovers.decisionMatrix(id);
        assertThat(matrix.options().getFirst().key()).isEqualTo("rollback");
        assertThat(matrix.options().getFirst().writesAtRisk()).isZero();
        backByItself(id);
    }

    @ParameterizedTest
    @EnumSource
    void what_goes_wrong_with_green_at_a_share_of_reads_sends_them_back_by_itself(Fault fault) throws Exception {
        String id = create(fault.template);
        team.work(id, cutover -> cutover.step(fault.step).orElseThrow().status() == StepStatus.RUNNING);
        fault.happens.in(site);
        backByItself(id);
    }

    /** Something that goes wrong with green, and the step of a template during which it does. */
    private enum Fault {
        ERRORS("load-balancer", "at-10", site -> site.line().errorEvery(3)), LATENCY("load-balancer", "at-25",
                site -> site.line().delay(Duration.ofSeconds(4))), DEATH("load-balancer", "at-50",
                        site -> site.line().dead(true)), LOCKS("load-balancer", "at-50",
                                BlueGreenSite::lockStorm), LOCKS_AFTER_THE_SWITCH("load-balancer", "at-100",
                                        BlueGreenSite::lockStorm), DEATH_AFTER_THE_SWITCH("load-balancer", "at-100",
                                                site -> site.line().dead(true)), ERRORS_OF_A_CANARY("canary", "at-5",
                                                        site -> site.line().errorEvery(3)), ERRORS_AFTER_A_CANARY(
                                                                "canary", "first-hour",
                                                                site -> site.line().errorEvery(3));

        private final String template;
        private final String step;
        private final Happening happens;

        Fault(String template, String step, Happening happens) {
            this.template = template;
            this.step = step;
            this.happens = happens;
        }
    }

    @FunctionalInterface
    private interface Happening {
        void in(BlueGreenSite site) throws Exception;
    }

    /** Nobody lifts a finger from here to the end of the rollback. */
    private void backByItself(String id) throws Exception {
        Cutover begun = team.watch(id,
                cutover -> cutover.status() == Status.ROLLING_BACK || cutover.status().terminal());
        if (begun.side() == SwitchSide.BEFORE) {
            // Nothing waits for PostgreSQL but the removal of what was made there.
            site.calm();
        }
        Cutover back = team.watch(id, cutover -> cutover.status() == Status.ROLLED_BACK);
        assertThat(back.rollback().orElseThrow().reason()).contains("failed: ");
        assertThat(cutovers.events(id)).extracting(event -> event.recorded().event().getClass().getSimpleName())
                .containsOnlyOnce("RollbackAnnounced").containsOnlyOnce("RollbackStarted");
        int before = users.writes();
        await().atMost(Duration.ofMinutes(1)).until(() -> users.writes() > before + 30);
        Notes.assertEachIsOnce(users.leave(), site.inSqlite());
    }

    @Test
    void reads_move_in_shares_and_writes_once_and_nothing_is_lost_on_the_way_to_the_end() throws Exception {
        String id = create("load-balancer");
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        assertThat(users.failedReads()).isEmpty();
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void a_canary_is_completed() throws Exception {
        String id = create("canary");
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    @Test
    void the_template_that_the_guide_works_out_is_completed() throws Exception {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        String id = create("reads-first",
                Map.of("router", "edge", "app", site.entrance() + "/health", "green", site.health(true)),
                new WindowDraft(now.minusMinutes(1).toString(), now.plusHours(4).toString(), "UTC"));
        Cutover done = team.work(id, cutover -> cutover.status().terminal());
        assertThat(done.status()).isEqualTo(Status.COMPLETED);
        Notes.assertEachIsOnce(users.leave(), site.postgres().connect());
    }

    private String create(String template) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("router", "edge");
        parameters.put("blue-url", site.health(false));
        parameters.put("green-url", site.health(true));
        parameters.put("app-url", site.entrance() + "/health");
        parameters.put("data-url", site.entrance() + "/api/requests?limit=5");
        parameters.put("count-least", "10");
        parameters.put("keep-blue", "1s");
        parameters.put("prometheus", prometheus.address());
        parameters.put("errors-query",
                "sum(rate(haproxy_server_http_responses_total{code=\"5xx\"}[3s])) / sum(rate(haproxy_server_http_responses_total[3s]))");
        if (!template.equals("blue-green")) {
            // Far from what a busy machine needs, and as far from what the spoilt line makes of it.
            parameters.put("most-latency", "2s");
            parameters.put("green-data-url", site.health(true).replace("/health", "/api/requests?limit=5"));
        }
        if (template.equals("load-balancer")) {
            parameters.put("app-role", "leave_desk");
            parameters.put("extensions", "plpgsql");
        }
        parameters.put("traffic-query", "sum(rate(haproxy_server_http_responses_total[3s]))");
        return create(template, parameters, WindowDraft.NONE);
    }

    private String create(String template, Map<String, String> parameters, WindowDraft window) {
        return cutovers.create(Team.the("operator"),
                new CutoverDraft("Leave desk, " + template, QuickTemplates.key(template), site.sqlite().toString(),
                        new TargetDraft(site.postgres().urlWithoutPassword(), site.passwordReference(), null, "public"),
                        SchemaMode.CREATE, parameters, false, window))
                .id();
    }
}
