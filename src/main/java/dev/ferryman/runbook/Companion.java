package dev.ferryman.runbook;

/**
 * Work that goes on beside the steps of a cutover, across gates, waits and restarts, for as long as the cutover's state asks
 * for it: following changes while people read and sign, for example. Spring beans of this type are found by their
 * {@link #type()}. Of each type at most one run is under way per cutover, whatever replica has it, fenced by its
 * generation; it counts among those a step waits for that needs it out of the way.
 */
public interface Companion {
    /** A name of lower-case letters and dashes, at most 40 characters; it identifies the runs of this kind. */
    String type();

    /** Whether it should run while the cutover is in this state. Asked after every decision: cheap, and without effects. */
    boolean wanted(Cutover cutover);

    /**
     * Works until the thread is interrupted, which happens when it is no longer wanted or the process ends. When it returns
     * or throws while it is wanted, it is called anew after a short pause, with a higher generation.
     *
     * @throws Exception whatever goes wrong; it is logged, and has to be made visible by the companion itself
     */
    void run(CompanionContext context) throws Exception;
}
