package dev.ferryman.schema.internal;

import dev.ferryman.schema.SourceTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The key of the row a scan stands on: rendered for people when a finding wants it, kept when a page ends. */
final class RowKey {
    private static final int LONGEST_RENDERED = 60;

    /** Text with its exact bytes. */
    record Text(String text, byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final SourceTable table;
    private final int[] positions;
    private @Nullable ResultSet row;
    private long rowid;
    private List<Object> values = List.of();

    RowKey(SourceTable table) {
        this.table = table;
        this.positions = table.primaryKey().stream()
                .mapToInt(key -> IntStream.range(0, table.columns().size())
                        .filter(i -> table.columns().get(i).name().equals(key)).findFirst().orElseThrow())
                .toArray();
    }

    /** The rowid of the remembered row. */
    long rowid() {
        return rowid;
    }

    /** The row that is being read: its rowid (or NULL) in the first column, the table's columns after it. */
    void row(ResultSet current) {
        row = current;
    }

    /** Keeps the key's values beyond the life of the result. */
    void remember() throws SQLException {
        var current = row;
        if (current == null) {
            return;
        }
        rowid = current.getLong(1);
        if (!table.withoutRowid()) {
            return;
        }
        var kept = new ArrayList<Object>();
        for (var position : positions) {
            var value = current.getObject(position + 2);
            kept.add(value instanceof String text ? new Text(text, current.getBytes(position + 2)) : value);
        }
        values = kept;
    }

    List<Object> values() {
        return values;
    }

    /** The key as a person reads it, such as {@code id=7} or {@code a=1, b=x}. */
    @Override
    public String toString() {
        var current = row;
        if (current == null) {
            return "";
        }
        if (positions.length == 0) {
            try {
                return "rowid=" + current.getLong(1);
            } catch (SQLException e) {
                throw new IllegalStateException("the rowid of a row that was just read cannot be read again", e);
            }
        }
        return Arrays.stream(positions).mapToObj(position -> {
            var name = table.columns().get(position).name();
            try {
                return name + "=" + render(current.getObject(position + 2));
            } catch (SQLException e) {
                throw new IllegalStateException("the key of a row that was just read cannot be read again", e);
            }
        }).collect(Collectors.joining(", "));
    }

    static String render(@Nullable Object value) {
        var text = switch (value) {
            case null -> "NULL";
            case byte[] bytes -> "x'" + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, LONGEST_RENDERED / 2))
                    + "'";
            case Object other -> other.toString().replace('\0', '\u2400').replace('\n', ' ');
        };
        return text.length() <= LONGEST_RENDERED ? text : text.substring(0, LONGEST_RENDERED) + "…";
    }
}
