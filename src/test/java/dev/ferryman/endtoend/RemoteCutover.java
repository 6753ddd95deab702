package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A cutover as a program sees it that steers it through the API. */
final class RemoteCutover {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    private final Caller caller;
    private final String path;

    private RemoteCutover(Caller caller, String path) {
        this.caller = caller;
        this.path = path;
    }

    static RemoteCutover create(Caller caller, Map<String, Object> draft) {
        Answer created = caller.post("/api/v1/cutovers", draft);
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return new RemoteCutover(caller, created.headers().firstValue("Location").orElseThrow());
    }

    /** The same cutover, asked of another replica. */
    RemoteCutover by(Caller another) {
        return new RemoteCutover(another, path);
    }

    /** Where it is found. */
    String path() {
        return path;
    }

    JsonNode now() {
        return caller.get(path).json();
    }

    String status(String key) {
        return now().path("phases").valueStream().flatMap(phase -> phase.path("steps").valueStream())
                .filter(step -> step.path("key").asString().equals(key)).findFirst().orElseThrow().path("status")
                .asString();
    }

    /** Waits until a step has this status. */
    void reaches(String step, String status) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(100)).until(() -> {
            String is = status(step);
            if (!is.equals(status)) {
                assertThat(is).as(step).isNotIn("failed", "unknown");
            }
            return is.equals(status);
        });
    }

    void complete(String step) {
        command("/steps/" + step + "/complete");
    }

    /** Gives a command on the latest state, again where Ferryman itself was faster. */
    void command(String what) {
        while (true) {
            Answer answer = caller.post(path + what,
                    Map.of("expectedVersion", now().path("version").asLong(), "text", "seen"));
            if (answer.status() == 200) {
                return;
            }
            answer.problem(409, "stale-version");
        }
    }
}
