package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads all rows of one table. A snapshot is read in one go; a live file in pages, each its own short read transaction,
 * so that the writers of a rollback-journal database wait for milliseconds only.
 */
public final class TableScan {
    private static final int PAGE_ROWS = 20_000;
    /** A page ends early once it has read about this many bytes. */
    private static final long PAGE_BYTES = 32L * 1024 * 1024;
    private static final int LISTEN_EVERY = 16_384;

    private final Connection sqlite;
    private final SourceTable table;
    private final ProfileListener listener;
    private final boolean utf16;
    private final boolean paged;
    private final boolean byRowid;
    private final List<ColumnScan> scans = new ArrayList<>();
    private final RowKey key;
    private boolean guarded;
    private long rows;
    private long pageBytes;

    /** @param immutable whether nobody writes to the file, so that one long scan disturbs nobody */
    public TableScan(Connection sqlite, SourceSchema schema, SourceTable table, boolean immutable,
            ProfileListener listener) {
        this.sqlite = sqlite;
        this.table = table;
        this.listener = listener;
        this.utf16 = !schema.encoding().equals("UTF-8");
        this.byRowid = table.rowidName() != null || table.rowidAlias() != null;
        this.paged = !immutable && (byRowid || (table.withoutRowid() && keyIsPageable()));
        this.key = new RowKey(table);
        for (var column : table.columns()) {
            scans.add(new ColumnScan(column, utf16, key::toString));
        }
    }

    /** Rows read so far. */
    public long rows() {
        return rows;
    }

    /** Reads the table. */
    public List<ColumnProfile> run() throws SQLException, InterruptedException {
        guarded = mayHoldOversized();
        if (paged) {
            var more = true;
            while (more) {
                try (var statement = page(); var result = statement.executeQuery()) {
                    more = read(result);
                }
            }
        } else {
            try (var statement = sqlite.prepareStatement(select() + from()); var result = statement.executeQuery()) {
                read(result);
            }
        }
        return scans.stream().map(ColumnScan::profile).toList();
    }

    /** Whether a comparison by the key's columns and the key's own order are the same. */
    private boolean keyIsPageable() {
        return table.indexes().stream().filter(index -> index.origin() == SourceTable.Origin.PRIMARY_KEY)
                .flatMap(index -> index.parts().stream()).allMatch(part -> {
                    var column = part.column() == null ? null : table.column(part.column());
                    return column != null && part.collation().equals(column.collation());
                });
    }

    private boolean mayHoldOversized() throws SQLException {
        var fileBytes = Rows.query(sqlite, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                row -> row.getLong(1)).getFirst();
        if (fileBytes <= Profiler.LARGEST_VALUE_BYTES || paged) {
            return fileBytes > Profiler.LARGEST_VALUE_BYTES;
        }
        var condition = table.columns().stream()
                .map(c -> "octet_length(" + SqlNames.quoteSqlite(c.name()) + ") > " + Profiler.LARGEST_VALUE_BYTES)
                .collect(Collectors.joining(" OR "));
        return !Rows.query(sqlite, "SELECT 1" + from() + " WHERE " + condition + " LIMIT 1", _ -> 1).isEmpty();
    }

    private String from() {
        return " FROM main." + SqlNames.quoteSqlite(table.name());
    }

    private String rowid() {
        var alias = table.rowidAlias();
        return alias == null ? String.valueOf(table.rowidName()) : SqlNames.quoteSqlite(alias);
    }

    /** The rowid or NULL first, then the columns, then (where values may be too large to load) what is said of those. */
    private String select() {
        var sql = new StringBuilder("SELECT ").append(byRowid ? rowid() : "NULL");
        for (var column : table.columns()) {
            var name = SqlNames.quoteSqlite(column.name());
            sql.append(", ").append(guarded ? "iif(" + tooLarge(name) + ", NULL, " + name + ")" : name);
        }
        if (guarded) {
            for (var column : table.columns()) {
                var name = SqlNames.quoteSqlite(column.name());
                sql.append(", iif(").append(tooLarge(name)).append(", typeof(").append(name)
                        .append(") || octet_length(").append(name).append("), NULL)");
            }
        }
        return sql.toString();
    }

