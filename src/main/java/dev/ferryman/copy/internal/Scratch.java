package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.sql.SQLException;

/** Holds one short value while it is looked at. */
final class Scratch {
    private byte[] bytes = new byte[256];

    /** What was read last, from index 0. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Reads a text or blob.
     *
     * @param most bytes that can possibly make sense here
     * @return its length
     * @throws UnfitValueException if it is longer than that
     */
    int read(RowCursor row, int column, int most) throws UnfitValueException, SQLException {
        int length = row.length(column);
        if (length > most) {
            throw new UnfitValueException("a value of " + length + " bytes, far more than the type can hold");
        }
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        row.copy(column, 0, bytes, 0, length);
        return length;
    }
}
