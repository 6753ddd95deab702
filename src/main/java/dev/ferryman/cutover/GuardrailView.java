package dev.ferryman.cutover;

/**
 * Something that has to hold before the application is made to wait.
 *
 * @param name what is looked at, in a few words
 * @param passed whether it held when it was last looked at
 * @param sentence what was found and, where it does not hold, what to do next
 */
public record GuardrailView(String name, boolean passed, String sentence) {}
