package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.StepView;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Whether the window is long enough for what is left to do in it. */
final class WindowOutlook {
    private WindowOutlook() {}

    /** What there is to warn of, a sentence; empty where there is nothing. */
    static String warning(Cutover cutover, List<StepView> steps, Instant now) {
        Window window = cutover.window().orElse(null);
        List<StepView> left = steps.stream().filter(step -> step.step().definition().timing().inWindow()
                && !step.step().status().done() && !cutover.mayStartAnyTime(step.step().key())).toList();
        if (window == null || cutover.status() != Status.ACTIVE || left.isEmpty() || now.isBefore(window.start())) {
            return "";
        }
        String many = left.size() == 1 ? "1 step" : left.size() + " steps";
        if (window.closedBy(now)) {
            return "The window has closed without " + many + ": "
                    + String.join(", ", left.stream().map(step -> step.step().title()).toList())
                    + ". Move the window, or let them start outside it.";
        }
        Duration needed = left.stream().map(WindowOutlook::needed).reduce(Duration.ZERO, Duration::plus);
        Duration remains = Duration.between(now, window.end());
        return needed.compareTo(remains) <= 0
                ? ""
                : "The window ends in " + minutes(remains) + ", and the remaining " + many + " are planned to take "
                        + minutes(needed) + ".";
    }

    private static Duration needed(StepView step) {
        Duration planned = step.planned();
        if (planned == null) {
            return Duration.ZERO;
        }
        Duration left = step.step().status() == StepStatus.RUNNING ? planned.minus(step.took()) : planned;
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static String minutes(Duration duration) {
        long minutes = Math.ceilDiv(duration.toSeconds(), 60);
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
