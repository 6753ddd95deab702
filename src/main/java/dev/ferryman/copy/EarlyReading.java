package dev.ferryman.copy;

import dev.ferryman.endpoint.SqliteSource;

/**
 * Reads a snapshot while it is still being checked. What it finds is of no use, and what goes wrong is explained, where
 * the check finds damage.
 *
 * @param <T> what is found
 * @param <E> what may go wrong
 */
@FunctionalInterface
public interface EarlyReading<T, E extends Exception> {
    /**
     * Reads.
     *
     * @param unchecked all pages are there; it gets another name once it is checked
     */
    T read(SqliteSource unchecked) throws E;
}
