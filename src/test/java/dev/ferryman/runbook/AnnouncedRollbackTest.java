package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.PIA;
import static dev.ferryman.runbook.Drive.TESS;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.Course;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncedRollbackTest {
    private static final RollbackGuard NOTHING_LOST = _ -> Optional.empty();
    private static final RollbackGuard SOMETHING_LOST = _ -> Optional.of("Three writes would be lost.");

    @Test
    void a_verdict_with_a_countdown_announces_the_rollback_and_leaves_everything_as_it_is() {
        Drive drive = compareFails("countdown: 2m");
        PendingRollback pending = drive.cutover.pendingRollback().orElseThrow();
        assertThat(drive.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(pending.due()).isEqualTo(drive.now.plus(Duration.ofMinutes(2)));
        assertThat(pending.reason()).isEqualTo("‘Compare every value’ failed: it differs");
        assertThat(drive.cutover.headline()).startsWith("Rolls back by itself at 22:").contains("unless it is held");
    }

    @Test
    void it_begins_when_it_is_due_and_only_once() {
        Drive drive = compareFails("countdown: 2m");
        long seq = drive.cutover.pendingRollback().orElseThrow().seq();
        due(drive, seq, NOTHING_LOST);
        assertThat(drive.cutover.status()).isEqualTo(Status.ROLLING_BACK);
        long version = drive.cutover.version();
        due(drive, seq, NOTHING_LOST);
        assertThat(drive.cutover.version()).isEqualTo(version);
    }

    @Test
    void who_takes_part_can_hold_it_with_a_reason_and_the_same_verdict_does_not_announce_it_again() {
        Drive drive = compareFails("countdown: 2m");
        long seq = drive.cutover.pendingRollback().orElseThrow().seq();
        assertThatThrownBy(() -> hold(drive, VERA, "no")).isInstanceOf(RoleMissingException.class);
        assertThatThrownBy(() -> hold(drive, OTTO, " ")).hasMessageContaining("it needs a reason");
        hold(drive, OTTO, "the probe is wrong");
        assertThat(drive.cutover.pendingRollback()).isEmpty();
        due(drive, seq, NOTHING_LOST);
        drive.decide(Course::follow);
        assertThat(drive.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(drive.cutover.pendingRollback()).isEmpty();
        assertThat(drive.cutover.headline()).startsWith("‘Compare every value’ failed");
        assertThatThrownBy(() -> hold(drive, OTTO, "again")).hasMessageContaining("none is announced");
        drive.retry(DANA, "compare").fail("compare");
        assertThat(drive.cutover.pendingRollback()).as("a new verdict").isPresent();
    }

    @Test
    void who_takes_part_can_confirm_it_before_it_is_due() {
        Drive drive = compareFails("countdown: 2m");
        long seq = drive.cutover.pendingRollback().orElseThrow().seq();
        drive.rollback(OTTO, "no need to wait");
        assertThat(drive.cutover.pendingRollback()).isEmpty();
        assertThat(drive.cutover.rollback().orElseThrow().reason()).isEqualTo("no need to wait");
        due(drive, seq, NOTHING_LOST);
        assertThat(drive.events()).containsOnlyOnce("RollbackStarted");
    }

    @Test
    void trying_the_step_again_takes_its_verdict_and_the_announcement_back() {
        Drive drive = compareFails("countdown: 2m").retry(DANA, "compare");
        assertThat(drive.cutover.pendingRollback()).isEmpty();
        drive.pass("compare");
        assertThat(drive.cutover.gate("verified").orElseThrow().state()).isEqualTo(Gate.State.OPEN);
    }

    @Test
    void after_the_switch_it_begins_by_itself_only_where_nothing_would_be_lost() {
        Drive drive = soakFails("");
        due(drive, drive.cutover.pendingRollback().orElseThrow().seq(), SOMETHING_LOST);
        assertThat(drive.cutover.status()).isEqualTo(Status.ACTIVE);
        assertThat(drive.cutover.pendingRollback()).isEmpty();
        assertThat(drive.cutover.describe(drive.log.getLast()))
                .isEqualTo("Ferryman held the announced rollback: Three writes would be lost.");

        Drive other = soakFails("");
        due(other, other.cutover.pendingRollback().orElseThrow().seq(), NOTHING_LOST);
        assertThat(other.cutover.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void a_runbook_can_leave_it_to_people_after_the_switch_or_never_ask_them() {
        Drive people = soakFails("automatic-rollback: before-switch\n");
        due(people, people.cutover.pendingRollback().orElseThrow().seq(), NOTHING_LOST);
        assertThat(people.cutover.status()).isEqualTo(Status.ACTIVE);

        Drive always = soakFails("automatic-rollback: always\n");
        due(always, always.cutover.pendingRollback().orElseThrow().seq(), SOMETHING_LOST);
        assertThat(always.cutover.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void nothing_begins_after_the_cutover_is_completed() {
        Drive drive = soakFails("");
        long seq = drive.cutover.pendingRollback().orElseThrow().seq();
        drive.retry(OTTO, "soak").pass("soak").sign(PIA, "done", "product-owner").sign(TESS, "done", "tech-lead")
                .decide(draft -> Course.complete(draft, PIA));
        due(drive, seq, NOTHING_LOST);
        assertThat(drive.cutover.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void the_log_tells_the_same_when_it_is_read_again() {
        Drive drive = compareFails("countdown: 2m");
        assertThat(Cutover.replay("c1", drive.log).pendingRollback()).isEqualTo(drive.cutover.pendingRollback());
        hold(drive, OTTO, "the probe is wrong");
        Cutover again = Cutover.replay("c1", drive.log);
        assertThat(again.pendingRollback()).isEmpty();
        assertThat(again.held(again.step("compare").orElseThrow())).isTrue();
    }

    private static Drive compareFails(String more) {
        return inVerify(Drive.smallMoveText().replace("on-failure: rollback}", "on-failure: rollback, " + more + "}"))
                .fail("compare");
    }

    private static Drive soakFails(String top) {
        String text = top + Drive.smallMoveText().replace("kind: wait, role: operator, uses: scripted}",
                "kind: wait, role: operator, uses: scripted, on-failure: rollback}");
        return inVerify(text).pass("compare").sign(Drive.QUINN, "verified", "qa-lead").run(OTTO, "freeze")
                .pass("freeze").run(OTTO, "switch").pass("switch").complete(Drive.QUINN, "smoke").fail("soak");
    }

    private static Drive inVerify(String text) {
        return Drive.inMigrate(new TemplateParser().parse(text, "t.yaml")).run(DANA, "carry").pass("carry")
                .pass("counts");
    }

    private static void due(Drive drive, long seq, RollbackGuard guard) {
        drive.decide(draft -> Course.due(draft, seq, guard));
    }

    private static void hold(Drive drive, Actor actor, String reason) {
        drive.decide(draft -> Course.hold(draft, actor, reason));
    }
}
