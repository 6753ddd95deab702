package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.TablePlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Divides a table into chunks of some tens of megabytes. The same snapshot and plan give the same chunks; they are
 * stored before the first one is copied all the same.
 */
final class ChunkPlanner {
    private static final long CHUNK_BYTES = 24L * 1024 * 1024;
    private static final long FEWEST_ROWS = 500;
    private static final long MOST_ROWS = 200_000;
    private static final int SAMPLE_ROWS = 300;

    private final SnapshotReader reader;

    ChunkPlanner(SnapshotReader reader) {
        this.reader = reader;
    }

    List<Chunk> plan(int number, TablePlan plan) throws SQLException {
        var table = new SourceTable(plan);
        if (table.position().isEmpty() || plan.rows() <= FEWEST_ROWS) {
            return List.of(new Chunk(number, 0, null, null));
        }
        long rows = Math.clamp(CHUNK_BYTES / averageBytes(table), FEWEST_ROWS, MOST_ROWS);
        List<String> bounds = table.byRowid() ? rowidBounds(table, rows) : bounds(table, rows);
        List<Chunk> chunks = new ArrayList<>();
        String low = null;
        for (String bound : bounds) {
            chunks.add(new Chunk(number, chunks.size(), low, bound));
            low = bound;
        }
        chunks.add(new Chunk(number, chunks.size(), low, null));
        return chunks;
    }

    private long averageBytes(SourceTable table) throws SQLException {
        int columns = table.written().size();
        long bytes = 0;
        long rows = 0;
        try (RowCursor cursor = reader
                .open(table.rows(new Chunk(0, 0, null, null)) + " LIMIT " + SAMPLE_ROWS)) {
            while (cursor.next()) {
                rows++;
                for (int i = 0; i < columns; i++) {
                    bytes += 4 + switch (cursor.type(i)) {
                        case RowCursor.NULL -> 0;
                        case RowCursor.INTEGER, RowCursor.REAL -> 8;
                        default -> cursor.length(i);
                    };
                }
            }
        } catch (ValueTooLongException e) {
            return SnapshotReader.LONGEST_VALUE;
        }
        return rows == 0 ? 1 : Math.max(1, bytes / rows);
    }

    /** Ids without large gaps are divided evenly, without reading them. */
    private List<String> rowidBounds(SourceTable table, long rows) throws SQLException {
        String id = table.position().getFirst();
        long first;
        long last;
        try (RowCursor ends = reader.open("SELECT (SELECT min(" + id + ") FROM " + table.name()
                + "), (SELECT max(" + id + ") FROM " + table.name() + ")")) {
            ends.next();
            first = ends.integer(0);
            last = ends.integer(1);
        }
        // Unsigned, since the ids of one table may span more than half of all there are.
        long span = last - first;
        if (Long.compareUnsigned(span, Math.max(1, table.plan().rows() + table.plan().rows() / 2)) > 0) {
            return bounds(table, rows);
        }
        List<String> bounds = new ArrayList<>();
        for (long bound = first + rows; bound <= last && bound > first; bound += rows) {
            bounds.add(Long.toString(bound));
        }
        return bounds;
    }

    /** Walks along the key, so many rows at a time. */
    private List<String> bounds(SourceTable table, long rows) throws SQLException {
        List<String> bounds = new ArrayList<>();
        String low = null;
        while (true) {
            String sql = table.selectFrom(String.join(", ", table.storedPosition()), low) + " LIMIT 1 OFFSET " + rows;
            try (RowCursor cursor = reader.open(sql)) {
                if (!cursor.next()) {
                    return bounds;
                }
                low = literal(cursor, 0, table.position().size());
            }
            bounds.add(low);
        }
    }

    /**
     * A position as SQL that compares as the stored values do: no affinity, bytes kept.
     *
     * @param from first column of what {@link SourceTable#storedPosition()} gives
     * @param size parts of the position
     */
    static String literal(RowCursor cursor, int from, int size) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (int i = from; i < from + size; i++) {
            parts.add(switch (cursor.type(i)) {
                case RowCursor.INTEGER -> Long.toString(cursor.integer(i));
                case RowCursor.REAL -> real(cursor.real(i));
                case RowCursor.TEXT -> "+CAST(X'" + hex(cursor, size + i) + "' AS TEXT)";
                case RowCursor.BLOB -> "X'" + hex(cursor, size + i) + "'";
                default -> "NULL";
            });
        }
        return parts.size() == 1 ? parts.getFirst() : "(" + String.join(", ", parts) + ")";
    }

    private static String real(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "9e999" : "-9e999";
        }
        return Double.toString(value);
    }

    private static String hex(RowCursor cursor, int column) throws SQLException {
        byte[] bytes = new byte[cursor.length(column)];
        cursor.copy(column, 0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }
}
