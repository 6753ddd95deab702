package dev.ferryman.runbook;

/** There is no cutover with this id. */
public class NoSuchCutoverException extends RuntimeException {
    /** Names the id that was asked for. */
    public NoSuchCutoverException(String id) {
        super("There is no cutover " + id + ".");
    }
}
