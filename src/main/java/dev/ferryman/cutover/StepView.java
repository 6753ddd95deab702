package dev.ferryman.cutover;

import dev.ferryman.runbook.Moves;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step as one user sees it.
 *
 * @param step the step
 * @param output the last lines of its output
 * @param progress how far its items are
 * @param planned how long it is expected to take: what a rehearsal has measured, a watch's time to watch, otherwise the
 *        template's estimate; null where there is none of these
 * @param measured the rehearsal that the planned time was measured in; null where it comes from the template
 * @param took how long its latest attempt took or has taken, zero where there is none
 * @param guardrails what has to hold before it is started, as last looked at; empty where nothing has to
 * @param moves what this user may do with it now
 * @param deadline when it has to be done
 * @param freshUntil until when this check, which has passed, counts at its gate; null where it counts for good
 * @param outsideWindow why it may not start now for want of an open window, as half a sentence; empty where it may
 * @param whyNot why this user can do nothing while somebody should, empty otherwise
 */
public record StepView(Step step, List<StepLog.Line> output, List<StepLog.Progress> progress,
        @Nullable Duration planned, @Nullable Rehearsal measured, Duration took, List<GuardrailView> guardrails,
        Set<Moves.StepMove> moves, DeadlineView deadline, @Nullable Instant freshUntil, String outsideWindow,
        String whyNot) {
    public StepView {
        output = List.copyOf(output);
        progress = List.copyOf(progress);
        guardrails = List.copyOf(guardrails);
        moves = Set.copyOf(moves);
    }

    /** Whether everything that has to hold before it is started did hold. */
    public boolean clear() {
        return guardrails.stream().allMatch(GuardrailView::passed);
    }
}
