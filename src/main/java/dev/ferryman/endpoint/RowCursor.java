package dev.ferryman.endpoint;

import java.sql.SQLException;

/**
 * The rows of a query on a SQLite file, one at a time, values as SQLite stores them. Belongs to one thread.
 *
 * <p>Columns are numbered from 0. What a method says of a column holds until {@link #next()}.
 */
public interface RowCursor extends AutoCloseable {
    /** Storage class of a value, with SQLite's own codes. */
    int INTEGER = 1;
    /** An IEEE 754 double. */
    int REAL = 2;
    /** Text. */
    int TEXT = 3;
    /** Bytes. */
    int BLOB = 4;
    /** No value. */
    int NULL = 5;

    /**
     * Moves to the next row.
     *
     * @return false when there is none
     * @throws ValueTooLongException if a value of the row is longer than the reader takes into memory
     */
    boolean next() throws SQLException;

    /** Storage class of a column: one of the constants above. */
    int type(int column) throws SQLException;

    /** The value of an {@link #INTEGER} column. */
    long integer(int column) throws SQLException;

    /** The value of a {@link #REAL} column. */
    double real(int column) throws SQLException;

    /** Bytes of a {@link #TEXT} column in UTF-8, or of a {@link #BLOB} column. */
    int length(int column) throws SQLException;

    /**
     * Copies a part of a {@link #TEXT} or {@link #BLOB} value.
     *
     * @param from first byte wanted
     * @param into where it goes
     * @param at index of the first byte written
     * @param count bytes to copy
     */
    void copy(int column, int from, byte[] into, int at, int count) throws SQLException;

    @Override
    void close() throws SQLException;
}
