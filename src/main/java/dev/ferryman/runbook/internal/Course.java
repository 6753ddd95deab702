package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.Aborted;
import dev.ferryman.runbook.CutoverEvent.Completed;
import dev.ferryman.runbook.CutoverEvent.Failed;
import dev.ferryman.runbook.CutoverEvent.PhaseEntered;
import dev.ferryman.runbook.CutoverEvent.RollbackAnnounced;
import dev.ferryman.runbook.CutoverEvent.RollbackHeld;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import dev.ferryman.runbook.CutoverEvent.RolledBack;
import dev.ferryman.runbook.CutoverEvent.Switched;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.PendingRollback;
import dev.ferryman.runbook.Recovery;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.RollbackGuard;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepDefinition.OnFailure;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import dev.ferryman.runbook.Verdict;
import java.time.Duration;
import java.util.Optional;

/** The course of a cutover as a whole: what follows by itself, and its ends. */
public final class Course {
    private Course() {}

    /** Adds whatever follows by itself from what was decided, until nothing does. */
    public static void follow(Draft draft) {
        while (step(draft)) {
            // Each round sees what the one before has added.
        }
    }

    private static boolean step(Draft draft) {
        Cutover cutover = draft.cutover();
        if (cutover.status().terminal()) {
            return false;
        }
        Phase phase = cutover.phase();
        // 1. The switch that has passed is the point of no return.
        Optional<Step> theSwitch = cutover.steps(phase).stream()
                .filter(step -> step.definition().pointOfNoReturn() && step.status() == StepStatus.PASSED).findFirst();
        if (theSwitch.isPresent() && !cutover.switched()) {
            draft.emit(Actor.FERRYMAN, new Switched(theSwitch.get().key()));
            return true;
        }
        // 2. A failed verdict may roll back by itself, once.
        Optional<Step> decisive = cutover.steps(phase).stream()
                .filter(step -> step.definition().onFailure() == OnFailure.ROLLBACK && failed(step)
                        && !cutover.held(step))
                .findFirst();
        if (decisive.isPresent() && cutover.status() == Status.ACTIVE && phase != Phase.CHECKLIST
                && cutover.pendingRollback().isEmpty()) {
            demandRollback(draft, decisive.get());
            return true;
        }
        // 3. A recovery that was begun goes on.
        Optional<Step> repairs = cutover.recoveries().stream().filter(Recovery::underWay)
                .flatMap(recovery -> recovery.steps().stream())
                .filter(step -> step.definition().automatic() && step.status() == StepStatus.READY).findFirst();
        if (repairs.isPresent()) {
            StepMoves.start(draft, Actor.FERRYMAN, repairs.get());
            return true;
        }
        // 4. A finished phase gives way to the next.
        boolean passed = cutover.gate(phase).map(gate -> gate.state() == Gate.State.PASSED).orElse(true);
        if (cutover.stepsDone(phase) && passed) {
            Optional<Phase> next = phase.next();
            if (next.isPresent()) {
                draft.emit(Actor.FERRYMAN, new PhaseEntered(next.get()));
                return true;
            }
            // Nobody would look at it again: it is not over while users are locked out.
            if (phase == Phase.ROLLBACK && cutover.kept().isEmpty()) {
                draft.emit(Actor.FERRYMAN, new RolledBack());
            }
            return false;
        }
        // 5. Steps whose turn has come start, where the template says so.
        Optional<Step> due = cutover.steps(phase).stream()
                .filter(step -> step.definition().automatic() && step.status() == StepStatus.READY
                        && WindowRule.objection(cutover, step, draft.at()).isEmpty())
                .findFirst();
        due.ifPresent(step -> StepMoves.start(draft, Actor.FERRYMAN, step));
        return due.isPresent();
    }

    /** Starts the way back. */
    public static void rollback(Draft draft, Actor actor, String reason) {
        Cutover cutover = draft.cutover();
        String tried = "Roll back";
        Refusals.unlessLive(cutover, tried);
        if (cutover.status() == Status.ROLLING_BACK) {
            throw new IllegalMoveException(tried, "the rollback is under way.", cutover.headline());
        }
        if (cutover.phase() == Phase.CHECKLIST) {
            throw new IllegalMoveException(tried, "nothing has been touched yet.", "Abort the cutover instead.");
        }
        Refusals.unlessTakesPart(cutover, actor, tried);
        Refusals.unlessReason(reason, tried);
        takeTheWayBack(draft, actor, reason.strip());
        follow(draft);
    }

    /**
     * An announced rollback is due.
     *
     * @param seq   number of the event that announced it; where that one was held, confirmed or overtaken nothing happens
     * @param guard says what speaks against beginning by itself
     */
    public static void due(Draft draft, long seq, RollbackGuard guard) {
        Cutover cutover = draft.cutover();
        Optional<PendingRollback> pending = cutover.pendingRollback().filter(one -> one.seq() == seq);
        if (pending.isEmpty() || cutover.status() != Status.ACTIVE) {
            return;
        }
        Optional<String> objection = objection(cutover, guard);
        if (objection.isPresent()) {
            draft.emit(Actor.FERRYMAN, new RollbackHeld(objection.get()));
            return;
        }
        takeTheWayBack(draft, Actor.FERRYMAN, pending.get().reason());
        follow(draft);
    }

