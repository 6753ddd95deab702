package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.TESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.CutoverEvent.DueSoon;
import dev.ferryman.runbook.CutoverEvent.Overdue;
import dev.ferryman.runbook.CutoverEvent.WaitingTooLong;
import dev.ferryman.runbook.Moves.StepMove;
import dev.ferryman.runbook.internal.Allowed;
import dev.ferryman.runbook.internal.StepMoves;
import dev.ferryman.runbook.internal.Timetable;
import dev.ferryman.runbook.internal.WindowMoves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Instant T = Instant.parse("2026-03-20T22:00:00Z");
    private static final Window WINDOW = new Window(T, T.plus(Duration.ofHours(2)), ZoneId.of("Europe/Berlin"));

    static Template scheduled(String... replacements) {
        try {
            String text = Files.readString(
                    Path.of("src/test/resources/dev/ferryman/runbook/templates/scheduled-move.yaml"));
            for (int i = 0; i < replacements.length; i += 2) {
                assertThat(text).contains(replacements[i]);
                text = text.replace(replacements[i], replacements[i + 1]);
            }
            return new TemplateParser().parse(text, "scheduled-move.yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Drive inCutover() {
        return new Drive(scheduled()).complete(OTTO, "booked").complete(OTTO, "told").sign(TESS, "go", "tech-lead")
                .run(DANA, "carry").pass("carry").pass("compare");
    }

    private static Drive window(Drive drive, Window window) {
        return drive.decide(draft -> WindowMoves.set(draft, OTTO, window, "agreed", List.of()));
    }

    private static Drive tickAt(Drive drive, Instant moment) {
        drive.now = moment.minusSeconds(1);
        return drive.decide(Timetable::tick);
    }

    private static List<CutoverEvent> told(Drive drive) {
        return drive.log.stream().map(RecordedEvent::event).filter(
                event -> event instanceof DueSoon || event instanceof Overdue || event instanceof WaitingTooLong)
                .toList();
    }

    @Test
    void what_is_due_is_told_a_day_before_and_when_it_is_overdue_once_each() {
        Drive drive = window(new Drive(scheduled("patience: 4h", "help: x", "patience: 12h", "help: x")), WINDOW);
        Instant booked = T.minus(Duration.ofDays(7));
        tickAt(drive, booked.minus(Duration.ofDays(1)).minusSeconds(1));
        assertThat(told(drive)).isEmpty();
        tickAt(drive, booked.minus(Duration.ofDays(1)));
        tickAt(drive, booked.minus(Duration.ofHours(1)));
        assertThat(told(drive)).containsExactly(new DueSoon("booked", booked));
        tickAt(drive, booked);
        tickAt(drive, booked.plusSeconds(60));
        assertThat(told(drive)).containsExactly(new DueSoon("booked", booked), new Overdue("booked", booked));
        assertThat(drive.cutover.describe(drive.log.getLast()))
                .isEqualTo("‘Window booked’ is overdue: it was due 13 Mar 2026 22:00 UTC.");
        assertThat(drive.cutover.status()).as("nothing fails by itself").isEqualTo(Status.ACTIVE);
        drive.complete(OTTO, "booked").complete(OTTO, "told");
        tickAt(drive, T.minus(Duration.ofDays(1)));
        assertThat(told(drive)).last().isEqualTo(new Overdue("go", T.minus(Duration.ofDays(1))));
    }

    @Test
    void a_window_that_is_moved_moves_what_is_due_and_it_is_told_anew() {
        Drive drive = window(new Drive(scheduled("patience: 4h", "help: x")), WINDOW);
        tickAt(drive, T.minus(Duration.ofDays(7)));
        Instant later = T.plus(Duration.ofDays(7));
        window(drive, new Window(later, later.plusSeconds(3600), WINDOW.zone()));
        tickAt(drive, later.minus(Duration.ofDays(8)));
        assertThat(told(drive)).containsExactly(new Overdue("booked", T.minus(Duration.ofDays(7))),
                new DueSoon("booked", later.minus(Duration.ofDays(7))));
        assertThat(Cutover.replay("c1", drive.log).told(Deadline.of(drive.cutover).getFirst(), DueSoon.class)).isTrue();
    }

    @Test
    void without_a_window_nothing_is_due() {
        Drive drive = new Drive(scheduled("patience: 4h", "help: x"));
        tickAt(drive, T.plus(Duration.ofDays(30)));
        assertThat(told(drive)).isEmpty();
        assertThat(Deadline.of(drive.cutover)).noneMatch(deadline -> deadline.due() != null);
    }

    @Test
    void what_waits_for_a_person_longer_than_the_patience_is_told_once_for_each_wait() {
        Drive drive = new Drive(scheduled());
        Instant since = drive.now;
        tickAt(drive, since.plus(Duration.ofHours(4)).minusSeconds(1));
        assertThat(told(drive)).isEmpty();
        tickAt(drive, since.plus(Duration.ofHours(4)));
        tickAt(drive, since.plus(Duration.ofHours(5)));
        assertThat(told(drive)).containsExactly(new WaitingTooLong("told", since));
        drive.complete(OTTO, "booked").complete(OTTO, "told");
        Instant open = drive.now;
        tickAt(drive, open.plus(Duration.ofHours(12)));
        assertThat(told(drive)).last().isEqualTo(new WaitingTooLong("go", open));
    }

    @Test
    void a_step_of_the_window_starts_by_itself_when_the_window_opens() {
        Drive drive = window(inCutover(), WINDOW);
        assertThat(drive.status("freeze")).isEqualTo(StepStatus.READY);
        assertThat(drive.cutover.headline()).isEqualTo("‘Freeze writes’ starts by itself inside the window, "
                + "20 Mar 2026 23:00 to 21 Mar 2026 01:00 Europe/Berlin (from 20 Mar 2026 22:00 UTC).");
        tickAt(drive, T.minusSeconds(1));
        assertThat(drive.status("freeze")).isEqualTo(StepStatus.READY);
        tickAt(drive, T);
        assertThat(drive.status("freeze")).isEqualTo(StepStatus.RUNNING);
        drive.pass("freeze");
        assertThat(drive.status("switch")).as("a person starts it").isEqualTo(StepStatus.READY);
    }

    @Test
    void in_a_window_that_opened_while_nobody_looked_it_starts_late_and_after_it_not_at_all() {
        Drive late = window(inCutover(), WINDOW);
        tickAt(late, WINDOW.end().minusSeconds(1));
        assertThat(late.status("freeze")).isEqualTo(StepStatus.RUNNING);
        Drive tooLate = window(inCutover(), WINDOW);
        tickAt(tooLate, WINDOW.end());
        assertThat(tooLate.status("freeze")).isEqualTo(StepStatus.READY);
        assertThatThrownBy(() -> tooLate.run(OTTO, "freeze")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("which closed on 21 Mar 2026 01:00 Europe/Berlin (21 Mar 2026 00:00 UTC)");
        Instant next = T.plus(Duration.ofDays(1));
        window(tooLate, new Window(next, next.plusSeconds(3600), WINDOW.zone()));
        tickAt(tooLate, next);
        assertThat(tooLate.status("freeze")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void one_whose_turn_comes_inside_the_window_starts_at_once() {
        Drive drive = window(new Drive(scheduled()), WINDOW);
        drive.now = T;
        drive.complete(OTTO, "booked").complete(OTTO, "told").sign(TESS, "go", "tech-lead").run(DANA, "carry")
                .pass("carry").pass("compare");
        assertThat(drive.status("freeze")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void nobody_starts_a_step_of_the_window_outside_it_unless_its_role_says_why() {
        Drive drive = window(inCutover(), WINDOW);
        assertThatThrownBy(() -> drive.run(OTTO, "freeze")).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("which opens on 20 Mar 2026 23:00 Europe/Berlin (20 Mar 2026 22:00 UTC)");
        assertThat(moves(drive, OTTO)).contains(StepMove.OVERRIDE_WINDOW).doesNotContain(StepMove.RUN);
        assertThat(moves(drive, DANA)).doesNotContain(StepMove.OVERRIDE_WINDOW);
        assertThatThrownBy(() -> drive.decide(draft -> StepMoves.overrideWindow(draft, OTTO, "freeze", "")))
                .hasMessageContaining("it needs a reason");
        assertThatThrownBy(() -> drive.decide(draft -> StepMoves.overrideWindow(draft, DANA, "freeze", "now")))
                .isInstanceOf(RoleMissingException.class);

        drive.decide(draft -> StepMoves.overrideWindow(draft, OTTO, "freeze", "the disk dies"));
        assertThat(drive.status("freeze")).as("it starts by itself").isEqualTo(StepStatus.RUNNING);
        assertThat(drive.log).anySatisfy(recorded -> assertThat(drive.cutover.describe(recorded))
                .isEqualTo("Otto lets ‘Freeze writes’ start outside the window: the disk dies"));
        assertThatThrownBy(() -> drive.pass("freeze").run(OTTO, "switch")).as("each step for itself")
                .hasMessageContaining("only inside the window");
    }

    @Test
    void what_was_allowed_for_one_window_is_not_allowed_for_the_next() {
        Drive drive = window(inCutover(), WINDOW);
        drive.decide(draft -> StepMoves.overrideWindow(draft, OTTO, "switch", "the disk dies"));
        assertThat(drive.cutover.mayStartAnyTime("switch")).isTrue();
        window(drive, new Window(T.plusSeconds(3600), T.plusSeconds(7200), WINDOW.zone()));
        assertThat(drive.cutover.mayStartAnyTime("switch")).isFalse();
    }

    @Test
    void a_manual_step_of_the_window_is_not_done_before_it_opens_and_is_recorded_after_it_closed() {
        Drive drive = window(inCutover(), WINDOW);
        tickAt(drive, T);
        drive.pass("freeze").run(OTTO, "switch").pass("switch");
        Drive before = new Drive(scheduled("role: operator, due: T-7d", "role: operator, in-window: true"));
        window(before, WINDOW);
        assertThatThrownBy(() -> before.complete(OTTO, "booked")).hasMessageContaining("which opens on");
        drive.now = WINDOW.end();
        drive.complete(OTTO, "smoke");
        assertThat(drive.cutover.phase()).isEqualTo(Phase.MONITOR);
    }

    @Test
    void without_a_window_steps_of_the_window_wait_for_one_to_be_set() {
        Drive drive = inCutover();
        assertThat(drive.cutover.headline())
                .isEqualTo("‘Freeze writes’ may start only inside the window, and none is set.");
        assertThatThrownBy(() -> drive.run(OTTO, "freeze")).hasMessageContaining("and none is set");
        window(drive, new Window(drive.now, drive.now.plusSeconds(3600), WINDOW.zone()));
        assertThat(drive.status("freeze")).as("it is open").isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void a_template_says_what_is_wrong_with_its_times() {
        assertThatThrownBy(() -> scheduled("due: T-7d", "due: 7d")).isInstanceOf(TemplateException.class)
                .hasMessageContaining("such as T-7d, T-0 or T+4h");
        assertThatThrownBy(() -> scheduled("T-14d..T-2d", "T-2d..T-14d")).hasMessageContaining("T-14d..T-7d");
        assertThatThrownBy(() -> scheduled("patience: 1h", "in-window: true"))
                .hasMessageContaining("the way back waits for no window");
        assertThatThrownBy(() -> scheduled("start: window", "start: window, in-window: false"))
                .hasMessageContaining("leave in-window out");
    }

    private static java.util.Set<StepMove> moves(Drive drive, Actor actor) {
        return Allowed.of(drive.cutover, actor, drive.directory, drive.now).on("freeze");
    }
}
