package dev.ferryman.runbook;

/** On which side of the point of no return a cutover stands; decides which rollback steps are run. */
public enum SwitchSide {
    /** The switch was never started: the application is on its source. */
    BEFORE,
    /**
     * The switch was started and nobody can say that it did nothing. The way back is the one after the switch: bringing
     * back an application that never left does no harm, dropping the target of one that did would.
     */
    UNCERTAIN,
    /** The switch passed: the application writes to the target. */
    AFTER
}