    /** Keeps an announced rollback from beginning by itself; a person decides about the verdict then. */
    public static void hold(Draft draft, Actor actor, String reason) {
        Cutover cutover = draft.cutover();
        String tried = "Hold the rollback";
        Refusals.unlessLive(cutover, tried);
        if (cutover.pendingRollback().isEmpty()) {
            throw new IllegalMoveException(tried, "none is announced.", cutover.headline());
        }
        Refusals.unlessTakesPart(cutover, actor, tried);
        Refusals.unlessReason(reason, tried);
        draft.emit(actor, new RollbackHeld(reason.strip()));
    }

    /**
     * Gives up: before anything was touched, or a rollback that cannot be finished from here, which is then a failure. From
     * everywhere else the way out is the rollback.
     */
    public static void abort(Draft draft, Actor actor, String reason) {
        Cutover cutover = draft.cutover();
        String tried = "Abort";
        Refusals.unlessLive(cutover, tried);
        boolean rollingBack = cutover.status() == Status.ROLLING_BACK;
        if (cutover.phase() != Phase.CHECKLIST && !rollingBack) {
            throw new IllegalMoveException(tried, "the cutover is past its checklist.", "Roll it back instead.");
        }
        Refusals.unlessTakesPart(cutover, actor, tried);
        Refusals.unlessReason(reason, tried);
        stopWhatRuns(draft, actor, rollingBack ? "the rollback was given up" : "the cutover was aborted");
        draft.emit(actor, rollingBack ? new Failed(reason.strip()) : new Aborted(reason.strip()));
    }

    /** Ends a cutover whose monitor phase is done and signed. */
    public static void complete(Draft draft, Actor actor) {
        Cutover cutover = draft.cutover();
        String tried = "Complete the cutover";
        Refusals.unlessLive(cutover, tried);
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (cutover.recoveries().stream().anyMatch(Recovery::underWay)) {
            throw new IllegalMoveException(tried, "a recovery was begun and is not done.", cutover.headline());
        }
        if (cutover.kept().isPresent()) {
            throw new IllegalMoveException(tried, "the application is kept from writing, as far as the steps tell.",
                    "Let it write again, by the step that does it or by hand, and say so on the cutover's page.");
        }
        boolean signed = cutover.gate(Phase.MONITOR).map(gate -> gate.state() == Gate.State.PASSED).orElse(true);
        if (cutover.phase() != Phase.MONITOR || !cutover.stepsDone(Phase.MONITOR) || !signed) {
            throw new IllegalMoveException(tried, "it is not through its monitor phase.", cutover.headline());
        }
        draft.emit(actor, new Completed());
    }

    /** Where nothing can be lost and nobody is given time, at once; otherwise when it is due. */
    private static void demandRollback(Draft draft, Step step) {
        Attempt attempt = step.lastAttempt().orElseThrow();
        String reason = "‘" + step.title() + "’ failed: " + attempt.what();
        Duration countdown = step.definition().countdown();
        boolean atOnce = countdown == null || countdown.isZero();
        if (atOnce && draft.cutover().side() == SwitchSide.BEFORE) {
            takeTheWayBack(draft, Actor.FERRYMAN, reason);
        } else {
            draft.emit(Actor.FERRYMAN, new RollbackAnnounced(step.key(), attempt.number(), reason,
                    draft.at().plus(atOnce ? Duration.ZERO : countdown)));
        }
    }

    /** People who have begun another way out are not stopped in the middle of it. */
    private static Optional<String> objection(Cutover cutover, RollbackGuard guard) {
        Optional<Recovery> recovery = cutover.recoveries().stream().filter(Recovery::underWay).findFirst();
        if (recovery.isPresent()) {
            return Optional.of("‘" + recovery.get().definition().title()
                    + "’ was begun and is not done. A person decides whether to go back.");
        }
        if (cutover.side() == SwitchSide.BEFORE) {
            return Optional.empty();
        }
        return switch (cutover.template().automaticRollback()) {
            case ALWAYS -> Optional.empty();
            case BEFORE_SWITCH ->
                Optional.of("The switch was started, and this runbook leaves the decision to people then.");
            case WITHOUT_LOSS -> guard.objection(cutover);
        };
    }

    private static void takeTheWayBack(Draft draft, Actor actor, String reason) {
        SwitchSide side = draft.cutover().side();
        Phase from = draft.cutover().phase();
        stopWhatRuns(draft, actor, "the cutover is rolled back");
        draft.emit(actor, new RollbackStarted(reason, from, side));
    }

    private static void stopWhatRuns(Draft draft, Actor actor, String reason) {
        draft.cutover().steps().stream().filter(step -> step.status() == StepStatus.RUNNING)
                .forEach(step -> StepMoves.stop(draft, actor, step, reason));
    }

    private static boolean failed(Step step) {
        return step.status() == StepStatus.FAILED
                && step.lastAttempt().map(attempt -> attempt.verdict() == Verdict.FAILED).orElse(false);
    }
}
