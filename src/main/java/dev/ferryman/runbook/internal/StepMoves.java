package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.ForcedFailed;
import dev.ferryman.runbook.CutoverEvent.SignOffsVoided;
import dev.ferryman.runbook.CutoverEvent.StepCancelled;
import dev.ferryman.runbook.CutoverEvent.StepNoted;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepSkipped;
import dev.ferryman.runbook.CutoverEvent.StepStarted;
import dev.ferryman.runbook.CutoverEvent.StepUnknown;
import dev.ferryman.runbook.CutoverEvent.WindowOverridden;
import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.StepDefinition.Evidence;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepStatus;
import java.util.Map;

/** What people may do with a step. */
public final class StepMoves {
    private StepMoves() {}

    /** Starts a ready step, or runs a passed check of the current phase again. */
    public static void run(Draft draft, Actor actor, String key) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Run");
        String tried = Refusals.tried("Run", step);
        owned(cutover, step, actor, tried);
        if (step.definition().kind() == StepKind.MANUAL) {
            throw new IllegalMoveException(tried, "it is done by a person, not run.",
                    "The " + step.definition().whoDoesIt() + " does it and then completes it.");
        }
        boolean again = step.status() == StepStatus.PASSED && step.definition().kind() == StepKind.CHECK
                && cutover.steps(cutover.phase()).stream().noneMatch(other -> other.status() == StepStatus.RUNNING);
        if (step.status() != StepStatus.READY && !again) {
            throw new IllegalMoveException(tried, why(step), instead(cutover, step));
        }
        WindowRule.check(cutover, step, draft.at(), tried);
        start(draft, actor, step);
        if (again) {
            cutover.gate(cutover.phase()).ifPresent(gate -> voidSignOffs(draft, gate,
                    "‘" + step.title() + "’ was run again by " + actor.displayName() + "."));
        }
        Course.follow(draft);
    }

    /** Says that a manual step is done, or that a step cut off in the unknown has taken effect. */
    public static void complete(Draft draft, Actor actor, String key, String evidence, Reading reading) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Complete");
        StepDefinition definition = step.definition();
        String tried = Refusals.tried("Complete", step);
        if (!FigureRule.mayAccept(step, actor)) {
            owned(cutover, step, actor, tried);
        } else {
            Refusals.unlessLive(cutover, tried);
            Refusals.unlessCurrent(cutover, step, tried);
        }
        boolean manual = definition.kind() == StepKind.MANUAL;
        if (step.status() != (manual ? StepStatus.READY : StepStatus.UNKNOWN)) {
            throw new IllegalMoveException(tried, !manual && step.status() == StepStatus.READY
                    ? "it is run by Ferryman, not by a person."
                    : why(step), instead(cutover, step));
        }
        WindowRule.checkDone(cutover, step, draft.at(), tried);
        boolean needed = !manual || definition.evidence() == Evidence.REQUIRED;
        if (needed && evidence.isBlank()) {
            throw new IllegalMoveException(tried, "it needs evidence.",
                    "Write what proves it (a link, a ticket, what was seen), then complete it.");
        }
        Map<String, Object> facts = FigureRule.facts(step, actor, reading, tried);
        int attempt = manual ? step.attempt() + 1 : step.attempt();
        String summary = manual ? "Done" : "Found to have taken effect";
        draft.emit(actor, new StepPassed(key, attempt,
                summary + " by " + actor.displayName()
                        + (facts.isEmpty() ? "" : "; " + facts.get(Figure.WORDS)),
                facts, evidence.strip()));
        Course.follow(draft);
    }

    /** Starts a new attempt at a step that did not pass. */
    public static void retry(Draft draft, Actor actor, String key) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Retry");
        String tried = Refusals.tried("Retry", step);
        owned(cutover, step, actor, tried);
        boolean possible = switch (step.status()) {
            case FAILED, INCONCLUSIVE, UNKNOWN, CANCELLED -> true;
            case PENDING, READY, RUNNING, PASSED, SKIPPED -> false;
        };
        if (!possible) {
            throw new IllegalMoveException(tried, why(step), instead(cutover, step));
        }
        WindowRule.check(cutover, step, draft.at(), tried);
        start(draft, actor, step);
        Course.follow(draft);
    }

    /** Lets a step start outside the window; one that starts by itself starts at once, where its turn has come. */
    public static void overrideWindow(Draft draft, Actor actor, String key, String reason) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Start outside the window");
        String tried = "Start step ‘" + step.title() + "’ outside the window";
        owned(cutover, step, actor, tried);
        if (step.status().done() || WindowRule.objection(cutover, step, draft.at()).isEmpty()) {
            throw new IllegalMoveException(tried, "nothing keeps it from starting for want of a window.",
                    cutover.headline());
        }
        Refusals.unlessReason(reason, tried);
        draft.emit(actor, new WindowOverridden(key, reason.strip()));
        Course.follow(draft);
    }

    /** Accepts going on without a step whose template allows it. */
    public static void skip(Draft draft, Actor actor, String key, String reason) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Skip");
        String tried = Refusals.tried("Skip", step);
        Refusals.unlessLive(cutover, tried);
        String acceptBy = step.definition().acceptBy();
        if (acceptBy == null) {
            throw new IllegalMoveException(tried, "the template does not allow going on without it.",
                    instead(cutover, step));
        }
        Refusals.unlessCurrent(cutover, step, tried);
        Refusals.unlessHolds(actor, acceptBy, tried);
        boolean possible = switch (step.status()) {
            case READY, FAILED, INCONCLUSIVE, UNKNOWN, CANCELLED -> true;
            case PENDING, RUNNING, PASSED, SKIPPED -> false;
        };
        if (!possible) {
            throw new IllegalMoveException(tried, why(step), instead(cutover, step));
        }
        Refusals.unlessReason(reason, tried);
        draft.emit(actor, new StepSkipped(key, acceptBy, reason.strip()));
        Course.follow(draft);
    }

    /** Stops the attempt under way. */
    public static void cancel(Draft draft, Actor actor, String key, String reason) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Cancel");
        String tried = Refusals.tried("Cancel", step);
        Refusals.unlessLive(cutover, tried);
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (step.status() != StepStatus.RUNNING) {
            throw new IllegalMoveException(tried, why(step), instead(cutover, step));
        }
        stop(draft, actor, step, reason.isBlank() ? "no reason given" : reason.strip());
    }

    /** Forces a running or unknown attempt to failed. */
    public static void forceFail(Draft draft, Actor actor, String key, String reason) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Force to failed");
        String tried = Refusals.tried("Force to failed", step);
        Refusals.unlessLive(cutover, tried);
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (step.status() != StepStatus.RUNNING && step.status() != StepStatus.UNKNOWN) {
            throw new IllegalMoveException(tried, why(step), instead(cutover, step));
        }
        Refusals.unlessReason(reason, tried);
        draft.emit(actor, new ForcedFailed(key, step.attempt(), reason.strip()));
    }

    /** Writes a remark on a step. */
    public static void note(Draft draft, Actor actor, String key, String note) {
        Cutover cutover = draft.cutover();
        Step step = Refusals.step(cutover, key, "Note on");
        String tried = Refusals.tried("Note on", step);
        Refusals.unlessLive(cutover, tried);
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (note.isBlank()) {
            throw new IllegalMoveException(tried, "the note is empty.", "Write something, then try again.");
        }
        draft.emit(actor, new StepNoted(key, note.strip()));
    }

    /** Stops a running attempt; where its effect may have happened already, nobody can call it merely cancelled. */
    static void stop(Draft draft, Actor actor, Step step, String reason) {
        if (draft.interrupted().leavesUnknown(step.key(), step.attempt())) {
            draft.emit(actor, new StepUnknown(step.key(), step.attempt(),
                    "It was stopped by " + actor.displayName() + " while its effect was under way: " + reason));
        } else {
            draft.emit(actor, new StepCancelled(step.key(), step.attempt(), reason));
        }
    }

    static void start(Draft draft, Actor actor, Step step) {
        draft.emit(actor, new StepStarted(step.key(), step.attempt() + 1, actor.isFerryman(), null));
    }

    static void voidSignOffs(Draft draft, Gate gate, String reason) {
        if (!gate.signOffs().isEmpty() || gate.breakGlass().isPresent()) {
            draft.emit(Actor.FERRYMAN, new SignOffsVoided(gate.key(),
                    gate.signOffs().stream().map(Gate.SignOff::role).toList(), reason));
        }
    }

    private static void owned(Cutover cutover, Step step, Actor actor, String tried) {
        Refusals.unlessLive(cutover, tried);
        Refusals.unlessCurrent(cutover, step, tried);
        Refusals.unlessDoes(actor, step.definition(), tried);
    }

    private static String why(Step step) {
        return switch (step.status()) {
            case PENDING -> "its turn has not come.";
            case READY -> "it has not been started.";
            case RUNNING -> "it is running.";
            case PASSED -> "it is done.";
            case FAILED -> "it failed.";
            case INCONCLUSIVE -> "it is inconclusive.";
            case UNKNOWN -> "nobody can tell yet whether it took effect.";
            case CANCELLED -> "it was cancelled.";
            case SKIPPED -> "going on without it was accepted.";
        };
    }

    private static String instead(Cutover cutover, Step step) {
        String role = "The " + step.definition().whoDoesIt();
        return switch (step.status()) {
            case PENDING, PASSED, SKIPPED -> cutover.headline();
            case READY -> role + (step.definition().kind() == StepKind.MANUAL ? " can complete it." : " can run it.");
            case RUNNING -> "Wait for it, or cancel it.";
            case FAILED, INCONCLUSIVE, CANCELLED -> role + " can retry it.";
            case UNKNOWN -> role + " can complete it, if it took effect, or retry it.";
        };
    }
}
