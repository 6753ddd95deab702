package dev.ferryman.runbook;

/** This attempt may no longer act: it was cancelled, timed out, forced to failed or picked up by another process. */
public class LeaseLostException extends RuntimeException {
    /** Says which attempt lost its lease and to what. */
    public LeaseLostException(String message) {
        super(message);
    }
}
