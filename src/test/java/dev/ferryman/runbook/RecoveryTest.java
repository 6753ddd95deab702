package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.PIA;
import static dev.ferryman.runbook.Drive.QUINN;
import static dev.ferryman.runbook.Drive.TESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.Course;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final String RECOVERIES = """
                                             recoveries:
                                               - key: replica
                                                 title: Promote the replica
                                                 steps:
                                                   - {key: promote, title: Promote, kind: action, role: dba, uses: scripted}
                                                   - {key: repoint, title: Repoint, kind: action, role: operator, uses: scripted, start: auto}
                                                   - {key: looked, title: Looked at it, kind: manual, role: operator}
                                             """;

    @Test
    void a_recovery_waits_for_a_person_and_for_the_switch() {
        Drive drive = inCutover();
        assertThat(drive.status("promote")).isEqualTo(StepStatus.PENDING);
        assertThatThrownBy(() -> drive.run(DANA, "promote")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("the switch was not started");
        switched(drive);
        assertThat(drive.status("promote")).isEqualTo(StepStatus.READY);
        assertThat(drive.cutover.headline()).as("it is no part of the course").doesNotContain("Promote");
        assertThatThrownBy(() -> drive.run(OTTO, "promote")).isInstanceOf(RoleMissingException.class);
    }

    @Test
    void once_begun_it_goes_on_by_itself_as_the_template_says() {
        Drive drive = switched(inCutover()).run(DANA, "promote");
        assertThat(drive.cutover.headline()).isEqualTo("‘Promote’ is running, started by Dana.");
        drive.pass("promote");
        assertThat(drive.status("repoint")).isEqualTo(StepStatus.RUNNING);
        drive.pass("repoint").complete(OTTO, "looked");
        assertThat(drive.cutover.recoveries()).singleElement().satisfies(it -> assertThat(it.done()).isTrue());
        assertThat(drive.cutover.phase()).isEqualTo(Phase.CUTOVER);
    }

    @Test
    void one_that_was_begun_is_finished_before_the_cutover_is_completed() {
        Drive drive = switched(inCutover()).complete(QUINN, "smoke").run(DANA, "promote").fail("promote");
        assertThat(drive.cutover.headline()).startsWith("‘Promote’ failed");
        drive.pass("soak").sign(PIA, "done", "product-owner").sign(TESS, "done", "tech-lead");
        assertThatThrownBy(() -> drive.decide(draft -> Course.complete(draft, PIA)))
                .hasMessageContaining("a recovery was begun and is not done");
        drive.retry(DANA, "promote").pass("promote").pass("repoint").complete(OTTO, "looked")
                .decide(draft -> Course.complete(draft, PIA));
        assertThat(drive.cutover.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void a_rollback_stops_what_runs_of_it_and_may_need_it_itself() {
        Drive drive = switched(inCutover()).run(DANA, "promote").rollback(OTTO, "no");
        assertThat(drive.status("promote")).isEqualTo(StepStatus.CANCELLED);
        drive.fail("point-back").retry(DANA, "promote").pass("promote");
        assertThat(drive.status("promote")).isEqualTo(StepStatus.PASSED);
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void a_rollback_that_was_announced_does_not_begin_by_itself_in_the_middle_of_it() {
        String text = "automatic-rollback: always\n" + Drive.smallMoveText().replace(
                "kind: wait, role: operator, uses: scripted}",
                "kind: wait, role: operator, uses: scripted, on-failure: rollback, countdown: 2m}") + RECOVERIES;
        Drive drive = switched(inCutover(text)).complete(QUINN, "smoke").fail("soak").run(DANA, "promote");
        long seq = drive.cutover.pendingRollback().orElseThrow().seq();
        drive.decide(draft -> Course.due(draft, seq, _ -> Optional.empty()));
        assertThat(drive.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(drive.cutover.describe(drive.log.getLast())).isEqualTo("Ferryman held the announced rollback:"
                + " ‘Promote the replica’ was begun and is not done. A person decides whether to go back.");
        assertThat(drive.status("promote")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void its_steps_have_no_automatic_rollback() {
        String text = Drive.smallMoveText()
                + RECOVERIES.replace("role: dba, uses: scripted}", "role: dba, uses: scripted, on-failure: rollback}");
        assertThatThrownBy(() -> new TemplateParser().parse(text, "t.yaml")).isInstanceOf(TemplateException.class)
                .hasMessageContaining("step ‘promote’ of a recovery cannot roll back by itself");
    }

    private static Drive inCutover() {
        return inCutover(Drive.smallMoveText() + RECOVERIES);
    }

    private static Drive inCutover(String text) {
        return Drive.inMigrate(new TemplateParser().parse(text, "t.yaml"))
                .run(DANA, "carry").pass("carry").pass("counts").pass("compare").sign(QUINN, "verified", "qa-lead");
    }

    private static Drive switched(Drive drive) {
        return drive.run(OTTO, "freeze").pass("freeze").run(OTTO, "switch").pass("switch");
    }
}
