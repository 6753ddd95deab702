package dev.ferryman.replication;

/**
 * Something that has to hold before the application is made to wait.
 *
 * @param name what is looked at, in a few words
 * @param passed whether it holds
 * @param sentence what was found and, where it does not hold, what to do next
 */
public record Guardrail(String name, boolean passed, String sentence) {}
