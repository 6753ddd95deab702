package dev.ferryman.replication.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** Rows of a query on the live file, values as SQLite stores them, texts as their bytes. Belongs to one thread. */
final class SqliteRows implements AutoCloseable {
    static final int INTEGER = 1;
    static final int REAL = 2;
    static final int TEXT = 3;
    static final int BLOB = 4;
    static final int NULL = 5;

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final DB database;
    private final boolean utf16;
    private long pointer;

    /** @param utf16 whether the database keeps its text in UTF-16 */
    SqliteRows(Connection connection, boolean utf16, String sql, @Nullable Object... parameters) throws SQLException {
        this.utf16 = utf16;
        this.database = connection.unwrap(SQLiteConnection.class).getDatabase();
        this.statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            this.rows = statement.executeQuery();
            // The statement belongs to this cursor's thread alone, so the pointer may leave the lock.
            statement.unwrap(CoreStatement.class).pointer.safeRunConsume((db, p) -> this.pointer = p);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    boolean next() throws SQLException {
        return rows.next();
    }

    /** Storage class of a column, counted from 0. */
    int type(int column) throws SQLException {
        return database.column_type(pointer, column);
    }

    long integer(int column) throws SQLException {
        return database.column_long(pointer, column);
    }

    double real(int column) throws SQLException {
        return database.column_double(pointer, column);
    }

    /** Bytes of a text in UTF-8, or of a blob. */
    byte[] bytes(int column) throws SQLException {
        if (utf16 && type(column) == TEXT) {
            // Asking for the text first makes SQLite turn the value into UTF-8 in place.
            database.column_text(pointer, column);
        }
        byte[] bytes = database.column_blob(pointer, column);
        return bytes == null ? new byte[0] : bytes;
    }

    @Override
    public void close() throws SQLException {
        try (statement) {
            rows.close();
        }
    }
}
