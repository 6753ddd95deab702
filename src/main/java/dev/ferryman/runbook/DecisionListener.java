package dev.ferryman.runbook;

/**
 * Hears of every decision inside the transaction that stores it, so that what it writes to the state store is there with
 * the decision's events or not at all. It does nothing outside the store; what it throws undoes the decision. Spring beans
 * of this type are found.
 */
public interface DecisionListener {
    /** Called after the events were appended, under the cutover's lock. */
    void decided(Decision decision);
}
