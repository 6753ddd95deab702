package dev.ferryman.schemachange;

/**
 * Whether the code that is in production keeps working while the statement has run and its successor is not deployed.
 *
 * @param works yes, no, or only under the condition that {@code why} names
 * @param why one sentence; empty where it simply works
 */
public record OldCode(Answer works, String why) {
    /** It keeps working. */
    public static final OldCode WORKS = new OldCode(Answer.YES, "");
}
