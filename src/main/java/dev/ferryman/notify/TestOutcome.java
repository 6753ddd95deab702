package dev.ferryman.notify;

/**
 * What came of a test message.
 *
 * @param sent whether the other side took it
 * @param what what it answered or why it was not sent, without secrets
 */
public record TestOutcome(boolean sent, String what) {}
