package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.DORA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.PIA;
import static dev.ferryman.runbook.Drive.QUINN;
import static dev.ferryman.runbook.Drive.TESS;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.CutoverEvent.StepFailed;
import dev.ferryman.runbook.internal.Course;
import dev.ferryman.runbook.internal.GateMoves;
import dev.ferryman.runbook.internal.Outcomes.Outcome;
import dev.ferryman.runbook.internal.StepMoves;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CourseTest {
    @Test
    void a_cutover_goes_through_its_phases_and_ends_completed() {
        Drive drive = Drive.completed();
        assertThat(drive.cutover.status()).isEqualTo(Status.COMPLETED);
        assertThat(drive.cutover.switched()).isTrue();
        assertThat(drive.log).extracting(RecordedEvent::seq)
                .containsExactlyElementsOf(
                        java.util.stream.LongStream.rangeClosed(1, drive.log.size()).boxed().toList());
        assertThat(Cutover.replay("c1", drive.log).headline()).isEqualTo(drive.cutover.headline());
    }

    @Test
    void the_way_forward_asks_for_a_person_to_complete_it() {
        Drive drive = Drive.inMonitor().pass("soak").sign(PIA, "done", "product-owner").sign(TESS, "done", "tech-lead");
        assertThat(drive.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(drive.cutover.headline()).contains("waits for someone to complete");
    }

    @Test
    void manual_checklist_steps_are_done_in_any_order_and_checks_follow_them() {
        Drive drive = Drive.created();
        assertThat(drive.status("backup")).isEqualTo(StepStatus.READY);
        drive.complete(DANA, "backup");
        assertThat(drive.status("reachable")).isEqualTo(StepStatus.PENDING);
        drive.complete(OTTO, "window");
        assertThat(drive.status("reachable")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void what_a_check_finds_is_accepted_once_the_check_is_done() {
        String text = Drive.smallMoveText().replaceFirst("    gate: \\{key: go",
                "      - {key: findings, title: Findings, kind: manual, role: dba}\n    gate: {key: go");
        Drive drive = new Drive(new TemplateParser().parse(text, "t.yaml"));
        assertThat(drive.status("findings")).isEqualTo(StepStatus.PENDING);
        drive.complete(DANA, "backup").complete(OTTO, "window");
        assertThat(drive.status("findings")).isEqualTo(StepStatus.PENDING);
        drive.pass("reachable");
        assertThat(drive.status("findings")).isEqualTo(StepStatus.READY);
    }

    @Test
    void whom_the_template_names_can_stand_in_for_the_owner_of_a_step_and_nobody_else_can() {
        String text = Drive.smallMoveText().replaceFirst("role: dba\n        uses",
                "role: dba\n        stand-ins: [operator]\n        uses");
        Drive drive = Drive.inMigrate(new TemplateParser().parse(text, "t.yaml"));
        assertThat(drive.cutover.headline()).isEqualTo("Waits for the DBA or Operator to start ‘Carry the rows’.");
        assertThatThrownBy(() -> drive.run(TESS, "carry")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("it belongs to the roles DBA or Operator, none of which Tess holds.");
        drive.run(OTTO, "carry").fail("carry").fail("carry").fail("carry");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.FAILED);
        drive.retry(OTTO, "carry").pass("carry");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.PASSED);
    }

    @Test
    void a_check_starts_by_itself_and_an_action_waits_for_its_owner() {
        Drive drive = Drive.inMigrate();
        assertThat(drive.status("carry")).isEqualTo(StepStatus.READY);
        assertThat(drive.status("counts")).isEqualTo(StepStatus.PENDING);
        drive.run(DANA, "carry").pass("carry");
        assertThat(drive.status("counts")).isEqualTo(StepStatus.RUNNING);
        assertThat(drive.cutover.step("counts").orElseThrow().lastAttempt().orElseThrow().startedBy())
                .isEqualTo(Actor.FERRYMAN.username());
    }

    @Test
    void a_step_that_fails_is_repeated_as_often_as_its_rule_says_and_then_waits_for_a_person() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").fail("carry");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.RUNNING);
        drive.fail("carry");
        assertThat(drive.cutover.step("carry").orElseThrow().attempt()).isEqualTo(3);
        drive.fail("carry");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.FAILED);
        assertThat(drive.cutover.headline()).isEqualTo("‘Carry the rows’ failed: it differs. The DBA can retry it.");
        drive.retry(DANA, "carry").fail("carry");
        assertThat(drive.status("carry")).as("a person's retry begins a new series").isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void what_is_not_idempotent_is_never_repeated_by_itself() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").end("carry", new Outcome.Broke("boom", "look"), false);
        assertThat(drive.status("carry")).isEqualTo(StepStatus.FAILED);
    }

    @Test
    void a_failed_verdict_rolls_back_where_the_template_says_so() {
        Drive drive = Drive.inVerify().fail("compare");
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLING_BACK);
        assertThat(drive.status("drop-target")).isEqualTo(StepStatus.RUNNING);
        assertThat(drive.cutover.rollback().orElseThrow().reason())
                .isEqualTo("‘Compare every value’ failed: it differs");
    }

    @Test
    void neither_an_error_nor_an_inconclusive_verdict_rolls_back() {
        assertThat(Drive.inVerify().end("compare", new Outcome.Broke("boom", "look"), true).cutover.status())
                .isEqualTo(Status.ACTIVE);
        Drive unclear = Drive.inVerify().end("compare",
                new Outcome.Answered(new StepResult.Inconclusive("no data", "wait")), true);
        assertThat(unclear.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(unclear.cutover.headline()).startsWith("‘Compare every value’ is inconclusive: no data.");
    }

    @Test
    void a_step_may_be_skipped_only_where_the_template_allows_it_and_by_the_role_it_names() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").pass("carry").fail("counts");
        assertRefused(() -> drive.skip(DANA, "counts"), "Tech lead", "Dana does not hold");
        drive.skip(TESS, "counts");
        assertThat(drive.status("counts")).isEqualTo(StepStatus.SKIPPED);
        assertThat(drive.cutover.phase()).isEqualTo(Phase.VERIFY);
        assertRefused(() -> Drive.inMigrate().skip(TESS, "carry"), "does not allow going on without it");
    }

    @Test
    void evidence_is_asked_for_where_the_template_requires_it() {
        Drive drive = Drive.created();
        assertRefused(() -> drive.decide(draft -> StepMoves.complete(draft, OTTO, "window", " ", Reading.NONE)),
                "needs evidence");
        drive.decide(draft -> StepMoves.complete(draft, DANA, "backup", "", Reading.NONE));
        assertThat(drive.status("backup")).isEqualTo(StepStatus.PASSED);
    }

    @Test
    void each_role_of_a_gate_is_signed_by_another_person() {
        Actor both = new Actor("bo", "Bo", Set.of("dba", "tech-lead"));
        Drive drive = checklistDone();
        drive.roles.put("bo", both.roles());
        drive.sign(both, "go", "dba");
        assertRefused(() -> drive.sign(both, "go", "tech-lead"), "Bo has signed this gate as DBA", "another person");
    }

    @Test
    void nobody_judges_the_step_that_he_or_she_started() {
        Drive drive = Drive.created().plan("p").complete(OTTO, "window").complete(DANA, "backup").fail("reachable")
                .retry(DANA, "reachable").pass("reachable");
        assertRefused(() -> drive.sign(DANA, "go", "dba"), "Dana started or decided ‘Target reachable’",
                "someone else");
        drive.sign(DORA, "go", "dba");
    }

    @Test
    void whoever_signs_holds_the_role_at_that_moment_whatever_the_session_says() {
        Drive drive = checklistDone();
        drive.roles.put("dora", Set.of());
        assertRefused(() -> drive.sign(DORA, "go", "dba"), "does not hold the role DBA any more");
        assertRefused(() -> drive.sign(VERA, "go", "dba"), "Vera does not hold");
        assertRefused(() -> drive.sign(PIA, "go", "product-owner"), "asks for no sign-off of the Product owner");
    }

    @Test
    void a_signer_who_lost_the_role_does_not_count_when_the_gate_is_used() {
        Drive drive = checklistDone().sign(DORA, "go", "dba");
        drive.roles.put("dora", Set.of("viewer"));
        drive.sign(TESS, "go", "tech-lead");
        assertThat(drive.cutover.phase()).isEqualTo(Phase.CHECKLIST);
        assertThat(drive.cutover.gate("go").orElseThrow().missing()).containsExactly("dba");
        drive.sign(DANA, "go", "dba");
        assertThat(drive.cutover.phase()).isEqualTo(Phase.MIGRATE);
    }

    @Test
    void a_gate_that_requires_a_plan_is_not_signed_without_one() {
        Drive drive = Drive.created().complete(OTTO, "window").complete(DANA, "backup").pass("reachable");
        assertRefused(() -> drive.sign(DORA, "go", "dba"), "no plan to sign for");
    }

    @Test
    void whoever_made_choices_of_the_plan_does_not_accept_it() {
        Drive drive = checklistDone();
        drive.decide(draft -> GateMoves.setPlan(draft, DORA, "plan-2", "with her choices"));
        assertRefused(() -> drive.sign(DORA, "go", "dba"), "made choices of the plan, which this gate accepts");
        drive.decide(draft -> GateMoves.setPlan(draft, Actor.FERRYMAN, "plan-3", "worked out again"));
        assertRefused(() -> drive.sign(DORA, "go", "dba"), "made choices of the plan");
        drive.sign(DANA, "go", "dba");
    }

    @Test
    void sign_offs_die_when_the_plan_changes_and_live_when_it_does_not() {
        Drive drive = checklistDone().sign(DORA, "go", "dba");
        drive.plan("plan-1");
        assertThat(drive.cutover.gate("go").orElseThrow().missing()).containsExactly("tech-lead");
        drive.plan("plan-2");
        assertThat(drive.cutover.gate("go").orElseThrow().missing()).containsExactly("dba", "tech-lead");
        assertThat(drive.cutover.describe(drive.cutover.lastEvent()))
                .isEqualTo("The sign-offs of DBA at gate ‘Go’ are void: the plan has changed.");
        drive.sign(DORA, "go", "dba").sign(TESS, "go", "tech-lead");
        assertRefused(() -> drive.plan("plan-3"), "was passed for another plan");
    }

    @Test
    void running_a_check_again_voids_what_was_signed_on_its_old_result() {
        Drive drive = checklistDone().sign(TESS, "go", "tech-lead").run(DANA, "reachable");
        assertThat(drive.cutover.gate("go").orElseThrow().state()).isEqualTo(Gate.State.CLOSED);
        drive.pass("reachable");
        assertThat(drive.cutover.gate("go").orElseThrow().missing()).containsExactly("dba", "tech-lead");
    }

    @Test
    void a_sign_off_is_taken_back_by_who_gave_it_only() {
        Drive drive = checklistDone().sign(DORA, "go", "dba");
        assertRefused(() -> drive.decide(draft -> GateMoves.withdraw(draft, TESS, "go", "dba", "no")), "Dora gave it");
        drive.decide(draft -> GateMoves.withdraw(draft, DORA, "go", "dba", "second thoughts"));
        assertThat(drive.cutover.gate("go").orElseThrow().missing()).contains("dba");
    }

    @Test
    void breaking_the_glass_takes_a_reason_and_a_second_person() {
        Drive drive = checklistDone();
        assertRefused(() -> drive.decide(draft -> GateMoves.requestBreakGlass(draft, OTTO, "go", "")),
                "needs a reason");
        assertRefused(() -> drive.decide(draft -> GateMoves.requestBreakGlass(draft, VERA, "go", "x")),
                "none of the roles");
        drive.decide(draft -> GateMoves.requestBreakGlass(draft, OTTO, "go", "tech lead is on a plane"));
        assertThat(drive.cutover.headline()).startsWith("Otto asks to break the glass of gate ‘Go’");
        assertRefused(() -> drive.decide(draft -> GateMoves.confirmBreakGlass(draft, OTTO, "go")), "second person");
        drive.decide(draft -> GateMoves.confirmBreakGlass(draft, DANA, "go"));
        assertThat(drive.cutover.phase()).isEqualTo(Phase.MIGRATE);
        assertThat(drive.cutover.gate("go").orElseThrow().breakGlass().orElseThrow().confirmedByName())
                .isEqualTo("Dana");
    }

    @Test
    void a_rollback_cancels_what_runs_and_takes_the_steps_of_its_side() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").rollback(OTTO, "too slow");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.CANCELLED);
        assertThat(drive.cutover.steps(Phase.ROLLBACK)).extracting(Step::key).containsExactly("drop-target", "tell");
        assertThat(drive.cutover.headline()).startsWith("Rolling back. ‘Drop the target’ is running");
        assertRefused(() -> drive.rollback(DANA, "again"), "the rollback is under way");
        drive.pass("drop-target").complete(OTTO, "tell");
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void after_the_switch_the_way_back_points_the_application_back_and_drops_nothing() {
        Drive drive = Drive.inMonitor().rollback(OTTO, "errors");
        assertThat(drive.cutover.rollback().orElseThrow().side()).isEqualTo(SwitchSide.AFTER);
        assertThat(drive.cutover.steps(Phase.ROLLBACK)).extracting(Step::key).containsExactly("point-back", "tell");
    }

    @Test
    void a_switch_that_was_begun_and_not_seen_to_end_is_taken_back_like_one_that_happened() {
        Drive drive = Drive.inCutover().run(OTTO, "freeze").pass("freeze");
        assertThat(drive.cutover.side()).isEqualTo(SwitchSide.BEFORE);
        drive.run(OTTO, "switch");
        assertThat(drive.cutover.side()).isEqualTo(SwitchSide.UNCERTAIN);
        drive.interrupted = (step, attempt) -> step.equals("switch");
        drive.rollback(OTTO, "hangs");
        assertThat(drive.status("switch")).isEqualTo(StepStatus.UNKNOWN);
        assertThat(drive.cutover.steps(Phase.ROLLBACK)).extracting(Step::key).containsExactly("point-back", "tell");
    }

    @Test
    void a_person_decides_what_became_of_a_step_in_the_unknown() {
        Drive drive = Drive.inCutover().run(OTTO, "freeze").pass("freeze").run(OTTO, "switch").end("switch",
                new Outcome.CutOff("killed"), false);
        assertThat(drive.status("switch")).isEqualTo(StepStatus.UNKNOWN);
        assertRefused(() -> drive.decide(draft -> StepMoves.complete(draft, OTTO, "switch", "", Reading.NONE)),
                "needs evidence");
        drive.complete(OTTO, "switch");
        assertThat(drive.cutover.switched()).isTrue();
        assertThat(drive.status("smoke")).isEqualTo(StepStatus.READY);
    }

    @Test
    void a_running_or_unknown_step_can_be_forced_to_failed_with_a_reason() {
        Drive drive = Drive.inMigrate().run(DANA, "carry");
        assertRefused(() -> drive.decide(draft -> StepMoves.forceFail(draft, OTTO, "carry", "")), "needs a reason");
        drive.decide(draft -> StepMoves.forceFail(draft, OTTO, "carry", "host is gone"));
        assertThat(drive.status("carry")).isEqualTo(StepStatus.FAILED);
        assertRefused(() -> drive.pass("carry"), "no longer under way");
    }

    @Test
    void a_result_of_an_attempt_that_is_over_is_refused() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").cancel(OTTO, "carry").retry(DANA, "carry");
        assertRefused(() -> drive.decide(draft -> dev.ferryman.runbook.internal.Outcomes.end(draft, "carry", 1,
                new Outcome.Answered(new StepResult.Passed("late")), true)), "no longer under way");
        assertThat(drive.status("carry")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void an_abort_stops_the_checks_under_way() {
        Drive drive = Drive.created().complete(OTTO, "window").complete(DANA, "backup");
        drive.decide(draft -> Course.abort(draft, TESS, "not today"));
        assertThat(drive.status("reachable")).isEqualTo(StepStatus.CANCELLED);
        assertThat(drive.cutover.status()).isEqualTo(Status.ABORTED);
    }

    @Test
    void a_rollback_that_cannot_be_finished_can_be_given_up_and_is_a_failure() {
        Drive drive = Drive.failed();
        assertThat(drive.status("drop-target")).isEqualTo(StepStatus.CANCELLED);
        assertThat(drive.cutover.status()).isEqualTo(Status.FAILED);
        assertThat(drive.cutover.status().terminal()).isTrue();
        assertThat(drive.cutover.headline()).startsWith("Failed: its rollback was given up");
        assertThat(drive.cutover.describe(drive.log.getLast()))
                .isEqualTo("Otto gave the rollback up: the target is gone");
        assertThatThrownBy(() -> Drive.inMonitor().decide(draft -> Course.abort(draft, OTTO, "why")))
                .isInstanceOf(IllegalMoveException.class).hasMessageContaining("Roll it back instead");
    }

    @Test
    void the_glass_of_a_gate_that_asks_for_a_plan_is_not_broken_without_one() {
        Drive drive = Drive.created().complete(OTTO, "window").complete(DANA, "backup").pass("reachable");
        assertThatThrownBy(() -> drive.decide(draft -> GateMoves.requestBreakGlass(draft, OTTO, "go", "no time")))
                .isInstanceOf(IllegalMoveException.class).hasMessageContaining("there is no plan to sign for");
    }

    @Test
    void facts_of_a_step_are_kept_with_it() {
        Drive drive = Drive.inMigrate().run(DANA, "carry").pass("carry");
        assertThat(drive.cutover.step("carry").orElseThrow().lastAttempt().orElseThrow().facts())
                .isEqualTo(Map.of("of", "carry"));
    }

    @Test
    void an_error_is_told_apart_from_a_failure_in_the_log() {
        Drive drive = Drive.inVerify().end("compare", new Outcome.Broke("boom", "look"), false);
        assertThat(drive.log.getLast().event()).isEqualTo(new StepFailed("compare", 1, Verdict.ERROR, "boom", "look"));
    }

    @Test
    void the_headline_names_who_can_act() {
        assertThat(Drive.created().cutover.headline())
                .isEqualTo("Waits for the Operator to do ‘Window booked’ (and 1 more).");
        assertThat(checklistDone().cutover.headline())
                .isEqualTo("Gate ‘Go’ waits for the sign-off of the DBA and the Tech lead.");
        assertThat(Drive.inMigrate().cutover.headline()).isEqualTo("Waits for the DBA to start ‘Carry the rows’.");
        assertThat(Drive.inMonitor().cutover.headline()).isEqualTo("‘Watch for a while’ is running.");
        assertThat(QUINN.holds("qa-lead")).isTrue();
    }

    static Drive checklistDone() {
        return Drive.created().plan("plan-1").complete(OTTO, "window").complete(DANA, "backup").pass("reachable");
    }

    static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable move, String... words) {
        assertThatThrownBy(move).isInstanceOf(IllegalMoveException.class).hasMessageContainingAll(words)
                .satisfies(refusal -> assertThat(((IllegalMoveException) refusal).instead()).isNotBlank());
    }
}
