package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.CutoverEvent.StepFailed;
import dev.ferryman.runbook.CutoverEvent.StepInconclusive;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepStarted;
import dev.ferryman.runbook.CutoverEvent.StepUnknown;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Verdict;
import java.util.List;

/** What an attempt came to, as its execution reports it. Refused when the attempt is no longer the one under way. */
public final class Outcomes {
    private Outcomes() {}

    /** What can come of an attempt. */
    public sealed interface Outcome {
        /** The action answered. */
        record Answered(StepResult result) implements Outcome {}

        /** It broke before it could answer. */
        record Broke(String what, String next) implements Outcome {}

        /** It was cut off and nobody can tell whether it took effect. */
        record CutOff(String what) implements Outcome {}
    }

    /**
     * Ends an attempt.
     *
     * @param repeatable whether its action is idempotent, so that the step's retry rule may repeat it
     */
    public static void end(Draft draft, String key, int attempt, Outcome outcome, boolean repeatable) {
        Step step = Refusals.step(draft.cutover(), key, "End");
        if (step.status() != StepStatus.RUNNING || step.attempt() != attempt) {
            throw new IllegalMoveException(Refusals.tried("End attempt " + attempt + " of", step),
                    "it is no longer under way.", draft.cutover().headline());
        }
        switch (outcome) {
            case Outcome.Answered(StepResult.Passed passed) -> draft.emit(Actor.FERRYMAN,
                    new StepPassed(key, attempt, passed.summary(), passed.facts(), null));
            case Outcome.Answered(StepResult.Inconclusive unclear) ->
                draft.emit(Actor.FERRYMAN, new StepInconclusive(key, attempt, unclear.what(), unclear.next()));
            case Outcome.Answered(StepResult.Failed failed) -> {
                draft.emit(Actor.FERRYMAN,
                        new StepFailed(key, attempt, Verdict.FAILED, failed.what(), failed.next()));
                repeat(draft, step, repeatable);
            }
            case Outcome.Broke broke -> {
                draft.emit(Actor.FERRYMAN, new StepFailed(key, attempt, Verdict.ERROR, broke.what(), broke.next()));
                repeat(draft, step, repeatable);
            }
            case Outcome.CutOff cutOff -> draft.emit(Actor.FERRYMAN, new StepUnknown(key, attempt, cutOff.what()));
        }
        Course.follow(draft);
    }

    private static void repeat(Draft draft, Step step, boolean repeatable) {
        if (repeatable && triesSinceAPersonDecided(step.attempts()) < step.definition().retry().attempts()) {
            draft.emit(Actor.FERRYMAN, new StepStarted(step.key(), step.attempt() + 1, true,
                    draft.at().plus(step.definition().retry().delay())));
        }
    }

    /** Only repetitions have an instant they wait for. */
    private static int triesSinceAPersonDecided(List<Attempt> attempts) {
        int tries = 1;
        for (int i = attempts.size() - 1; i >= 0 && attempts.get(i).notBefore() != null; i--) {
            tries++;
        }
        return tries;
    }
}
