package dev.ferryman.hook;

import java.time.Duration;

/** What came of an HTTP hook after its last attempt. */
public sealed interface HttpOutcome {

    /** One sentence without secrets. */
    String message();

    /**
     * The expected answer came.
     *
     * @param status HTTP status
     * @param body the answer's body, masked and cut to 64 KiB
     * @param attempts how many attempts it took
     * @param duration how long the last attempt took
     */
    record Answered(int status, String body, int attempts, Duration duration, String message) implements HttpOutcome {}

    /**
     * Another answer came.
     *
     * @param status HTTP status
     * @param body the answer's body, masked and cut to 64 KiB
     * @param attempts how many attempts were made
     */
    record Refused(int status, String body, int attempts, String message) implements HttpOutcome {}

    /**
     * No answer came. The effect may have happened all the same.
     *
     * @param attempts how many attempts were made
     */
    record Unreachable(int attempts, String message) implements HttpOutcome {}
}
