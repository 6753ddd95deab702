package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.ferryman.runbook.Cutover;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds for cutovers whose time has come. When that is stands in the cutover's row, written in the
 * transaction of every decision, so a moved window or a restart leaves no timer behind that is wrong.
 */
final class TimetableRun {
    private static final Logger LOG = LoggerFactory.getLogger(TimetableRun.class);
    private static final Duration EVERY = Duration.ofSeconds(3);

    private final EventLog log;
    private final Decisions decisions;

    TimetableRun(EventLog log, Decisions decisions) {
        this.log = log;
        this.decisions = decisions;
    }

    /** The recurring execution; only one process at a time has it. */
    RecurringTask<Void> task() {
        return Tasks.recurring("timetable", FixedDelay.of(EVERY)).execute((_, _) -> run());
    }

    void run() {
        for (String id : log.due(decisions.now())) {
            try {
                Cutover cutover = decisions.decide(id, Timetable::tick);
                Instant now = decisions.now();
                log.lookAgain(id, now, Timetable.next(cutover, now));
            } catch (RuntimeException e) {
                // The next cutover's time has come all the same; this one is tried again in a few seconds.
                LOG.warn("What the time asks for in cutover {} could not be done: {}", id, e.toString());
            }
        }
    }
}
