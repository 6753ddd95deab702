package dev.ferryman.verify.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows of the target as {@code COPY … TO STDOUT (FORMAT binary)} sends them, one at a time. The server puts every row
 * into a message of its own, the stream's header before the first (PostgreSQL documentation, "COPY", Binary Format).
 */
final class TargetRows implements AutoCloseable {
    private static final VarHandle INT16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SIGNATURE = 11;

    private final Connection connection;
    private final CopyOut copy;
    private final int[] offsets;
    private final int[] lengths;
    private final int columns;
    private final int[] wide;
    private final boolean[] digests;
    private byte[] buffer = {};
    private boolean headerRead;

    /**
     * @param columns number of the table's columns that the statement gives
     * @param wide columns for which a SHA-256 each follows where the value itself is too long and left out
     */
    TargetRows(Connection connection, String copySql, int columns, int[] wide) throws SQLException {
        this.columns = columns;
        this.wide = wide;
        this.digests = new boolean[columns];
        this.connection = connection;
        this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copySql);
        this.offsets = new int[columns + wide.length];
        this.lengths = new int[columns + wide.length];
    }

    /** Moves to the next row; false when there is none. */
    boolean next() throws SQLException {
        byte @Nullable [] message = copy.readFromCopy();
        if (message == null) {
            return false;
        }
        buffer = message;
        int at = 0;
        if (!headerRead) {
            headerRead = true;
            at = SIGNATURE + 4 + 4 + int32(message, SIGNATURE + 4);
            if (at == message.length) {
                return next();
            }
        }
        int fields = int16(message, at);
        at += 2;
        if (fields == -1) {
            return next();
        }
        if (fields != offsets.length) {
            throw new SQLException("The target sent " + fields + " columns instead of " + offsets.length);
        }
        for (int column = 0; column < fields; column++) {
            int length = int32(message, at);
            at += 4;
            offsets[column] = at;
            lengths[column] = length;
            if (length > 0) {
                at += length;
            }
        }
        for (int i = 0; i < wide.length; i++) {
            digests[wide[i]] = lengths[columns + i] >= 0;
            if (digests[wide[i]]) {
                offsets[wide[i]] = offsets[columns + i];
                lengths[wide[i]] = lengths[columns + i];
            }
        }
        return true;
    }

    /** Whether a value is represented by its SHA-256. */
    boolean isLong(int column) {
        return digests[column];
    }

    /** The bytes that offsets point into, until the next row. */
    byte[] buffer() {
        return buffer;
    }

    /** Where a value begins. */
    int offset(int column) {
        return offsets[column];
    }

    /** Bytes of a value, -1 for NULL. */
    int length(int column) {
        return lengths[column];
    }

    /** Whether a value is NULL. */
    boolean isNull(int column) {
        return lengths[column] < 0;
    }

    static int int16(byte[] buffer, int offset) {
        return (short) INT16.get(buffer, offset);
    }

    static int int32(byte[] buffer, int offset) {
        return (int) INT32.get(buffer, offset);
    }

    static long int64(byte[] buffer, int offset) {
        return (long) INT64.get(buffer, offset);
    }

    /**
     * Ends the reading. Where rows are left the connection is cut: asking the server to stop races with its end of the
     * copy, and would spoil the transaction anyway.
     */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            connection.abort(Runnable::run);
        }
    }
}
