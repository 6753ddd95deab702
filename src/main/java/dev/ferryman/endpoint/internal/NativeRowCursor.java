package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.endpoint.internal.SqliteLibrary.Calls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.sql.SQLException;

/** Reads values where SQLite keeps them, and copies bytes from there straight to where they are wanted. */
final class NativeRowCursor implements RowCursor {
    private static final int SQLITE_ROW = 100;
    private static final int SQLITE_DONE = 101;
    private static final int SQLITE_TOOBIG = 18;

    private final NativeDatabase database;
    private final long statement;
    private final boolean utf16;
    private int typedColumn = -1;
    private int type;
    private int heldColumn = -1;
    private long held;
    private int heldLength;

    NativeRowCursor(NativeDatabase database, long statement, boolean utf16) {
        this.database = database;
        this.statement = statement;
        this.utf16 = utf16;
    }

    @Override
    public boolean next() throws SQLException {
        typedColumn = -1;
        heldColumn = -1;
        int code;
        try {
            code = (int) Calls.STEP.invokeExact(statement);
        } catch (Throwable e) {
            throw NativeDatabase.rethrown(e);
        }
        if (code == SQLITE_ROW) {
            return true;
        }
        if (code == SQLITE_TOOBIG) {
            throw new ValueTooLongException();
        }
        if (code != SQLITE_DONE) {
            throw database.failure(code);
        }
        return false;
    }

    @Override
    public int type(int column) throws SQLException {
        if (typedColumn != column) {
            try {
                type = (int) Calls.TYPE.invokeExact(statement, column);
            } catch (Throwable e) {
                throw NativeDatabase.rethrown(e);
            }
            typedColumn = column;
        }
        return type;
    }

    @Override
    public long integer(int column) throws SQLException {
        try {
            return (long) Calls.INTEGER.invokeExact(statement, column);
        } catch (Throwable e) {
            throw NativeDatabase.rethrown(e);
        }
    }

    @Override
    public double real(int column) throws SQLException {
        try {
            return (double) Calls.REAL.invokeExact(statement, column);
        } catch (Throwable e) {
            throw NativeDatabase.rethrown(e);
        }
    }

    @Override
    public int length(int column) throws SQLException {
        hold(column);
        return heldLength;
    }

    @Override
    public void copy(int column, int from, byte[] into, int at, int count) throws SQLException {
        hold(column);
        if (from < 0 || count < 0 || from > heldLength - count) {
            throw new IndexOutOfBoundsException(from + " + " + count + " of " + heldLength);
        }
        MemorySegment.copy(SqliteLibrary.MEMORY, ValueLayout.JAVA_BYTE, held + from, into, at, count);
    }

    /** The address stays good until the next row: nothing else is asked of the value in between. */
    private void hold(int column) throws SQLException {
        if (heldColumn == column) {
            return;
        }
        try {
            held = utf16 && type(column) == TEXT
                    ? (long) Calls.TEXT.invokeExact(statement, column)
                    : (long) Calls.BLOB.invokeExact(statement, column);
            heldLength = (int) Calls.BYTES.invokeExact(statement, column);
        } catch (Throwable e) {
            throw NativeDatabase.rethrown(e);
        }
        // An empty value has no address; a value with a length and none is SQLite out of memory.
        if (held == 0 && heldLength > 0) {
            throw new SQLException("SQLite has no memory for a value of " + heldLength + " bytes");
        }
        heldColumn = column;
    }

    @Override
    public void close() throws SQLException {
        try {
            int ignored = (int) Calls.FINALIZE.invokeExact(statement);
        } catch (Throwable e) {
            throw NativeDatabase.rethrown(e);
        }
    }
}
