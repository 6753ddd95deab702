package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.ValueTooLongException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * Reads through sqlite-jdbc, below its result sets: one call into SQLite per value, bytes of a text without decoding
 * them.
 */
public final class JdbcRowCursor implements RowCursor {
    private static final int SQLITE_LIMIT_LENGTH = 0;
    private static final int SQLITE_TOOBIG = 18;
    private static final int SQLITE_ROW = 100;
    private static final int SQLITE_DONE = 101;

    private final PreparedStatement statement;
    private final DB database;
    private final boolean utf16;
    private long pointer;
    private int typedColumn = -1;
    private int type;
    private int fetchedColumn = -1;
    private byte @Nullable [] fetched;
    private boolean failed;

    /**
     * Runs a query.
     *
     * @param connection stays the caller's
     * @param utf16 whether the database keeps its text in UTF-16
     */
    public JdbcRowCursor(Connection connection, String sql, boolean utf16) throws SQLException {
        this.utf16 = utf16;
        this.database = connection.unwrap(SQLiteConnection.class).getDatabase();
        this.statement = connection.prepareStatement(sql);
        // The statement and its connection belong to this cursor's thread alone, so the pointer may leave the lock.
        statement.unwrap(CoreStatement.class).pointer.safeRunConsume((db, p) -> this.pointer = p);
    }

    /** Makes SQLite refuse values of more bytes, before they are loaded. */
    public static void limit(Connection connection, int longestValue) throws SQLException {
        connection.unwrap(SQLiteConnection.class).getDatabase().limit(SQLITE_LIMIT_LENGTH, longestValue);
    }

    @Override
    public boolean next() throws SQLException {
        typedColumn = -1;
        fetchedColumn = -1;
        fetched = null;
        int code = database.step(pointer);
        if (code == SQLITE_ROW) {
            return true;
        }
        if (code == SQLITE_DONE) {
            return false;
        }
        failed = true;
        if ((code & 0xff) == SQLITE_TOOBIG) {
            throw new ValueTooLongException();
        }
        database.throwex(code);
        throw new SQLException("SQLite answered " + code);
    }

    @Override
    public int type(int column) throws SQLException {
        // Asked for several times per value, and each call into SQLite costs as much as a small value.
        if (typedColumn != column) {
            type = database.column_type(pointer, column);
            typedColumn = column;
        }
        return type;
    }

    @Override
    public long integer(int column) throws SQLException {
        return database.column_long(pointer, column);
    }

    @Override
    public double real(int column) throws SQLException {
        return database.column_double(pointer, column);
    }

    @Override
    public int length(int column) throws SQLException {
        return bytes(column).length;
    }

    @Override
    public void copy(int column, int from, byte[] into, int at, int count) throws SQLException {
        System.arraycopy(bytes(column), from, into, at, count);
    }

    private byte[] bytes(int column) throws SQLException {
        byte[] bytes = fetched;
        if (fetchedColumn != column || bytes == null) {
            if (utf16 && type(column) == TEXT) {
                // Asking for the text first makes SQLite turn the value into UTF-8 in place.
                database.column_text(pointer, column);
            }
            bytes = database.column_blob(pointer, column);
            if (bytes == null) {
                bytes = new byte[0];
            }
            fetched = bytes;
            fetchedColumn = column;
        }
        return bytes;
    }

    @Override
    public void close() throws SQLException {
        try {
            statement.close();
        } catch (SQLException e) {
            // SQLite repeats at the end what it said in the middle.
            if (!failed) {
                throw e;
            }
        }
    }
}
