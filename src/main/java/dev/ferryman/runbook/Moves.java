package dev.ferryman.runbook;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one actor may do with a cutover as it stands: what the buttons are drawn from. Asked of the same rules that
 * decide the commands.
 *
 * @param steps             moves by step key; steps without any are left out
 * @param sign              roles this actor can sign the open gate for
 * @param withdraw          roles whose sign-off at the open gate this actor can take back
 * @param requestBreakGlass whether the actor can ask to pass the open gate without its sign-offs
 * @param confirmBreakGlass whether the actor can be the second person
 * @param rollback          whether the actor can start the rollback
 * @param hold              whether the actor can keep the announced rollback from beginning by itself
 * @param abort             whether the actor can abort, or give up the rollback under way
 * @param window            whether the actor can set another window or take it away
 * @param complete          whether the actor can complete the cutover
 * @param confirmWrites     whether the actor can say that the application may write again
 * @param endSessions       whether the actor can have sessions of the target cancelled or ended, and may see what they run
 */
public record Moves(Map<String, Set<StepMove>> steps, List<String> sign, List<String> withdraw,
        boolean requestBreakGlass, boolean confirmBreakGlass, boolean rollback, boolean hold, boolean abort,
        boolean window,
        boolean complete, boolean confirmWrites, boolean endSessions) {
    /** The moves on one step. */
    public Set<StepMove> on(String stepKey) {
        return steps.getOrDefault(stepKey, Set.of());
    }

    /** The same, but for signing. */
    public Moves withoutSigning() {
        return new Moves(steps, List.of(), withdraw, requestBreakGlass, confirmBreakGlass, rollback, hold, abort,
                window,
                complete, confirmWrites, endSessions);
    }

    /** Whether there is anything the actor can do at all, notes aside. */
    public boolean any() {
        return !sign.isEmpty() || !withdraw.isEmpty() || requestBreakGlass || confirmBreakGlass || rollback || hold
                || abort
                || complete || confirmWrites
                || steps.values().stream().anyMatch(moves -> !moves.equals(Set.of(StepMove.NOTE)));
    }

    /** What can be done with a step. */
    public enum StepMove {
        /** Start it. */
        RUN,
        /** Say that it is done. */
        COMPLETE,
        /** Start a new attempt after one that did not pass. */
        RETRY,
        /** Accept going on without it. */
        SKIP,
        /** Let it start outside the window. */
        OVERRIDE_WINDOW,
        /** Stop the attempt under way. */
        CANCEL,
        /** Force a running or unknown attempt to failed. */
        FORCE_FAIL,
        /** Write a remark. */
        NOTE
    }
}
