package dev.ferryman.replication.internal;

/** Turns PostgreSQL's text of a value into what the application has in the column: the other way of {@link TargetForm}. */
@FunctionalInterface
interface SourceForm {
    /**
     * The value as SQLite should store it.
     *
     * @param text PostgreSQL's output text of a value that is not NULL
     * @return a {@link Long}, {@link Double}, {@link String} or byte array
     * @throws UnfitValueException if SQLite has no value that is read back as this one
     */
    Object of(String text) throws UnfitValueException;
}
