package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.PIA;
import static dev.ferryman.runbook.Drive.TESS;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.CutoverEvent.SessionAnswered;
import dev.ferryman.runbook.CutoverEvent.SessionSignalled;
import dev.ferryman.runbook.internal.Course;
import dev.ferryman.runbook.internal.Outcomes.Outcome;
import dev.ferryman.runbook.internal.TargetMoves;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Maintenance is switched on by a step and must not be forgotten, however the runbook ends. */
class WritesTest {
    private static Drive stopped() {
        return Drive.inMigrate(template()).run(DANA, "carry").pass("carry");
    }

    /** The move with maintenance in it: on with the rows, off in the monitor phase and on the way back, where it may be skipped. */
    private static Template template() {
        String text = Drive.smallMoveText()
                .replace("        uses: scripted\n        with: {tables: \"${parameters.tables}\","
                        + " text: \"to ${parameters.health} as ${cutover.name}\"}",
                        "        uses: app.maintenance\n        with: {writes: stopped}")
                .replace("{key: soak, title: Watch for a while, kind: wait, role: operator, uses: scripted}",
                        off("off", ""))
                .replace("{key: drop-target, title: Drop the target, kind: action, role: dba, uses: scripted,"
                        + " when: before-switch}", off("off-again", ", when: before-switch"));
        assertThat(text.split("app.maintenance", -1)).hasSize(4);
        return new TemplateParser().parse(text, "t.yaml");
    }

    private static String off(String key, String when) {
        return "{key: " + key + ", title: Maintenance off, kind: action, role: operator, uses: app.maintenance,"
                + " on-failure: accept, accept-by: tech-lead, with: {writes: allowed}" + when + "}";
    }

    private static Drive word(Drive drive, Actor actor) {
        return drive.decide(draft -> TargetMoves.confirmWrites(draft, actor, "I have looked"));
    }

    @Test
    void a_step_that_stops_writes_keeps_the_application_from_writing_until_one_allows_them() {
        Drive drive = stopped();
        assertThat(drive.cutover.kept()).contains(new Writes.Kept(drive.now, true));
        drive.rollback(OTTO, "no").pass("off-again");
        assertThat(drive.cutover.kept()).isEmpty();
        assertThat(drive.complete(OTTO, "tell").cutover.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void a_rollback_whose_maintenance_off_was_skipped_waits_for_somebodys_word() {
        Drive drive = stopped().rollback(OTTO, "no").fail("off-again")
                .skip(TESS, "off-again").complete(OTTO, "tell");
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLING_BACK);
        assertThat(drive.cutover.headline()).contains("Rolling back.", "let the application write again");
        assertThatThrownBy(() -> word(drive, VERA)).isInstanceOf(RoleMissingException.class);
        assertThatThrownBy(() -> drive.decide(draft -> TargetMoves.confirmWrites(draft, OTTO, " ")))
                .hasMessageContaining("reason");

        word(drive, OTTO);
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(Cutover.replay("c1", drive.log).kept()).isEmpty();
        assertThat(drive.cutover.describe(drive.log.get(drive.log.size() - 2)))
                .isEqualTo("Otto says that the application may write again: I have looked");
    }

    @Test
    void nobody_completes_a_cutover_whose_application_is_kept_from_writing() {
        Drive drive = stopped().pass("counts").pass("compare").sign(Drive.QUINN, "verified", "qa-lead")
                .run(OTTO, "freeze").pass("freeze").run(OTTO, "switch").pass("switch").complete(Drive.QUINN, "smoke")
                .run(OTTO, "off").fail("off").skip(TESS, "off").sign(PIA, "done", "product-owner")
                .sign(Drive.TESS, "done", "tech-lead");
        assertThatThrownBy(() -> drive.decide(draft -> Course.complete(draft, PIA)))
                .isInstanceOf(IllegalMoveException.class).hasMessageContaining("kept from writing");
        assertThat(drive.cutover.headline()).contains("let the application write again");

        word(drive, OTTO).decide(draft -> Course.complete(draft, PIA));
        assertThat(drive.cutover.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void a_rollback_that_is_given_up_says_so_until_somebody_switches_maintenance_off() {
        Drive drive = stopped().rollback(OTTO, "no").decide(draft -> Course.abort(draft, OTTO, "cannot be reached"));
        assertThat(drive.cutover.status()).isEqualTo(Status.FAILED);
        assertThat(drive.cutover.headline()).contains("until someone switches maintenance off");
        var ended = drive.cutover.updatedAt();
        word(drive, OTTO);
        assertThat(drive.cutover.headline()).doesNotContain("maintenance");
        assertThat(drive.cutover.updatedAt()).isEqualTo(ended);
    }

    @Test
    void a_call_that_did_not_end_well_may_have_stopped_writes_and_one_that_called_nobody_has_not() {
        Drive doubtful = Drive.inMigrate(template()).run(DANA, "carry");
        assertThat(doubtful.cutover.kept()).as("it is still at it").isEmpty();
        doubtful.fail("carry");
        assertThat(doubtful.cutover.kept().orElseThrow().certain()).isFalse();
        doubtful.pass("carry");
        assertThat(doubtful.cutover.kept().orElseThrow().certain()).isTrue();

        Drive nobody = Drive.inMigrate(template()).run(DANA, "carry").end("carry", new Outcome.Answered(
                new StepResult.Passed("No address is given", Map.of(Writes.SKIPPED, true))), true);
        assertThat(nobody.cutover.kept()).isEmpty();
        assertThatThrownBy(() -> word(nobody, OTTO)).hasMessageContaining("not kept from writing");
    }

    @Test
    void a_session_is_ended_by_roles_that_answer_for_databases_and_while_the_runbook_runs() {
        var what = new SessionSignalled(4711, "terminate", "psql of app", List.of(12, 13), "in the way");
        Drive drive = stopped();
        assertThatThrownBy(() -> drive.decide(draft -> TargetMoves.signal(draft, TESS, "End session 4711", what)))
                .isInstanceOf(RoleMissingException.class).hasMessageContaining("DBA, Operator or DevOps lead");
        drive.decide(draft -> TargetMoves.signal(draft, DANA, "End session 4711", what))
                .decide(draft -> TargetMoves.answered(draft, new SessionAnswered(4711, "The session has ended.")));
        assertThat(drive.cutover.describe(drive.log.get(drive.log.size() - 2))).isEqualTo("Dana asked the server to end"
                + " session 4711 (psql of app), which 12 and 13 waited for: in the way");
        assertThatThrownBy(() -> Drive.failed()
                .decide(draft -> TargetMoves.endSession(draft, DANA, "End session 4711")))
                .hasMessageContaining("the cutover is failed");
    }
}
