package dev.ferryman.runbook;

import dev.ferryman.runbook.internal.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** When a message of a template is sent. */
public sealed interface Moment {
    /** What a reader is told when a moment cannot be read. */
    String EXPECTED = "T-3d, T+0, T+4h or the like, ‘every 15m in window’, or one of "
            + Arrays.stream(Happening.values()).map(Happening::key).collect(Collectors.joining(", "));

    /**
     * At a time before or after the start of the cutover's window.
     *
     * @param offset negative before it
     */
    record Timed(Duration offset) implements Moment {
        private static final Duration LEAST = Duration.ofMinutes(15);
        private static final Duration MOST = Duration.ofHours(12);
        private static final int SHARE = 10;

        /**
         * How late it may be sent: a tenth of its distance from the start, at least 15 minutes, at most 12 hours. What is
         * later still says something that is not true any more.
         */
        public Duration tolerance() {
            Duration tenth = offset.abs().dividedBy(SHARE);
            return tenth.compareTo(LEAST) < 0 ? LEAST : tenth.compareTo(MOST) > 0 ? MOST : tenth;
        }
    }

    /** Again and again while the window is open and the cutover is under way. */
    record Every(Duration interval) implements Moment {}

    /** Whenever something happens. */
    record On(Happening what) implements Moment {}

    /** What can happen to a cutover that people are told of. */
    enum Happening {
        /** The checklist is done: the first step that touches data can begin. */
        STARTED,
        /** A gate waits for sign-offs. */
        GATE_WAITING,
        /** Another phase began. */
        PHASE,
        /** A step failed, is inconclusive or of unknown effect, and does not try again by itself. */
        STEP_FAILED,
        /** A monitor found its limit broken. */
        BREACH,
        /** The way back begins by itself unless a person holds it. */
        ROLLBACK_ANNOUNCED,
        /** The announced way back does not begin by itself: a person decides. */
        ROLLBACK_HELD,
        /** The way back was taken. */
        ROLLBACK,
        /** The application is back on its source. */
        ROLLED_BACK,
        /** The point of no return is passed. */
        SWITCHED,
        /** Every phase is done and signed. */
        DONE,
        /** Given up, before anything was touched or in the middle of the way back. */
        ABORTED,
        /** Somebody asked to pass a gate without its sign-offs, or confirmed that. */
        BREAK_GLASS,
        /** A day is left until a step or gate is due. */
        DUE_SOON,
        /** A step or gate is not done although it was due. */
        OVERDUE,
        /** A step or gate has waited for a person longer than its patience. */
        WAITING_TOO_LONG;

        /** The name templates use: {@code gate-waiting}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it wakes people: it is sent in quiet hours, too. */
        public boolean urgent() {
            return switch (this) {
                case STEP_FAILED, BREACH, ROLLBACK_ANNOUNCED, ROLLBACK_HELD, ROLLBACK, ROLLED_BACK, BREAK_GLASS -> true;
                case STARTED, GATE_WAITING, PHASE, SWITCHED, DONE, ABORTED, DUE_SOON, OVERDUE, WAITING_TOO_LONG ->
                    false;
            };
        }
    }

    /** Reads a moment as templates write it; empty when it is none. */
    static Optional<Moment> parse(String text) {
        Matcher timed = Pattern.compile("T([+-])(0|\\d{1,5}[smhd])").matcher(text);
        if (timed.matches()) {
            boolean before = timed.group(1).equals("-");
            String length = timed.group(2).equals("0") ? "0s" : timed.group(2);
            return Durations.parse(length).map(offset -> new Timed(before ? offset.negated() : offset));
        }
        Matcher every = Pattern.compile("every (\\d{1,5}[smhd]) in window").matcher(text);
        if (every.matches()) {
            return Durations.parse(every.group(1)).filter(interval -> interval.compareTo(Duration.ofMinutes(1)) >= 0)
                    .map(Every::new);
        }
        return Arrays.stream(Happening.values()).filter(what -> what.key().equals(text)).findFirst().map(On::new);
    }
}
