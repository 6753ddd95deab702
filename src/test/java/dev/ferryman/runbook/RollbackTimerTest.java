package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.QUINN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.runbook.ScriptedSteps.Scripts;
import dev.ferryman.testing.StateStores;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

class RollbackTimerTest {
    @Import(ScriptedSteps.class)
    @TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
            "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        Scripts scripts;

        @Test
        void an_announced_rollback_begins_when_its_time_has_come() {
            Crew crew = new Crew(runbook);
            String id = inVerify(crew);
            Cutover cutover = crew.until(id, it -> it.status() == Status.ROLLING_BACK);
            assertThat(cutover.rollback().orElseThrow().reason()).isEqualTo("‘Compare every value’ failed: it differs");
            assertThat(runbook.events(id)).extracting(LoggedEvent::sentence)
                    .anyMatch(sentence -> sentence.startsWith("Ferryman announced a rollback for "));
        }

        @Test
        void one_that_was_held_in_time_does_not_begin() {
            Crew crew = new Crew(runbook);
            String id = inVerify(crew);
            crew.until(id, it -> it.pendingRollback().isPresent());
            runbook.holdRollback(crew.by(OTTO, id), "let me look first");
            Cutover later = crew.until(id, it -> it.pendingRollback().isEmpty());
            assertThat(later.status()).isEqualTo(Status.ACTIVE);
            runbook.rollback(crew.by(OTTO, id), "it is as it says");
            crew.until(id, "drop-target", StepStatus.PASSED);
        }

        @Test
        void after_the_switch_one_that_would_lose_writes_is_held_for_a_person() {
            Crew crew = new Crew(runbook);
            String id = create();
            crew.throughChecklist(id);
            crew.inCutover(id);
            scripts.put(id, "soak", _ -> new StepResult.Failed("5 % of the answers are errors", "look"));
            runbook.run(crew.by(OTTO, id), "freeze");
            crew.until(id, "switch", StepStatus.READY);
            runbook.run(crew.by(OTTO, id), "switch");
            crew.until(id, "smoke", StepStatus.READY);
            runbook.complete(crew.by(QUINN, id), "smoke", "");
            Cutover held = crew.until(id,
                    it -> it.pendingRollback().isEmpty() && it.step("soak").map(it::held).orElse(false));
            assertThat(held.status()).isEqualTo(Status.ACTIVE);
            assertThat(runbook.events(id).getLast().sentence()).startsWith("Ferryman held the announced rollback: ")
                    .contains("would be lost").endsWith("A person decides whether to go back.");
        }

        private String inVerify(Crew crew) {
            String id = create();
            crew.throughChecklist(id);
            scripts.put(id, "compare", _ -> new StepResult.Failed("it differs", "look"));
            runbook.run(crew.by(DANA, id), "carry");
            return id;
        }

        private String create() {
            return runbook.create(OTTO, new NewCutover("Friday night", "announced-move",
                    Map.of("health", "https://desk.example/health"), Map.of("source", "s1", "target", "t1"))).id();
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
