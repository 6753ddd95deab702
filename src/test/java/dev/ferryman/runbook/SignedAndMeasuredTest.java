package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.TESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.Allowed;
import dev.ferryman.runbook.internal.GateMoves;
import dev.ferryman.runbook.internal.StepMoves;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is confirmed with a signature, and figures that are typed in. */
class SignedAndMeasuredTest {
    private static final String FIGURE = "role: operator, figure: {title: Tests passed, unit: \"%\", at-least: 95, "
            + "accept-by: tech-lead}";
    private static final List<String> CRITERIA = List.of("The backup was restored", "Everybody is told");

    private static Drive measured() {
        return new Drive(ScheduleTest.scheduled("role: operator, due: T-7d", FIGURE));
    }

    private static void complete(Drive drive, Actor actor, String figure, String acceptance) {
        drive.decide(draft -> StepMoves.complete(draft, actor, "booked", "run 17", new Reading(figure, acceptance)));
    }

    @Test
    void a_figure_inside_its_limits_completes_the_step_and_stays_in_the_history() {
        Drive drive = measured();
        complete(drive, OTTO, " 96.5 ", "");
        Attempt attempt = drive.cutover.step("booked").orElseThrow().lastAttempt().orElseThrow();
        assertThat(attempt.what()).isEqualTo("Done by Otto; Tests passed: 96.5 %");
        assertThat(attempt.facts().get(Figure.FACT)).hasToString("96.5");
        assertThat(drive.log).anySatisfy(recorded -> assertThat(drive.cutover.describe(recorded))
                .isEqualTo("Otto completed ‘Window booked’ (Tests passed: 96.5 %): run 17"));
    }

    @Test
    void a_figure_beyond_its_limits_is_refused_unless_the_named_role_accepts_it_with_a_reason() {
        Drive drive = measured();
        assertThatThrownBy(() -> complete(drive, OTTO, "93", "we know")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("Tests passed: 93 %, and wanted is at least 95 %");
        assertThatThrownBy(() -> complete(drive, TESS, "93", " ")).hasMessageContaining("wanted is at least 95 %");
        assertThatThrownBy(() -> complete(drive, DANA, "96", "")).isInstanceOf(RoleMissingException.class);
        complete(drive, TESS, "93", "two known failures");
        assertThat(drive.cutover.step("booked").orElseThrow().lastAttempt().orElseThrow().what()).endsWith(
                "Tests passed: 93 % (wanted is at least 95 %), accepted by Tess as Tech lead: two known failures");
    }

    @Test
    void what_is_no_number_is_refused() {
        Drive drive = measured();
        assertThatThrownBy(() -> complete(drive, OTTO, "", "")).hasMessageContaining("it asks for a figure");
        for (String wrong : List.of("96,5", "96 %", "1e9", "NaN")) {
            assertThatThrownBy(() -> complete(drive, OTTO, wrong, "")).hasMessageContaining("is no number");
        }
        assertThat(Allowed.of(drive.cutover, OTTO, drive.directory, drive.now).on("booked"))
                .contains(Moves.StepMove.COMPLETE);
    }

    @Test
    void whoever_signs_confirms_every_criterion_of_the_gate() {
        Drive drive = new Drive(ScheduleTest.scheduled("signoffs: [tech-lead]",
                "signoffs: [tech-lead], criteria: [" + String.join(", ", CRITERIA) + "]"));
        drive.complete(OTTO, "booked").complete(OTTO, "told");
        assertThatThrownBy(() -> sign(drive, CRITERIA.subList(0, 1))).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("not every criterion is confirmed: Everybody is told");
        assertThat(Allowed.of(drive.cutover, TESS, drive.directory, drive.now).sign()).containsExactly("tech-lead");
        sign(drive, CRITERIA);
        assertThat(drive.cutover.gate("go").orElseThrow().signOffs()).singleElement()
                .satisfies(signOff -> assertThat(signOff.confirmed()).isEqualTo(CRITERIA));
        assertThat(drive.log).anySatisfy(recorded -> assertThat(drive.cutover.describe(recorded))
                .endsWith("Confirmed: The backup was restored; Everybody is told."));
    }

    private static void sign(Drive drive, List<String> confirmed) {
        drive.decide(
                draft -> GateMoves.sign(draft, TESS, "go", "tech-lead", "seen", confirmed, drive.directory));
    }

    @Test
    void a_gate_is_not_signed_on_a_check_that_has_grown_old_until_it_was_run_again() {
        String check = "title: Target reachable, kind: check,";
        Drive drive = new Drive(new TemplateParser()
                .parse(Drive.smallMoveText().replace(check, check + " fresh-for: 4h,"), "t.yaml"));
        drive.plan("plan-1").complete(OTTO, "window").complete(DANA, "backup").pass("reachable").sign(Drive.DORA, "go",
                "dba");
        drive.now = drive.now.plus(Duration.ofHours(4));

        assertThatThrownBy(() -> drive.sign(TESS, "go", "tech-lead")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("‘Target reachable’ counted until").hasMessageContaining("older by now");
        assertThat(Allowed.of(drive.cutover, TESS, drive.directory, drive.now).sign()).isEmpty();
        drive.run(DANA, "reachable").pass("reachable").sign(Drive.DORA, "go", "dba").sign(TESS, "go", "tech-lead");
        assertThat(drive.cutover.phase()).isEqualTo(Phase.MIGRATE);
    }

    @Test
    void only_a_check_grows_old() {
        String text = Drive.smallMoveText().replace("kind: manual, role: dba}",
                "kind: manual, role: dba, fresh-for: 1h}");
        assertThatThrownBy(() -> new TemplateParser().parse(text, "t.yaml")).isInstanceOf(TemplateException.class)
                .hasMessageContaining("only what a check has proved grows old");
    }
}
