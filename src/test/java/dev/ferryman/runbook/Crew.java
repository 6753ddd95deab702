package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.DORA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.QUINN;
import static dev.ferryman.runbook.Drive.TESS;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** Takes stored cutovers of the small move to where a test wants them. */
final class Crew {
    private final Runbook runbook;

    Crew(Runbook runbook) {
        this.runbook = runbook;
    }

    Cutover created() {
        return runbook.create(OTTO, new NewCutover("Friday night", "small-move",
                Map.of("health", "https://desk.example/health"), Map.of("source", "s1", "target", "t1")));
    }

    Cutover inMigrate() {
        return throughChecklist(created().id());
    }

    Cutover throughChecklist(String id) {
        runbook.setPlan(by(OTTO, id), "plan-1", "12 tables");
        runbook.complete(by(OTTO, id), "window", "ticket 7");
        runbook.complete(by(DANA, id), "backup", "");
        until(id, "reachable", StepStatus.PASSED);
        runbook.sign(by(DORA, id), "go", "dba", "");
        return runbook.sign(by(TESS, id), "go", "tech-lead", "");
    }

    Cutover inCutover(String id) {
        runbook.run(by(DANA, id), "carry");
        until(id, "compare", StepStatus.PASSED);
        return runbook.sign(by(QUINN, id), "verified", "qa-lead", "");
    }

    Command by(Actor actor, String id) {
        return Command.on(runbook.get(id), actor);
    }

    Cutover until(String id, String step, StepStatus status) {
        return until(id, cutover -> cutover.step(step).orElseThrow().status() == status);
    }

    Cutover until(String id, Predicate<Cutover> wanted) {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> runbook.get(id), wanted);
    }
}
