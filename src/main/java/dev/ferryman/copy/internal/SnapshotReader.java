package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.SqliteSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Opens cursors on a snapshot; for one thread at a time. Rows are read by the system's {@code libsqlite3} where there is
 * one, otherwise, or with {@code -Dferryman.copy.reader=jdbc}, by sqlite-jdbc.
 */
final class SnapshotReader implements AutoCloseable {
    /** System property that keeps rows from being read by the system's library. */
    static final String READER = "ferryman.copy.reader";
    /** Its value for that. */
    static final String JDBC = "jdbc";
    private static final int LONGEST_KEY_PART = 80;

    private final SqliteSource snapshot;
    private final Connection connection;
    private final boolean utf16;
    private @Nullable NativeDatabase nativeDatabase;
    private @Nullable Connection unlimited;

    SnapshotReader(SqliteSource snapshot) throws SQLException {
        this(snapshot, !JDBC.equals(System.getProperty(READER)));
    }

    /** @param preferNative whether the system's library is used where there is one */
    SnapshotReader(SqliteSource snapshot, boolean preferNative) throws SQLException {
        this.snapshot = snapshot;
        this.connection = snapshot.connect();
        try (var statement = connection.createStatement(); var rows = statement.executeQuery("PRAGMA encoding")) {
            rows.next();
            this.utf16 = !"UTF-8".equals(rows.getString(1));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        JdbcRowCursor.limit(connection);
        if (preferNative && snapshot.immutable() && SqliteLibrary.found().isPresent()) {
            try {
                nativeDatabase = new NativeDatabase(SqliteLibrary.found().get(), snapshot.path(), utf16);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
    }

    /** What reads the rows, for the report. */
    String name() {
        return nativeDatabase == null
                ? "sqlite-jdbc " + SQLiteJDBCLoader.getVersion()
                : "libsqlite3 " + SqliteLibrary.found().map(SqliteLibrary::version).orElse("");
    }

    Connection connection() {
        return connection;
    }

    boolean utf16() {
        return utf16;
    }

    /** @param piecewise whether values may be longer than what is taken into memory */
    RowCursor open(SourceTable table, Chunk chunk, boolean piecewise) throws SQLException {
        if (!piecewise) {
            return rows(table.rows(chunk));
        }
        if (unlimited == null) {
            unlimited = snapshot.connect();
        }
        return new PiecewiseRowCursor(unlimited, table, chunk, utf16);
    }

    private RowCursor rows(String sql) throws SQLException {
        if (nativeDatabase != null) {
            try {
                return nativeDatabase.query(sql);
            } catch (SQLException e) {
                // The system's library may be older than the file's schema; sqlite-jdbc's is not.
                nativeDatabase.close();
                nativeDatabase = null;
            }
        }
        return new JdbcRowCursor(connection, sql, utf16);
    }

    /** Names a row of a chunk to a person. */
    String key(SourceTable table, Chunk chunk, long row) throws SQLException {
        List<String> columns = table.keyColumns();
        if (columns.isEmpty()) {
            return "number " + (row + 1) + " in the file";
        }
        String sql = table.select(String.join(", ", columns), chunk) + " LIMIT 1 OFFSET " + row;
        try (var cursor = new JdbcRowCursor(connection, sql, utf16)) {
            if (!cursor.next()) {
                return "number " + (row + 1) + " of its chunk";
            }
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                String name = columns.get(i).substring(1, columns.get(i).length() - 1).replace("\"\"", "\"");
                parts.add((table.plan().key().present() ? table.plan().key().columns().get(i) : name) + " = "
                        + value(cursor, i));
            }
            return String.join(", ", parts);
        }
    }

    private static String value(RowCursor cursor, int column) throws SQLException {
        return switch (cursor.type(column)) {
            case RowCursor.INTEGER -> Long.toString(cursor.integer(column));
            case RowCursor.REAL -> NumberText.of(cursor.real(column));
            case RowCursor.NULL -> "NULL";
            default -> {
                byte[] bytes = new byte[Math.min(LONGEST_KEY_PART, cursor.length(column))];
                cursor.copy(column, 0, bytes, 0, bytes.length);
                String text = cursor.type(column) == RowCursor.TEXT
                        ? "'" + new String(bytes, StandardCharsets.UTF_8) + "'"
                        : "x'" + HexFormat.of().formatHex(bytes) + "'";
                yield cursor.length(column) > LONGEST_KEY_PART ? text + " …" : text;
            }
        };
    }

    @Override
    public void close() throws SQLException {
        try (connection; var other = unlimited; var library = nativeDatabase) {
            // Closing them is all there is to do.
        }
    }
}
