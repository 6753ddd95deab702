package dev.ferryman.cutover;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Moves;
import java.util.List;
import java.util.Optional;

/**
 * One consistent state of a cutover as one user sees it: everything its page needs.
 *
 * @param cutover the cutover
 * @param headline one sentence: what is happening, what it waits for, who can act
 * @param timing elapsed against planned
 * @param connections its two databases
 * @param phases every phase in order, rollback last
 * @param plan the plan in force, empty until there is one
 * @param tables how far each table is, empty until there is a plan
 * @param verification the latest verification
 * @param rollbackPreview what a rollback would do now
 * @param moves what this user may do
 * @param rollback whether this user may start the rollback
 * @param abort whether this user may abort, or give up the rollback under way
 * @param complete whether this user may complete it
 * @param monitors its monitors
 * @param replication how the side without writes follows the other; empty where nothing is followed
 * @param traffic where its router sends requests; empty where it has none
 * @param recoveries other ways out than the rollback
 * @param windowWarning why the window is too short for what is left to do in it, or what it has closed without; empty where
 *        there is nothing to warn of
 * @param overdue titles of steps and gates that are overdue or have waited for a person too long
 * @param handovers how writes went from side to side, oldest first
 * @param backups backups and archives that were made, oldest first
 * @param waits why nothing that needs the source's files can go on on any replica; empty where it can
 * @param otherNodes labels of nodes that this user may move it to now, since nobody can go on where it is
 */
public record CutoverView(Cutover cutover, String headline, Timing timing, ConnectionsView connections,
        List<PhaseView> phases, Optional<PlanView> plan, List<TableProgress> tables,
        Optional<VerificationView> verification, RollbackPreview rollbackPreview, Moves moves, Permission rollback,
        Permission abort, Permission complete, List<MonitorView> monitors,
        Optional<ReplicationView> replication, Optional<TrafficView> traffic, List<RecoveryView> recoveries,
        String windowWarning, List<String> overdue, List<HandoverView> handovers, List<BackupView> backups,
        Optional<String> waits, List<String> otherNodes) {
    public CutoverView {
        phases = List.copyOf(phases);
        tables = List.copyOf(tables);
        monitors = List.copyOf(monitors);
        recoveries = List.copyOf(recoveries);
        overdue = List.copyOf(overdue);
        handovers = List.copyOf(handovers);
        backups = List.copyOf(backups);
        otherNodes = List.copyOf(otherNodes);
    }
}
