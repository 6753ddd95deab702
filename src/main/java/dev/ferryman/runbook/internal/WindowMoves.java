package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.WindowSet;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Window;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people may do with the window of a cutover. */
public final class WindowMoves {
    private WindowMoves() {}

    /**
     * Sets another window, or takes it away.
     *
     * @param window null takes it away
     * @param frozen freezes it is in; only an administrator passes them over
     */
    public static void set(Draft draft, Actor actor, @Nullable Window window, String reason, List<String> frozen) {
        Cutover cutover = draft.cutover();
        String tried = window == null ? "Take the window away" : "Set the window";
        Refusals.unlessLive(cutover, tried);
        if (cutover.status() == Status.ROLLING_BACK) {
            throw new IllegalMoveException(tried, "the cutover is rolling back.",
                    "A rollback waits for no window; finish it.");
        }
        boolean administrator = actor.holds(Role.ADMINISTRATOR.id());
        if (!administrator) {
            Refusals.unlessTakesPart(cutover, actor, tried);
        }
        Refusals.unlessReason(reason, tried);
        if (cutover.window().equals(Optional.ofNullable(window))) {
            throw new IllegalMoveException(tried, window == null ? "there is none." : "it is the one that is set.",
                    "Nothing has to be done.");
        }
        if (window != null) {
            problem(window, draft.at()).ifPresent(why -> {
                throw new IllegalMoveException(tried, why, "Correct it, then try again.");
            });
        }
        if (!frozen.isEmpty() && !administrator) {
            throw new IllegalMoveException(tried, String.join("; ", frozen) + ".",
                    "Choose another time, or ask an administrator to set it all the same.");
        }
        draft.emit(actor, new WindowSet(window, reason.strip(), frozen));
        Course.follow(draft);
    }

    /** Why no cutover can have this window, as half a sentence; empty where one can. */
    static Optional<String> problem(Window window, Instant now) {
        if (window.closedBy(now)) {
            return Optional.of("it has closed already.");
        }
        return window.length().compareTo(Window.LONGEST) > 0
                ? Optional.of("it is longer than " + Window.LONGEST.toDays() + " days.")
                : Optional.empty();
    }
}
