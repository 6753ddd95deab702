package dev.ferryman.runbook;

import java.util.List;
import java.util.Optional;

/**
 * What a package keeps of cutovers beside their logs: it goes into the archive with them, and out of the state store.
 * Spring beans of this type are found.
 */
public interface CutoverRecords {
    /** The tables, in an order in which their rows may be deleted. */
    List<Table> tables();

    /** Why an ended cutover's records are needed still, as half a sentence; empty where they are not. */
    default Optional<String> needed(Cutover cutover) {
        return Optional.empty();
    }

    /**
     * A table with rows of cutovers.
     *
     * @param where which rows are of one cutover, with a question mark in place of its id
     * @param secret whether its rows are deleted without a place in the archive
     */
    record Table(String name, String where, boolean secret) {
        /** A table whose column {@code cutover_id} says so. */
        public static Table of(String name) {
            return new Table(name, "cutover_id = ?", false);
        }
    }
}
