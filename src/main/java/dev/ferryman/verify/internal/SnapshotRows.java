package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.RowCursor;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a snapshot, one at a time, each value in the storage class SQLite has it in: a declared type or a lenient
 * decoding of text would make a comparison blind. A row's texts and blobs lie one after the other in one buffer.
 */
final class SnapshotRows implements AutoCloseable {
    /** SQLite's own codes of storage classes. */
    static final int INTEGER = RowCursor.INTEGER;
    static final int REAL = RowCursor.REAL;
    static final int TEXT = RowCursor.TEXT;
    static final int BLOB = RowCursor.BLOB;
    static final int NULL = RowCursor.NULL;
    /** Not SQLite's: a value too long for memory, which {@link #bytes(int)} gives the SHA-256 of. */
    static final int LONG = 6;

    private final RowCursor cursor;
    private final @Nullable LongValues longValues;
    private final int[] types;
    /** An integer, or the bits of a real. */
    private final long[] numbers;
    private final int[] offsets;
    private final int[] lengths;
    private byte[] buffer = new byte[1024];
    private int used;

    /**
     * Takes a query's rows.
     *
     * @param cursor is closed with this
     * @param columns number of columns that the query gives
     * @param longValues replaces long values by their SHA-256; null where it is not wanted
     */
    SnapshotRows(RowCursor cursor, int columns, @Nullable LongValues longValues) {
        this.longValues = longValues;
        this.cursor = cursor;
        this.types = new int[columns];
        this.numbers = new long[columns];
        this.offsets = new int[columns];
        this.lengths = new int[columns];
    }

    /**
     * Moves to the next row; false when there is none.
     *
     * @throws dev.ferryman.endpoint.ValueTooLongException if the reader does not take a value of the row
     */
    boolean next() throws SQLException {
        if (!cursor.next()) {
            return false;
        }
        used = 0;
        for (int column = 0; column < types.length; column++) {
            int type = cursor.type(column);
            types[column] = type;
            switch (type) {
                case INTEGER -> numbers[column] = cursor.integer(column);
                case REAL -> numbers[column] = Double.doubleToRawLongBits(cursor.real(column));
                case TEXT, BLOB -> {
                    int length = cursor.length(column);
                    reserve(column, length);
                    cursor.copy(column, 0, buffer, offsets[column], length);
                }
                default -> numbers[column] = 0;
            }
        }
        if (longValues != null) {
            longValues.replace(this);
        }
        return true;
    }

    private void reserve(int column, int length) {
        if (buffer.length - used < length) {
            long wanted = Math.max((long) used + length, Math.min(2L * buffer.length, Integer.MAX_VALUE - 8));
            buffer = Arrays.copyOf(buffer, Math.toIntExact(wanted));
        }
        offsets[column] = used;
        lengths[column] = length;
        used += length;
    }

    /** Puts a digest in the place of a long value. */
    void setLong(int column, byte[] digest, long length) {
        reserve(column, digest.length);
        System.arraycopy(digest, 0, buffer, offsets[column], digest.length);
        types[column] = LONG;
        numbers[column] = length;
    }

    /** Whether a value is represented by its digest; its length in bytes is then {@link #integer(int)}. */
    boolean isLong(int column) {
        return types[column] == LONG;
    }

    /** Storage class of a value. */
    int type(int column) {
        return types[column];
    }

    /** Whether a value is NULL. */
    boolean isNull(int column) {
        return types[column] == NULL;
    }

    /** The value of an {@link #INTEGER}. */
    long integer(int column) {
        return numbers[column];
    }

    /** The value of a {@link #REAL}. */
    double real(int column) {
        return Double.longBitsToDouble(numbers[column]);
    }

    /** The bytes that offsets point into, until the next row. */
    byte[] buffer() {
        return buffer;
    }

    /** Where the bytes of a {@link #BLOB} begin, or of a {@link #TEXT} in UTF-8 as stored, valid or not. */
    int offset(int column) {
        return offsets[column];
    }

    /** Bytes of a text or blob. */
    int length(int column) {
        return lengths[column];
    }

    /** A copy of the bytes of a text or blob. */
    byte[] bytes(int column) {
        return Arrays.copyOfRange(buffer, offsets[column], offsets[column] + lengths[column]);
    }

    /** Whether a text or blob has exactly these bytes. */
    boolean equals(int column, byte[] other, int offset, int length) {
        return lengths[column] == length && Arrays.equals(buffer, offsets[column], offsets[column] + length, other,
                offset, offset + length);
    }

    @Override
    public void close() throws SQLException {
        if (longValues != null) {
            longValues.close();
        }
        cursor.close();
    }
}
