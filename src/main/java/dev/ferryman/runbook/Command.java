package dev.ferryman.runbook;

/**
 * Who decides what about which state of which cutover. Every command carries it.
 *
 * @param cutoverId       the cutover
 * @param expectedVersion {@link Cutover#version()} of the state the decision was made on
 * @param actor           who decides
 */
public record Command(String cutoverId, long expectedVersion, Actor actor) {
    /** A command on the state the person is looking at. */
    public static Command on(Cutover cutover, Actor actor) {
        return new Command(cutover.id(), cutover.version(), actor);
    }
}