    private static String tooLarge(String name) {
        return "octet_length(" + name + ") > " + Profiler.LARGEST_VALUE_BYTES;
    }

    private PreparedStatement page() throws SQLException {
        pageBytes = 0;
        if (byRowid) {
            var statement = sqlite.prepareStatement(select() + from() + (rows == 0 ? "" : " WHERE " + rowid() + " > ?")
                    + " ORDER BY " + rowid() + " LIMIT " + PAGE_ROWS);
            if (rows > 0) {
                statement.setLong(1, key.rowid());
            }
            return statement;
        }
        var columns = table.primaryKey().stream().map(SqlNames::quoteSqlite).collect(Collectors.joining(", "));
        if (rows == 0) {
            return sqlite.prepareStatement(select() + from() + " ORDER BY " + columns + " LIMIT " + PAGE_ROWS);
        }
        var last = key.values();
        // Text is bound as its bytes, so that text that is no valid UTF-8 finds its place too.
        var places = last.stream().map(value -> value instanceof RowKey.Text && !utf16 ? "CAST(? AS TEXT)" : "?")
                .collect(Collectors.joining(", "));
        var statement = sqlite.prepareStatement(select() + from() + " WHERE (" + columns + ") > (" + places
                + ") ORDER BY " + columns + " LIMIT " + PAGE_ROWS);
        for (var i = 0; i < last.size(); i++) {
            if (last.get(i) instanceof RowKey.Text text) {
                if (utf16) {
                    statement.setString(i + 1, text.text());
                } else {
                    statement.setBytes(i + 1, text.bytes());
                }
            } else {
                statement.setObject(i + 1, last.get(i));
            }
        }
        return statement;
    }

    /** Reads a result to its end or to the end of the page; true if there may be more. */
    private boolean read(ResultSet result) throws SQLException, InterruptedException {
        var columns = scans.size();
        var before = rows;
        while (result.next()) {
            key.row(result);
            for (var i = 0; i < columns; i++) {
                value(result, i);
            }
            rows++;
            if (rows % LISTEN_EVERY == 0) {
                listener.progressed(table.name(), rows);
            }
            if ((rows & 0x3ff) == 0 && Thread.interrupted()) {
                throw new InterruptedException("profile of " + table.name() + " interrupted");
            }
            if (paged && (pageBytes > PAGE_BYTES || rows - before == PAGE_ROWS)) {
                key.remember();
                return true;
            }
        }
        return false;
    }

    private void value(ResultSet result, int index) throws SQLException {
        var scan = scans.get(index);
        switch (result.getObject(index + 2)) {
            case null -> {
                var oversized = guarded ? result.getString(index + 2 + scans.size()) : null;
                if (oversized == null) {
                    scan.ofNull();
                } else {
                    // "text123" or "blob123".
                    scan.ofOversized(oversized.startsWith("text"), Long.parseLong(oversized.substring(4)));
                }
            }
            case Integer value -> scan.ofInteger(value);
            case Long value -> scan.ofInteger(value);
            case Double value -> scan.ofReal(value);
            case byte[] value -> {
                pageBytes += value.length;
                scan.ofBlob(value);
            }
            case String value -> {
                pageBytes += value.length();
                scan.ofText(value, !utf16 && isInvalid(value, result, index));
            }
            case Object value -> throw new IllegalStateException("a " + value.getClass() + " from SQLite");
        }
    }

    /** Malformed bytes read as U+FFFD, and so does U+FFFD itself: the bytes decide. */
    private static boolean isInvalid(String value, ResultSet result, int index) throws SQLException {
        return value.indexOf('\uFFFD') >= 0
                && !Arrays.equals(value.getBytes(StandardCharsets.UTF_8), result.getBytes(index + 2));
    }
}
