package dev.ferryman.cutover;

import dev.ferryman.runbook.Gate;
import java.util.List;

/**
 * A gate as one user sees it.
 *
 * @param gate the gate
 * @param rows one per role that has to sign
 * @param deadline when it has to be passed
 * @param breakGlass whether this user can ask to pass it without its sign-offs, or confirm that
 */
public record GateView(Gate gate, List<SignOffRow> rows, DeadlineView deadline, Permission breakGlass) {
    public GateView {
        rows = List.copyOf(rows);
    }

    /** Whether sign-offs are bound to the plan. */
    public boolean requiresPlan() {
        return gate.definition().requiresPlan();
    }
}
