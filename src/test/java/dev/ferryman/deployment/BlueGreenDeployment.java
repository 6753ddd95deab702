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
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalPrometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Blue-green deployments with real load balancer, Prometheus, PostgreSQL and users who never stop. One set of settings for
 * all tests, so that they share a context.
 */
abstract class BlueGreenDeployment {
    static final Path BLUE_STOPPED = LiveSite.ROOT.resolve("blue-stopped");

    @Autowired
    CutoverService cutovers;
    @Autowired
    private Users accounts;

    @SuppressWarnings("NullAway") // Set before each test.
    BlueGreenSite site;
    @SuppressWarnings("NullAway")
    private LocalPrometheus prometheus;
    @SuppressWarnings("NullAway")
    dev.ferryman.deployment.Users users;
    @SuppressWarnings("NullAway")
    Team team;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Path templates = QuickTemplates.directory("blue-green", "canary", "load-balancer");
        registry.add("ferryman.templates.directory", templates::toString);
        registry.add("ferryman.archive.places.archive.kind", () -> "directory");
        registry.add("ferryman.archive.places.archive.directory", () -> LiveSite.ROOT.resolve("archive").toString());
        registry.add("ferryman.commands.stop-blue.arguments[0]", () -> "/usr/bin/touch");
        registry.add("ferryman.commands.stop-blue.arguments[1]", BLUE_STOPPED::toString);
        HaproxyEdge.settings(registry);
        NginxEdge.settings(registry);
    }

    /** What is deployed. */
    BlueGreenSite open() throws IOException {
        return BlueGreenSite.behindHaproxy();
    }

    @BeforeEach
    void begin() throws Exception {
        site = open();
        prometheus = new LocalPrometheus(Files.createDirectories(site.directory().resolve("prometheus")),
                site.edge().metrics().stream().toArray(String[]::new));
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

    String create(String template) {
        return create(template, parameters(template), WindowDraft.NONE);
    }

    Map<String, String> parameters(String template) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("router", site.edge().router());
        parameters.put("blue-url", site.health(false));
        parameters.put("green-url", site.health(true));
        parameters.put("app-url", site.entrance() + "/health");
        parameters.put("data-url", site.entrance() + "/api/requests?limit=5");
        parameters.put("count-least", "10");
        parameters.put("keep-blue", "1s");
        parameters.put("prometheus", prometheus.address());
        boolean counted = site.edge().metrics().isPresent();
        parameters.put("errors-query", counted
                ? "sum(rate(haproxy_server_http_responses_total{code=\"5xx\"}[3s])) / sum(rate(haproxy_server_http_responses_total[3s]))"
                : "vector(0)");
        parameters.put("traffic-query",
                counted ? "sum(rate(haproxy_server_http_responses_total[3s]))" : "vector(1)");
        if (!template.equals("blue-green")) {
            // Far from what a busy machine needs, and as far from what the spoilt line makes of it.
            parameters.put("most-latency", "2s");
            parameters.put("green-data-url", site.health(true).replace("/health", "/api/requests?limit=5"));
        }
        if (template.equals("load-balancer")) {
            parameters.put("app-role", "leave_desk");
            parameters.put("extensions", "plpgsql");
        }
        return parameters;
    }

    String create(String template, Map<String, String> parameters, WindowDraft window) {
        return create(template, parameters, window, site.postgres().urlWithoutPassword());
    }

    String create(String template, Map<String, String> parameters, WindowDraft window, String target) {
        return cutovers.create(Team.the("operator"),
                new CutoverDraft("Leave desk, " + template, QuickTemplates.key(template), site.sqlite().toString(),
                        new TargetDraft(target, site.passwordReference(), null, "public"), SchemaMode.CREATE,
                        parameters, false, window))
                .id();
    }

    /** Works until this step runs and users have written meanwhile. */
    void begin(String id, String step) {
        team.work(id, cutover -> cutover.step(step).orElseThrow().status() == StepStatus.RUNNING);
        awaitWrites(30);
    }

    /** Users write so often from now on. */
    void awaitWrites(int more) {
        int before = users.writes();
        await().atMost(Duration.ofMinutes(1)).until(() -> users.writes() > before + more);
    }

    /** Nobody lifts a finger from here to the end of the rollback. */
    void backByItself(String id) throws Exception {
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
        awaitWrites(30);
        Notes.assertEachIsOnce(users.leave(), site.inSqlite());
    }

    /** A person takes it back, and nobody who reads notices. */
    void backByPerson(String id) throws Exception {
        team.order(id, "operator", command -> cutovers.rollback(command, "not tonight"));
        Cutover back = team.work(id, cutover -> cutover.status().terminal());
        assertThat(back.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(back.rollback().orElseThrow().reason()).isEqualTo("not tonight");
        assertThat(users.failedReads()).isEmpty();
        awaitWrites(30);
        Notes.assertEachIsOnce(users.leave(), site.inSqlite());
    }
}
