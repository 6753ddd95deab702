package dev.ferryman.hook;

import java.time.Duration;

/**
 * What came of a command.
 *
 * @param exitCode exit status; -1 where the time limit ended it
 * @param output what it printed (both streams, in order), masked and cut to its limit
 * @param duration how long it ran
 * @param timedOut whether its time limit ended it and everything it had started
 */
public record CommandOutcome(int exitCode, String output, Duration duration, boolean timedOut) {

    /** Whether it ended by itself with status 0. */
    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }
}
