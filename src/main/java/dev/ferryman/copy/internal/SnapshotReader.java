package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.SqliteSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Opens cursors on a snapshot; for one thread at a time. */
final class SnapshotReader implements AutoCloseable {
    private static final int LONGEST_KEY_PART = 80;

    private final SqliteSource snapshot;
    private final Connection connection;
    private final boolean utf16;
    private @Nullable Connection unlimited;

    SnapshotReader(SqliteSource snapshot) throws SQLException {
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
            return new JdbcRowCursor(connection, table.rows(chunk), utf16);
        }
        if (unlimited == null) {
            unlimited = snapshot.connect();
        }
        return new PiecewiseRowCursor(unlimited, table, chunk, utf16);
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
        try (connection; var other = unlimited) {
            // Closing both is all there is to do.
        }
    }
}
