package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.DueSoon;
import dev.ferryman.runbook.CutoverEvent.Overdue;
import dev.ferryman.runbook.CutoverEvent.WaitingTooLong;
import dev.ferryman.runbook.Deadline;
import dev.ferryman.runbook.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the passing of time alone does to a cutover. Decided on the cutover as it stands under its lock, and told once: what
 * was told is in the log. So it may be asked at any moment, too late or twice.
 */
public final class Timetable {
    private Timetable() {}

    /** Tells what has come near, passed or waited too long by now, and starts what the open window lets start. */
    public static void tick(Draft draft) {
        if (draft.cutover().status().terminal()) {
            return;
        }
        Deadline.of(draft.cutover()).stream().filter(deadline -> !deadline.done())
                .forEach(deadline -> tell(draft, deadline));
        Course.follow(draft);
    }

    private static void tell(Draft draft, Deadline deadline) {
        Cutover cutover = draft.cutover();
        Instant now = draft.at();
        Instant due = deadline.due();
        if (due != null && deadline.overdue(now)) {
            if (!cutover.told(deadline, Overdue.class)) {
                draft.emit(Actor.FERRYMAN, new Overdue(deadline.on(), due));
            }
        } else if (due != null && !now.isBefore(due.minus(Deadline.SOON)) && !cutover.told(deadline, DueSoon.class)) {
            draft.emit(Actor.FERRYMAN, new DueSoon(deadline.on(), due));
        }
        Instant since = deadline.since();
        if (since != null && deadline.tooLong(now) && !cutover.told(deadline, WaitingTooLong.class)) {
            draft.emit(Actor.FERRYMAN, new WaitingTooLong(deadline.on(), since));
        }
    }

    /** When there is something to do for the passing of time alone; empty where there never is, as it stands. */
    static Optional<Instant> next(Cutover cutover, Instant now) {
        if (cutover.status().terminal()) {
            return Optional.empty();
        }
        List<Instant> times = new ArrayList<>();
        cutover.window().map(Window::start).filter(now::isBefore).ifPresent(times::add);
        for (Deadline deadline : Deadline.of(cutover)) {
            Instant due = deadline.due();
            if (due != null && !deadline.done() && !cutover.told(deadline, Overdue.class)) {
                times.add(now.isBefore(due) && !cutover.told(deadline, DueSoon.class)
                        ? due.minus(Deadline.SOON)
                        : due);
            }
            deadline.patienceEnds().filter(_ -> !cutover.told(deadline, WaitingTooLong.class)).ifPresent(times::add);
        }
        return times.stream().min(Instant::compareTo);
    }
}
