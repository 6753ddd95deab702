package dev.ferryman.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Everything that {@code docker compose up} starts, built from this checkout. */
class StackIT {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(4);
    private static final List<String> ROLES = List.of("operator", "dba", "devops-lead", "tech-lead", "qa-lead",
            "product-owner");

    @TempDir
    Path directory;

    @Test
    void the_sample_application_moves_to_postgresql_by_the_hands_of_six_people_while_it_writes() throws Exception {
        try (var stack = Stack.start(directory)) {
            ferrymanCanWriteToItsVolumesOnly(stack);
            prometheusReachesEverything(stack);

            var staff = new Staff(stack.ferrymanPort(), stack.secret("administrator-password"));
            List<Caller> people = new ArrayList<>();
            for (String role : ROLES) {
                people.add(staff.hire(role));
            }
            Answer created = people.getFirst().post("/api/v1/cutovers", draft());
            assertThat(created.status()).as(created.body()).isEqualTo(201);
            assertThat(work(stack, people, created.headers().firstValue("Location").orElseThrow()))
                    .isEqualTo("completed");

            assertThat(application(stack).path("database").path("type").asString()).isEqualTo("postgresql");
            long moved = requests(stack);
            await().atMost(LONG_ENOUGH).until(() -> requests(stack) > moved);
            assertThat(stack.logs("ferryman")).doesNotContain(stack.secret("store-password"))
                    .doesNotContain(stack.secret("target-password"));
        }
    }

    private static void ferrymanCanWriteToItsVolumesOnly(Stack stack) throws Exception {
        assertThat(stack.in("ferryman", "id", "-u")).isEqualTo("10001");
        assertThat(stack.inspect("ferryman", "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"))
                .isEqualTo("true [ALL]");
        assertThat(stack.in("ferryman", "grep", "CapEff", "/proc/1/status")).endsWith("0000000000000000");
        for (String place : List.of("/", "/opt/ferryman", "/run/ferryman", "/run/secrets")) {
            assertThat(stack.succeedsIn("ferryman", "touch", place + "/tried")).as(place).isFalse();
        }
        for (String place : List.of("/data", "/application", "/tmp")) {
            assertThat(stack.succeedsIn("ferryman", "sh", "-c", "touch " + place + "/tried && rm " + place + "/tried"))
                    .as(place).isTrue();
        }
        assertThat(stack.in("ferryman", "cat", "/proc/self/mountinfo")).contains(" /application ");
        assertThat(stack.in("ferryman", "sh", "-c", "ls /opt/ferryman")).contains("ferryman.aot");
    }

    private static void prometheusReachesEverything(Stack stack) {
        var prometheus = new Caller(stack.prometheusPort(), "");
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                prometheus.get("/api/v1/targets").json().path("data").path("activeTargets").valueStream()
                        .collect(Collectors.toMap(target -> target.path("labels").path("job").asString(),
                                target -> target.path("health").asString())))
                .isEqualTo(Map.of("ferryman", "up", "application", "up", "postgresql", "up", "prometheus", "up")));
        assertThat(prometheus.get("/api/v1/rules").json().path("status").asString()).isEqualTo("success");
        // Nobody else reads Ferryman's measures without a token.
        assertThat(new Caller(stack.ferrymanPort(), "").get("/actuator/prometheus").status()).isEqualTo(401);
    }

    /** What {@code src/docs/install.md} says, with a watch of seconds. */
    private static Map<String, Object> draft() {
        return Map.of("name", "Leave desk", "template", "live", "source", "/application/leave-desk.db", "target",
                Map.of("url", "postgresql://leavedesk@target:5432/leavedesk", "passwordReference",
                        "file:/run/secrets/target-password"),
                "parameters",
                Map.of("switch-file", "/application/leave-desk.env", "switch-value",
                        "postgresql://leavedesk:{secret:file:/run/secrets/target-password}@target:5432/leavedesk",
                        "reload-url", "http://application:8090/admin/reload", "hook-token",
                        "file:/run/secrets/application-token", "health-url", "http://haproxy:8090/health", "soak",
                        "5s", "probe-every", "1s", "breach-for", "30s"));
    }

    /** Everybody does what the API says he or she may, until the cutover has ended. */
    private static String work(Stack stack, List<Caller> people, String cutover) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(300)).until(() -> {
            for (Caller person : people) {
                JsonNode now = person.get(cutover).json();
                if (List.of("completed", "rolled-back", "aborted").contains(now.path("status").asString())) {
                    return true;
                }
                if (now.path("headline").asString().contains("failed")) {
                    throw new AssertionError(now.toPrettyString() + stack.logs("ferryman"));
                }
                act(person, cutover, now);
            }
            return false;
        });
        return people.getFirst().get(cutover).json().path("status").asString();
    }

    private static void act(Caller person, String cutover, JsonNode now) {
        Map<String, Object> order = Map.of("expectedVersion", now.path("version").asLong(), "text", "seen");
        for (JsonNode phase : now.path("phases")) {
            for (JsonNode step : phase.path("steps")) {
                String moves = step.path("moves").toString();
                if (step.path("status").asString().equals("ready")
                        && (moves.contains("run") || moves.contains("complete"))) {
                    accepted(person.post(cutover + "/steps/" + step.path("key").asString()
                            + (moves.contains("run") ? "/run" : "/complete"), order));
                    return;
                }
            }
            JsonNode sign = now.at("/allowed/sign");
            if (phase.at("/gate/state").asString("").equals("open") && !sign.isEmpty()) {
                accepted(person.post(cutover + "/gates/" + phase.at("/gate/key").asString() + "/approvals",
                        Map.of("expectedVersion", now.path("version").asLong(), "role", sign.get(0).asString(),
                                "text", "seen")));
                return;
            }
        }
        if (now.at("/allowed/complete").asBoolean()) {
            accepted(person.post(cutover + "/complete", order));
        }
    }

    private static void accepted(Answer answer) {
        if (answer.status() != 200) {
            // Ferryman itself, or somebody else, was faster.
            answer.problem(409, "stale-version");
        }
    }

    private static JsonNode application(Stack stack) throws Exception {
        return Caller.JSON.readTree(stack.in("haproxy", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8090;"
                + " printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3"));
    }

    private static long requests(Stack stack) throws Exception {
        return Long.parseLong(stack.in("target", "psql", "-U", "postgres", "-d", "leavedesk", "-Atc",
                "SELECT count(*) FROM leave_requests"));
    }
}
