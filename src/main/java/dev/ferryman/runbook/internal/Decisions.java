package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.CutoverEvent.ForcedFailed;
import dev.ferryman.runbook.CutoverEvent.NodeChanged;
import dev.ferryman.runbook.CutoverEvent.RollbackAnnounced;
import dev.ferryman.runbook.CutoverEvent.StepCancelled;
import dev.ferryman.runbook.CutoverEvent.StepFailed;
import dev.ferryman.runbook.CutoverEvent.StepInconclusive;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepSkipped;
import dev.ferryman.runbook.CutoverEvent.StepStarted;
import dev.ferryman.runbook.CutoverEvent.StepUnknown;
import dev.ferryman.runbook.Decision;
import dev.ferryman.runbook.DecisionListener;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.StepStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out decisions, each in one transaction: the cutover is locked and rebuilt from its log, the rules decide on what
 * they see there, and the new events, the row for lists, the fate of leases and the executions to come are stored
 * together or not at all. DESIGN.md § 1.
 */
final class Decisions {
    private final TransactionTemplate transactions;
    private final EventLog log;
    private final Leases leases;
    private final ChangeFeed changes;
    private final Placement placement;
    private final Clock clock;
    private final Companions companions;
    private final Iterable<DecisionListener> within;
    private final List<Consumer<Draft>> afterwards = new CopyOnWriteArrayList<>();

    Decisions(TransactionTemplate transactions, EventLog log, Leases leases, ChangeFeed changes,
            Placement placement, Clock clock, Companions companions,
            Iterable<DecisionListener> within) {
        this.companions = companions;
        this.within = within;
        this.transactions = transactions;
        this.log = log;
        this.leases = leases;
        this.changes = changes;
        this.placement = placement;
        this.clock = clock;
    }

    /** Tells this listener of every decision once it is stored; it must be quick and must not throw. */
    void afterwards(Consumer<Draft> listener) {
        afterwards.add(listener);
    }

    /** Stores a new cutover. */
    Cutover create(Draft draft) {
        transactions.executeWithoutResult(status -> {
            log.create(draft);
            carryOut(draft);
        });
        tell(draft);
        return draft.cutover();
    }

    /** Decides about a cutover as it stands and stores what was decided. A decision without events changes nothing. */
    Cutover decide(String cutoverId, Consumer<Draft> decision) {
        Draft decided = transactions.execute(status -> {
            log.lock(cutoverId);
            Draft draft = new Draft(log.load(cutoverId), now(), (step, attempt) -> leases.effectOpen(cutoverId, step,
                    attempt));
            decision.accept(draft);
            if (!draft.events().isEmpty()) {
                log.append(draft);
                carryOut(draft);
            }
            return draft;
        });
        if (!decided.events().isEmpty()) {
            tell(decided);
        }
        return decided.cutover();
    }

    Instant now() {
        return clock.instant();
    }

    private void carryOut(Draft draft) {
        String id = draft.cutover().id();
        for (RecordedEvent recorded : draft.events()) {
            switch (recorded.event()) {
                case StepStarted started -> {
                    Instant due = started.notBefore() == null ? recorded.at() : started.notBefore();
                    placement.schedule(draft.cutover(), new StepTask(id, started.step(), started.attempt()), due);
                }
                case StepPassed passed -> leases.revoke(id, passed.step(), passed.attempt());
                case StepFailed failed -> leases.revoke(id, failed.step(), failed.attempt());
                case StepInconclusive unclear -> leases.revoke(id, unclear.step(), unclear.attempt());
                case StepUnknown unknown -> leases.revoke(id, unknown.step(), unknown.attempt());
                case StepCancelled cancelled -> leases.revoke(id, cancelled.step(), cancelled.attempt());
                case ForcedFailed forced -> leases.revoke(id, forced.step(), forced.attempt());
                case NodeChanged changed -> move(draft.cutover(), changed.from());
                case RollbackAnnounced announced ->
                    placement.schedule(new RollbackTimer(id, recorded.seq()), announced.due());
                case StepSkipped _,CutoverEvent.Created _,CutoverEvent.WindowSet _,CutoverEvent.WindowOverridden _,CutoverEvent.DueSoon _,CutoverEvent.Overdue _,CutoverEvent.WaitingTooLong _,CutoverEvent.PlanSet _,CutoverEvent.StepNoted _,CutoverEvent.GateSigned _,CutoverEvent.SignOffWithdrawn _,CutoverEvent.SignOffsVoided _,CutoverEvent.BreakGlassRequested _,CutoverEvent.BreakGlassConfirmed _,CutoverEvent.PhaseEntered _,CutoverEvent.RollbackHeld _,CutoverEvent.Switched _,CutoverEvent.RollbackStarted _,CutoverEvent.RolledBack _,CutoverEvent.Aborted _,CutoverEvent.Failed _,CutoverEvent.Completed _,CutoverEvent.LessonWritten _,CutoverEvent.IncidentReported _,CutoverEvent.FileAttached _,CutoverEvent.FileRemoved _,CutoverEvent.SessionSignalled _,CutoverEvent.SessionAnswered _,CutoverEvent.WritesConfirmed _ -> {
                    // No attempt begins or ends.
                }
            }
        }
        companions.carryOut(draft.cutover(), placement, leases, now());
        Decision decision = draft.decision();
        within.forEach(listener -> listener.decided(decision));
        changes.count(id);
    }

    /** Whoever is in the middle of something on the node of before may act no more, whenever it wakes up. */
    private void move(Cutover cutover, String from) {
        cutover.steps().stream().filter(step -> step.status() == StepStatus.RUNNING)
                .filter(step -> placement.nodeOf(cutover, step.key()).isPresent())
                .forEach(step -> leases.revoke(cutover.id(), step.key(), step.attempt()));
        companions.revoke(cutover, leases);
        placement.move(cutover, from);
    }

    private void tell(Draft draft) {
        afterwards.forEach(listener -> listener.accept(draft));
        changes.poll();
    }
}
