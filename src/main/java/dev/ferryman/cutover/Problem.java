package dev.ferryman.cutover;

/**
 * One thing that keeps a cutover from being created.
 *
 * @param field where it belongs: {@code name}, {@code template}, {@code source}, {@code target.url},
 *        {@code target.password}, {@code target.schema}, {@code parameters.x}, {@code steps.x}, {@code gates},
 *        {@code plan}; empty for the whole
 * @param what what is wrong, one sentence without secrets
 * @param next what to do next, one sentence
 */
public record Problem(String field, String what, String next) {}
