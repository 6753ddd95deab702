package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of a table's rows. A snapshot is read in one go; a live file in pages, each its own short read
 * transaction, so that the writers of a rollback-journal database wait for milliseconds only.
 */
final class RangeScan {
    private static final int PAGE_ROWS = 20_000;
    /** A page ends early once it has read about this many bytes. */
    private static final long PAGE_BYTES = 32L * 1024 * 1024;
    private static final int TELL_EVERY = 16_384;

    private final SqliteReader reader;
    private final SourceTable table;
    private final boolean paged;
    private final boolean guarded;
    private final LongConsumer told;
    private final List<ColumnScan> scans = new ArrayList<>();
    private final List<List<IdSet>> referredTo = new ArrayList<>();
    private final @Nullable IdSet ids;
    private final RowKey key;
    private final boolean byRowid;
    private byte[] text = new byte[8 * 1024];
    private long rows;

    /**
     * Prepares the reading.
     *
     * @param paged whether the file is live and the table can be read in pages
     * @param guarded whether values may be larger than {@link Profiler#LARGEST_VALUE_BYTES}: then those are measured
     *        only; otherwise they, or whatever the reader refuses, end the reading with {@link ValueTooLongException}
     * @param references gathers ids
     * @param told hears how many more rows are read, now and then
     */
    RangeScan(SqliteReader reader, SourceTable table, boolean paged, boolean guarded, References references,
            LongConsumer told) {
        this.reader = reader;
        this.table = table;
        this.paged = paged;
        this.guarded = guarded;
        this.told = told;
        this.key = new RowKey(table);
        this.byRowid = RowRange.rowid(table) != null;
        for (var column : table.columns()) {
            scans.add(new ColumnScan(column, reader.utf16(), key));
            referredTo.add(references.referredToBy(table, column.name()));
        }
        this.ids = references.idsOf(table);
    }

    /** Rows read. */
    long rows() {
        return rows;
    }

    /** What was found in them, one scan per column. */
    List<ColumnScan> scans() {
        return scans;
    }

    /** Reads the rows. */
    void run(RowRange range) throws SQLException, InterruptedException {
        if (!paged) {
            try (var cursor = reader.open(select("") + where(range.condition(RowRange.rowid(table))))) {
                read(cursor);
            }
        } else if (byRowid) {
            pagesByRowid(range);
        } else {
            pagesByKey();
        }
    }

    private void pagesByRowid(RowRange range) throws SQLException, InterruptedException {
        var rowid = RowRange.rowid(table);
        var rest = range;
        while (true) {
            try (var cursor = reader.open(select("") + where(rest.condition(rowid)) + " ORDER BY " + rowid + " LIMIT "
                    + PAGE_ROWS)) {
                if (!read(cursor)) {
                    return;
                }
                var last = cursor.integer(0);
                if (!rest.goesOnAfter(last)) {
                    return;
                }
                rest = rest.after(last);
            }
        }
    }

    private void pagesByKey() throws SQLException, InterruptedException {
        var names = table.primaryKey().stream().map(SqlNames::quoteSqlite).toList();
        var columns = String.join(", ", names);
        // The bytes as stored, in whatever encoding: only they find the place again.
        var stored = names.stream().map(name -> ", CAST(" + name + " AS BLOB)").collect(Collectors.joining());
        var first = 1 + scans.size() * (guarded ? 2 : 1);
        var condition = "true";
        while (true) {
            try (var cursor = reader.open(select(stored) + where(condition) + " ORDER BY " + columns + " LIMIT "
                    + PAGE_ROWS)) {
                if (!read(cursor)) {
                    return;
                }
                condition = "(" + columns + ") > (" + last(cursor, first) + ")";
            }
        }
    }

