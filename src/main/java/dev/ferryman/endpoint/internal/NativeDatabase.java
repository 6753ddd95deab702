package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.internal.SqliteLibrary.Calls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;

/** A snapshot opened by the system's {@code libsqlite3}; for one thread at a time. */
public final class NativeDatabase implements AutoCloseable {
    private static final int OPEN_READONLY = 0x1;
    private static final int OPEN_URI = 0x40;
    private static final int OPEN_NOMUTEX = 0x8000;
    private static final int LIMIT_LENGTH = 0;

    private final long database;
    private boolean closed;

    /**
     * Opens a snapshot.
     *
     * @param snapshot never a live file (invariant I5)
     * @param longestValue longest value in bytes that SQLite loads
     */
    public NativeDatabase(Path snapshot, int longestValue) throws SQLException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
            String uri = "file:" + escape(snapshot) + "?immutable=1";
            int code = (int) Calls.OPEN.invokeExact(arena.allocateFrom(uri), result,
                    OPEN_READONLY | OPEN_URI | OPEN_NOMUTEX, MemorySegment.NULL);
            database = result.get(ValueLayout.JAVA_LONG, 0);
            if (code != 0) {
                SQLException failure = failure(code);
                close();
                throw failure;
            }
            int before = (int) Calls.LIMIT.invokeExact(database, LIMIT_LENGTH, longestValue);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** What has a meaning in SQLite's file URIs, and everything that is not ASCII, as hexadecimal digits. */
    private static String escape(Path path) {
        var escaped = new StringBuilder();
        for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && "%?#&=".indexOf(b) < 0) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b));
            }
        }
        return escaped.toString();
    }

    /**
     * Runs a query.
     *
     * @param utf16 whether the database keeps its text in UTF-16
     */
    public RowCursor query(String sql, boolean utf16) throws SQLException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
            int code = (int) Calls.PREPARE.invokeExact(database, arena.allocateFrom(sql), -1, result,
                    MemorySegment.NULL);
            if (code != 0) {
                throw failure(code);
            }
            return new NativeRowCursor(this, result.get(ValueLayout.JAVA_LONG, 0), utf16);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    SQLException failure(int code) throws SQLException {
        try {
            long message = (long) Calls.MESSAGE.invokeExact(database);
            return new SQLException(SqliteLibrary.MEMORY.getString(message) + " (SQLite answered " + code + ")");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** A method handle declares every throwable; SQLite's functions throw none. */
    static SQLException rethrown(Throwable e) {
        return switch (e) {
            case SQLException sql -> sql;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(e);
        };
    }

    /** Stops the query that runs, from another thread. */
    public synchronized void interrupt() throws SQLException {
        if (!closed) {
            try {
                Calls.INTERRUPT.invokeExact(database);
            } catch (Throwable e) {
                throw rethrown(e);
            }
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            int ignored = (int) Calls.CLOSE.invokeExact(database);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }
}
