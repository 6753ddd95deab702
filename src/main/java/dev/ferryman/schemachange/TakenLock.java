package dev.ferryman.schemachange;

/**
 * A lock that a statement takes, until its transaction ends.
 *
 * @param relation table, view, index or sequence, with its schema where that is known
 * @param mode the strongest mode that the statement takes on it
 */
public record TakenLock(String relation, LockMode mode) {}