    /** The current row's key as SQL that compares as the stored values do: no affinity, bytes kept. */
    private String last(RowCursor cursor, int first) throws SQLException {
        var parts = new ArrayList<String>();
        for (var i = 0; i < table.primaryKey().size(); i++) {
            var name = table.primaryKey().get(i);
            var column = 1 + table.columns().stream().map(SourceTable.SourceColumn::name).toList().indexOf(name);
            parts.add(switch (cursor.type(column)) {
                case RowCursor.INTEGER -> "+" + cursor.integer(column);
                case RowCursor.REAL -> real(cursor.real(column));
                case RowCursor.TEXT -> "+CAST(X'" + hex(cursor, first + i) + "' AS TEXT)";
                case RowCursor.BLOB -> "X'" + hex(cursor, first + i) + "'";
                default -> "NULL";
            });
        }
        return String.join(", ", parts);
    }

    private static String real(double value) {
        return Double.isInfinite(value) ? value > 0 ? "9e999" : "-9e999" : "+" + value;
    }

    private static String hex(RowCursor cursor, int column) throws SQLException {
        var bytes = new byte[cursor.length(column)];
        cursor.copy(column, 0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    private String where(String condition) {
        return " FROM main." + SqlNames.quoteSqlite(table.name()) + " WHERE " + condition;
    }

    /** The rowid or NULL first, then the columns, then (where values may be too large to load) what is said of those. */
    private String select(String more) {
        var sql = new StringBuilder("SELECT ").append(byRowid ? RowRange.rowid(table) : "NULL");
        for (var column : table.columns()) {
            var name = SqlNames.quoteSqlite(column.name());
            sql.append(", ").append(guarded ? "iif(" + tooLarge(name) + ", NULL, " + name + ")" : name);
        }
        if (guarded) {
            for (var column : table.columns()) {
                var name = SqlNames.quoteSqlite(column.name());
                sql.append(", iif(").append(tooLarge(name)).append(", iif(typeof(").append(name)
                        .append(") = 'text', octet_length(").append(name).append("), -octet_length(").append(name)
                        .append(")), NULL)");
            }
        }
        return sql.append(more).toString();
    }

    private static String tooLarge(String name) {
        return "octet_length(" + name + ") > " + Profiler.LARGEST_VALUE_BYTES;
    }

    /** Reads a cursor to its end or to the end of the page; true if there may be more, and it stands on the last row. */
    private boolean read(RowCursor cursor) throws SQLException, InterruptedException {
        var columns = scans.size();
        var before = rows;
        long bytes = 0;
        while (cursor.next()) {
            key.row(cursor, rows);
            if (ids != null) {
                ids.add(cursor.integer(0));
            }
            for (var i = 0; i < columns; i++) {
                bytes += value(cursor, i);
            }
            rows++;
            if (rows % TELL_EVERY == 0) {
                told.accept(TELL_EVERY);
            }
            if ((rows & 0x3ff) == 0 && Thread.interrupted()) {
                throw new InterruptedException("profile of " + table.name() + " interrupted");
            }
            if (paged && (bytes > PAGE_BYTES || rows - before == PAGE_ROWS)) {
                return true;
            }
        }
        return false;
    }

    private int value(RowCursor cursor, int index) throws SQLException {
        var scan = scans.get(index);
        var column = index + 1;
        var length = 0;
        switch (cursor.type(column)) {
            case RowCursor.INTEGER -> {
                var value = cursor.integer(column);
                scan.ofInteger(value);
                for (var set : referredTo.get(index)) {
                    set.add(value);
                }
                return 0;
            }
            case RowCursor.REAL -> scan.ofReal(cursor.real(column));
            case RowCursor.TEXT -> {
                length = cursor.length(column);
                if (text.length < length) {
                    text = new byte[Math.max(length, 2 * text.length)];
                }
                cursor.copy(column, 0, text, 0, length);
                scan.ofText(text, length);
            }
            case RowCursor.BLOB -> {
                length = cursor.length(column);
                scan.ofBlob(length);
            }
            default -> {
                var oversized = column + scans.size();
                if (guarded && cursor.type(oversized) == RowCursor.INTEGER) {
                    // Negative for a blob.
                    var bytes = cursor.integer(oversized);
                    scan.ofOversized(bytes > 0, Math.abs(bytes));
                } else {
                    scan.ofNull();
                    return 0;
                }
            }
        }
        // Neither NULL nor an integer: whether it refers to something is for SQLite to say.
        for (var set : referredTo.get(index)) {
            set.addOther();
        }
        return length;
    }
}
