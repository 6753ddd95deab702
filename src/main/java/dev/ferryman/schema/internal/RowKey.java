package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.SourceTable;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The key of the row a scan stands on, rendered for people when a finding wants it. */
final class RowKey {
    private static final int LONGEST_RENDERED = 60;
    /** Bytes that are more than so many characters in any encoding of them. */
    private static final int LONGEST_READ = 4 * LONGEST_RENDERED + 4;

    private final List<String> names;
    private final int[] positions;
    private @Nullable RowCursor row;
    private long position;

    /** The key of the rows of a cursor that gives the rowid (or NULL) first and the table's columns after it. */
    RowKey(SourceTable table) {
        this(table.primaryKey().isEmpty() ? List.of("rowid") : table.primaryKey(),
                table.primaryKey().isEmpty()
                        ? new int[1]
                        : table.primaryKey().stream()
                                .mapToInt(key -> 1 + IntStream.range(0, table.columns().size())
                                        .filter(i -> table.columns().get(i).name().equals(key)).findFirst()
                                        .orElseThrow())
                                .toArray());
    }

    /**
     * A key of some columns of a cursor.
     *
     * @param positions where the cursor has the parts of the key
     */
    RowKey(List<String> names, int[] positions) {
        this.names = names;
        this.positions = positions;
    }

    /** The row that is being read, which is so many rows after the scan's first. */
    void row(RowCursor current, long number) {
        row = current;
        position = number;
    }

    /** Number of rows the scan has read before this one. */
    long position() {
        return position;
    }

    /** The key as a person reads it, such as {@code id=7} or {@code a=1, b=x}. */
    @Override
    public String toString() {
        var current = row;
        if (current == null) {
            return "";
        }
        var parts = new ArrayList<String>();
        for (var i = 0; i < positions.length; i++) {
            try {
                parts.add(names.get(i) + "=" + render(current, positions[i]));
            } catch (SQLException e) {
                throw new IllegalStateException("the key of a row that was just read cannot be read again", e);
            }
        }
        return String.join(", ", parts);
    }

    private static String render(RowCursor row, int column) throws SQLException {
        return switch (row.type(column)) {
            case RowCursor.NULL -> "NULL";
            case RowCursor.INTEGER -> Long.toString(row.integer(column));
            case RowCursor.REAL -> Double.toString(row.real(column));
            case RowCursor.BLOB ->
                cut("x'" + HexFormat.of().formatHex(bytes(row, column, LONGEST_RENDERED / 2)) + "'");
            default -> cut(new String(bytes(row, column, LONGEST_READ), StandardCharsets.UTF_8)
                    .replace('\0', '\u2400').replace('\n', ' '));
        };
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_RENDERED ? text : text.substring(0, LONGEST_RENDERED) + "…";
    }

    private static byte[] bytes(RowCursor row, int column, int most) throws SQLException {
        var bytes = new byte[Math.min(most, row.length(column))];
        row.copy(column, 0, bytes, 0, bytes.length);
        return bytes;
    }
}
