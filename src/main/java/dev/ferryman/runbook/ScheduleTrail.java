package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.DueSoon;
import dev.ferryman.runbook.CutoverEvent.Overdue;
import dev.ferryman.runbook.CutoverEvent.WaitingTooLong;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the log says about times.
 *
 * @param moves      how often a window was set or taken away
 * @param phaseSince when the phase at hand began
 * @param anyTime    steps that a person lets start outside the window
 * @param soon       for which due time it was told last that it comes near, by step or gate
 * @param overdue    for which due time it was told last that it has passed
 * @param tooLong    since when it had waited when that was told last
 */
record ScheduleTrail(@Nullable Window window, int moves, Instant phaseSince, Set<String> anyTime,
        Map<String, Instant> soon,
        Map<String, Instant> overdue, Map<String, Instant> tooLong) {
    static ScheduleTrail begin(Instant created) {
        return new ScheduleTrail(null, 0, created, Set.of(), Map.of(), Map.of(), Map.of());
    }

    /** What was allowed for one window is not allowed for another. */
    ScheduleTrail moved(@Nullable Window another) {
        return new ScheduleTrail(another, moves + 1, phaseSince, Set.of(), soon, overdue, tooLong);
    }

    ScheduleTrail phaseBegan(Instant at) {
        return new ScheduleTrail(window, moves, at, anyTime, soon, overdue, tooLong);
    }

    ScheduleTrail overridden(String step) {
        Set<String> more = new HashSet<>(anyTime);
        more.add(step);
        return new ScheduleTrail(window, moves, phaseSince, more, soon, overdue, tooLong);
    }

    ScheduleTrail told(DueSoon event) {
        return new ScheduleTrail(window, moves, phaseSince, anyTime, with(soon, event.on(), event.due()), overdue,
                tooLong);
    }

    ScheduleTrail told(Overdue event) {
        return new ScheduleTrail(window, moves, phaseSince, anyTime, soon, with(overdue, event.on(), event.due()),
                tooLong);
    }

    ScheduleTrail told(WaitingTooLong event) {
        return new ScheduleTrail(window, moves, phaseSince, anyTime, soon, overdue,
                with(tooLong, event.on(), event.since()));
    }

    private static Map<String, Instant> with(Map<String, Instant> map, String key, Instant value) {
        Map<String, Instant> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }
}
