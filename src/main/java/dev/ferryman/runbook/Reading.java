package dev.ferryman.runbook;

/**
 * What a person typed for the figure of a step.
 *
 * @param figure     the number; empty where the step asks for none
 * @param acceptance why a figure beyond its limits is accepted; empty where it is not
 */
public record Reading(String figure, String acceptance) {
    /** The step asks for no figure. */
    public static final Reading NONE = new Reading("", "");
}
