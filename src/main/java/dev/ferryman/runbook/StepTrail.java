package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.StepNoted;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepSkipped;
import dev.ferryman.runbook.CutoverEvent.StepStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the log says about one step. */
record StepTrail(List<Attempt> attempts, Step.@Nullable Acceptance acceptance, List<Step.Note> notes) {
    static final StepTrail EMPTY = new StepTrail(List.of(), null, List.of());

    /** Status as far as it follows from what happened to the step itself. */
    StepStatus status() {
        if (acceptance != null) {
            return StepStatus.SKIPPED;
        }
        if (attempts.isEmpty()) {
            return StepStatus.PENDING;
        }
        Verdict verdict = attempts.getLast().verdict();
        if (verdict == null) {
            return StepStatus.RUNNING;
        }
        return switch (verdict) {
            case PASSED -> StepStatus.PASSED;
            case FAILED, ERROR -> StepStatus.FAILED;
            case INCONCLUSIVE -> StepStatus.INCONCLUSIVE;
            case UNKNOWN -> StepStatus.UNKNOWN;
            case CANCELLED -> StepStatus.CANCELLED;
        };
    }

    StepTrail started(RecordedEvent by, StepStarted event) {
        List<Attempt> more = new ArrayList<>(attempts);
        more.add(new Attempt(event.attempt(), by.actor(), by.actorName(), by.at(), event.notBefore(), null, null, null,
                null, "", "", Map.of(), null));
        return new StepTrail(more, acceptance, notes);
    }

    StepTrail passed(RecordedEvent by, StepPassed event) {
        boolean begun = !attempts.isEmpty() && attempts.getLast().number() == event.attempt();
        StepTrail base = begun ? this : started(by, new StepStarted(event.step(), event.attempt(), false, null));
        return base.replaceLast(base.attempts.getLast().passed(by, event));
    }

    StepTrail ended(RecordedEvent by, Verdict verdict, String what, String next) {
        return replaceLast(attempts.getLast().ended(by, verdict, what, next));
    }

    StepTrail skipped(RecordedEvent by, StepSkipped event) {
        return new StepTrail(attempts,
                new Step.Acceptance(event.role(), event.reason(), by.actor(), by.actorName(), by.at()), notes);
    }

    StepTrail noted(RecordedEvent by, StepNoted event) {
        List<Step.Note> more = new ArrayList<>(notes);
        more.add(new Step.Note(event.note(), by.actor(), by.actorName(), by.at()));
        return new StepTrail(attempts, acceptance, more);
    }

    private StepTrail replaceLast(Attempt attempt) {
        List<Attempt> changed = new ArrayList<>(attempts);
        changed.set(changed.size() - 1, attempt);
        return new StepTrail(changed, acceptance, notes);
    }
}
