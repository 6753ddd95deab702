package dev.ferryman.verify.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * Rows of a snapshot, one at a time, each value in the storage class SQLite has it in. It reads below JDBC's result
 * sets: they hide the storage class of a value behind the column's declaration and decode text leniently, and either
 * would make a comparison blind.
 */
final class SnapshotRows implements AutoCloseable {
    /** SQLite's own codes of storage classes. */
    static final int INTEGER = 1;
    static final int REAL = 2;
    static final int TEXT = 3;
    static final int BLOB = 4;
    static final int NULL = 5;
    /** Not SQLite's: a value too long for memory, which {@link #bytes(int)} gives the SHA-256 of. */
    static final int LONG = 6;

    private static final int SQLITE_LIMIT_LENGTH = 0;
    private static final int TOO_BIG = 18;
    private static final int ROW = 100;
    private static final int DONE = 101;
    private static final byte[] EMPTY = {};

    private final PreparedStatement statement;
    private final SafeStmtPtr pointer;
    private final SafeStmtPtr.SafePtrIntFunction<SQLException> fetch = this::fetch;
    private final boolean utf16;
    private final @Nullable LongValues longValues;
    private final int[] types;
    /** An integer, or the bits of a real. */
    private final long[] numbers;
    private final byte[][] bytes;

    /**
     * @param columns number of columns that the statement gives
     * @param utf16 whether the database keeps its text in UTF-16
     * @param limited whether a value longer than {@link LongValues#FROM} ends the reading with
     *        {@link LongValueException} before it is taken into memory
     * @param longValues replaces long values by their SHA-256; null where it is not wanted
     */
    SnapshotRows(Connection connection, String sql, int columns, boolean utf16, boolean limited,
            @Nullable LongValues longValues) throws SQLException {
        connection.unwrap(SQLiteConnection.class).getDatabase().limit(SQLITE_LIMIT_LENGTH,
                limited ? LongValues.FROM : Integer.MAX_VALUE);
        this.longValues = longValues;
        this.statement = connection.prepareStatement(sql);
        this.pointer = statement.unwrap(CoreStatement.class).pointer;
        this.utf16 = utf16;
        this.types = new int[columns];
        this.numbers = new long[columns];
        this.bytes = new byte[columns][];
    }

    /** Whether a database keeps its text in UTF-16. SQLite then sorts text by the bytes of that encoding. */
    static boolean utf16(Connection connection) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery("PRAGMA encoding")) {
            return rows.next() && rows.getString(1).startsWith("UTF-16");
        }
    }

    /** Stops whatever runs on a connection, from another thread. */
    static void interrupt(Connection connection) throws SQLException {
        connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
    }

    /** Moves to the next row; false when there is none. */
    boolean next() throws SQLException {
        if (pointer.safeRunInt(fetch) != ROW) {
            return false;
        }
        if (longValues != null) {
            longValues.replace(this);
        }
        return true;
    }

    private int fetch(DB database, long handle) throws SQLException {
        int code = database.step(handle);
        if (code != ROW) {
            if ((code & 0xFF) == TOO_BIG) {
                throw new LongValueException();
            }
            if (code != DONE) {
                database.throwex(code);
            }
            return code;
        }
        for (int column = 0; column < types.length; column++) {
            int type = database.column_type(handle, column);
            types[column] = type;
            switch (type) {
                case INTEGER -> numbers[column] = database.column_long(handle, column);
                case REAL -> numbers[column] = Double.doubleToRawLongBits(database.column_double(handle, column));
                case TEXT -> {
                    if (utf16) {
                        // Once asked for as text the value is UTF-8 in SQLite's memory, and its bytes are those.
                        database.column_text(handle, column);
                    }
                    bytes[column] = blob(database, handle, column);
                }
                case BLOB -> bytes[column] = blob(database, handle, column);
                default -> numbers[column] = 0;
            }
        }
        return code;
    }

    private static byte[] blob(DB database, long handle, int column) throws SQLException {
        byte @Nullable [] value = database.column_blob(handle, column);
        return value == null ? EMPTY : value;
    }

    /** Puts a digest in the place of a long value. */
    void setLong(int column, byte[] digest, long length) {
        types[column] = LONG;
        bytes[column] = digest;
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

    /** The bytes of a {@link #BLOB}, or of a {@link #TEXT} in UTF-8 as stored, valid or not. Not to be changed. */
    byte[] bytes(int column) {
        return bytes[column];
    }

    @Override
    public void close() throws SQLException {
        if (longValues != null) {
            longValues.close();
        }
        statement.close();
    }
}
