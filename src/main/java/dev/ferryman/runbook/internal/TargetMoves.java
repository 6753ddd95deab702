package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.SessionAnswered;
import dev.ferryman.runbook.CutoverEvent.SessionSignalled;
import dev.ferryman.runbook.CutoverEvent.WritesConfirmed;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.RoleMissingException;
import java.util.List;

/** What people do to the target and to the application beside the steps. */
public final class TargetMoves {
    private static final List<Role> ENDERS = List.of(Role.DBA, Role.OPERATOR, Role.DEVOPS_LEAD);

    private TargetMoves() {}

    /** Makes sure that somebody may end sessions of the target. Rests on the person's role, whatever the runbook names. */
    public static void endSession(Draft draft, Actor actor, String tried) {
        Refusals.unlessLive(draft.cutover(), tried);
        List<String> roles = ENDERS.stream().map(Role::id).toList();
        if (roles.stream().noneMatch(actor::holds)) {
            String either = Refusals.either(Refusals.labels(roles));
            throw new RoleMissingException(tried, "it needs one of the roles " + either + ", none of which "
                    + actor.displayName() + " holds.", "Ask someone who holds one of them.");
        }
    }

    /** Writes down that a session is about to be cancelled or ended. */
    public static void signal(Draft draft, Actor actor, String tried, SessionSignalled what) {
        endSession(draft, actor, tried);
        Refusals.unlessReason(what.reason(), tried);
        draft.emit(actor, what);
    }

    /** Writes down what came of it, also where the cutover has ended meanwhile. */
    public static void answered(Draft draft, SessionAnswered what) {
        draft.emit(Actor.FERRYMAN, what);
    }

    /** A person says that the application may write again; a cutover that waited for it alone goes on, or ends. */
    public static void confirmWrites(Draft draft, Actor actor, String how) {
        Cutover cutover = draft.cutover();
        String tried = "Say that the application may write again";
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (cutover.kept().isEmpty()) {
            throw new IllegalMoveException(tried, "it is not kept from writing, as far as the steps tell.",
                    "There is nothing to do.");
        }
        Refusals.unlessReason(how, tried);
        draft.emit(actor, new WritesConfirmed(how.strip()));
        Course.follow(draft);
    }
}
