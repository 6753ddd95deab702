package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Opens cursors on the chunks of a snapshot; for one thread at a time. */
final class SnapshotReader implements AutoCloseable {
    /** Longest value that is brought into the heap at once, in bytes. */
    static final int LONGEST_VALUE = 8 * 1024 * 1024;

    private static final int LONGEST_KEY_PART = 80;

    private final SqliteReader reader;
    private @Nullable SqliteReader unlimited;

    SnapshotReader(SqliteSource snapshot) throws SQLException {
        this.reader = new SqliteReader(snapshot, LONGEST_VALUE, Integer.MAX_VALUE);
    }

    /** What reads the rows, for the report. */
    String name() {
        return reader.name();
    }

    /** Runs any query on the snapshot. */
    RowCursor open(String sql) throws SQLException {
        return reader.open(sql);
    }

    /**
     * Opens a chunk.
     *
     * @param piecewise whether values may be longer than what is taken into memory
     */
    RowCursor open(SourceTable table, Chunk chunk, boolean piecewise) throws SQLException {
        if (!piecewise) {
            return reader.open(table.rows(chunk));
        }
        if (unlimited == null) {
            // The pieces are cut with a function that the system's library may be too old for.
            unlimited = new SqliteReader(reader.source(), Integer.MAX_VALUE, 0, false);
        }
        return new PiecewiseRowCursor(unlimited, table, chunk);
    }

    /** Names a row of a chunk to a person. */
    String key(SourceTable table, Chunk chunk, long row) throws SQLException {
        List<String> columns = table.keyColumns();
        if (columns.isEmpty()) {
            return "number " + (row + 1) + " in the file";
        }
        String sql = table.select(String.join(", ", columns), chunk) + " LIMIT 1 OFFSET " + row;
        try (var cursor = reader.open(sql)) {
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

    /** A value for a person, cut where it is long. */
    static String value(RowCursor cursor, int column) throws SQLException {
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
        try (var slow = unlimited) {
            reader.close();
        }
    }
}
