package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.NodeChanged;
import dev.ferryman.runbook.IllegalMoveException;
import java.util.List;
import java.util.Optional;

/** What people may do when the node that a cutover waits for does not come back: its label has gone, or its files have moved. */
final class NodeMoves {
    private NodeMoves() {}

    /**
     * Says that the source and the work directory are on another node from now on.
     *
     * @param waits why nobody at the node of before can go on; while somebody can, it has the file
     * @param alive labels of replicas that show a sign of life
     */
    static void move(Draft draft, Actor actor, String node, String reason, Optional<String> waits,
            List<String> alive) {
        Cutover cutover = draft.cutover();
        String tried = "Move the cutover to node ‘" + node + "’";
        Refusals.unlessLive(cutover, tried);
        if (!actor.holds(Role.ADMINISTRATOR.id())) {
            Refusals.unlessTakesPart(cutover, actor, tried);
        }
        Refusals.unlessReason(reason, tried);
        String from = Placement.nodeOf(cutover).orElseThrow(() -> new IllegalMoveException(tried,
                "it is on no node: every replica reaches its files.", "Nothing has to be done."));
        if (from.equals(node)) {
            throw new IllegalMoveException(tried, "it is there.", "Choose another node.");
        }
        if (waits.isEmpty()) {
            throw new IllegalMoveException(tried, "a replica of node ‘" + from + "’ is at work and reaches its files.",
                    "Nothing has to be done. Where they are to move, stop the replicas there first and move them.");
        }
        if (!alive.contains(node)) {
            throw new IllegalMoveException(tried, "no replica of that node shows a sign of life.",
                    alive.isEmpty()
                            ? "Start one with this ferryman.node, then try again."
                            : "Choose one of these: " + String.join(", ", alive) + "; or start a replica there.");
        }
        draft.emit(actor, new NodeChanged(from, node, reason.strip()));
    }
}
