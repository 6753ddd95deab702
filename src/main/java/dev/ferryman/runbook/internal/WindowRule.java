package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Steps that may start only while the window is open. A rehearsal without a window waits for none. */
public final class WindowRule {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

    private WindowRule() {}

    /** Why the step may not start at this moment, as half a sentence; empty where it may. */
    public static Optional<String> objection(Cutover cutover, Step step, Instant now) {
        if (!step.definition().timing().inWindow() || cutover.mayStartAnyTime(step.key())) {
            return Optional.empty();
        }
        Window window = cutover.window().orElse(null);
        if (window == null) {
            return cutover.rehearsal()
                    ? Optional.empty()
                    : Optional.of("it may start only inside the window, and none is set.");
        }
        if (window.openAt(now)) {
            return Optional.empty();
        }
        return Optional.of(now.isBefore(window.start())
                ? "it may start only inside the window, which opens on " + words(window.start(), window) + "."
                : "it may start only inside the window, which closed on " + words(window.end(), window) + ".");
    }

    /** Refuses a start outside the window. */
    static void check(Cutover cutover, Step step, Instant now, String tried) {
        objection(cutover, step, now).ifPresent(why -> {
            throw new IllegalMoveException(tried, why, "Wait for the window or move it; the "
                    + step.definition().whoDoesIt() + " can let it start outside, with a reason.");
        });
    }

    /**
     * Refuses to call a manual step done that could not be begun yet. What was done after the window has closed is not
     * refused: it has happened.
     */
    static void checkDone(Cutover cutover, Step step, Instant now, String tried) {
        boolean over = cutover.window().filter(window -> window.closedBy(now)).isPresent();
        if (step.definition().kind() == StepKind.MANUAL && !over) {
            check(cutover, step, now, tried);
        }
    }

    private static String words(Instant at, Window window) {
        String utc = MINUTE.format(at.atZone(ZoneOffset.UTC)) + " UTC";
        return window.zone().getRules().getOffset(at).equals(ZoneOffset.UTC)
                ? utc
                : MINUTE.format(at.atZone(window.zone())) + " " + window.zone().getId() + " (" + utc + ")";
    }
}
