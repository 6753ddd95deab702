package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.SqlNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads rows with values too long for memory: those are fetched in pieces, each by a query of its own. Slow, and only
 * for the chunks that need it.
 */
final class PiecewiseRowCursor implements RowCursor {
    /** Bytes fetched at once. */
    private static final int PIECE = SnapshotReader.LONGEST_VALUE;
    /** Result columns per source column: the value where it is short, its type, its length in bytes. */
    private static final int WIDTH = 3;

    private final SqliteReader reader;
    private final SourceTable table;
    private final List<ColumnPlan> columns;
    private final RowCursor rows;
    private int heldColumn = -1;
    private int heldFrom;
    private byte[] held = new byte[0];

    /**
     * Reads a chunk.
     *
     * @param reader without a limit on the length of values
     */
    PiecewiseRowCursor(SqliteReader reader, SourceTable table, Chunk chunk) throws SQLException {
        this.reader = reader;
        this.table = table;
        this.columns = table.written();
        List<String> expressions = new ArrayList<>();
        for (ColumnPlan column : columns) {
            String name = SourceTable.value(column);
            expressions.add("CASE WHEN typeof(" + name + ") IN ('text', 'blob') AND octet_length(" + name + ") > "
                    + PIECE + " THEN NULL ELSE " + name + " END");
            expressions.add("CASE typeof(" + name + ") WHEN 'integer' THEN 1 WHEN 'real' THEN 2 WHEN 'text' THEN 3"
                    + " WHEN 'blob' THEN 4 ELSE 5 END");
            expressions.add("octet_length(" + name + ")");
        }
        expressions.addAll(table.storedPosition());
        this.rows = reader.open(table.select(String.join(", ", expressions), chunk));
    }

    @Override
    public boolean next() throws SQLException {
        heldColumn = -1;
        return rows.next();
    }

    @Override
    public int type(int column) throws SQLException {
        return (int) rows.integer(WIDTH * column + 1);
    }

    @Override
    public long integer(int column) throws SQLException {
        return rows.integer(WIDTH * column);
    }

    @Override
    public double real(int column) throws SQLException {
        return rows.real(WIDTH * column);
    }

    @Override
    public int length(int column) throws SQLException {
        return isLong(column) ? Math.toIntExact(rows.integer(WIDTH * column + 2)) : rows.length(WIDTH * column);
    }

    private boolean isLong(int column) throws SQLException {
        return rows.type(WIDTH * column) == NULL;
    }

    @Override
    public void copy(int column, int from, byte[] into, int at, int count) throws SQLException {
        if (!isLong(column)) {
            rows.copy(WIDTH * column, from, into, at, count);
            return;
        }
        int done = 0;
        while (done < count) {
            int wanted = from + done;
            if (heldColumn != column || wanted < heldFrom || wanted >= heldFrom + held.length) {
                hold(column, wanted);
            }
            int part = Math.min(count - done, heldFrom + held.length - wanted);
            System.arraycopy(held, wanted - heldFrom, into, at + done, part);
            done += part;
        }
    }

    private void hold(int column, int from) throws SQLException {
        if (reader.utf16() && type(column) == TEXT) {
            throw new SQLException("a text of more than " + PIECE / (1024 * 1024)
                    + " MB in a UTF-16 database cannot be read in pieces");
        }
        if (table.position().isEmpty()) {
            throw new SQLException("a value of more than " + PIECE / (1024 * 1024)
                    + " MB in a table whose columns hide its rowid cannot be read in pieces");
        }
        String columnsOfPosition = table.position().size() == 1
                ? table.position().getFirst()
                : "(" + String.join(", ", table.position()) + ")";
        String here = columnsOfPosition + " = "
                + ChunkPlanner.literal(rows, WIDTH * columns.size(), table.position().size());
        String sql = "SELECT substr(CAST(" + SqlNames.quoteSqlite(columns.get(column).source()) + " AS BLOB), "
                + (from + 1) + ", " + PIECE + ") FROM " + table.name() + " WHERE " + here;
        try (var piece = reader.open(sql)) {
            if (!piece.next()) {
                throw new SQLException("a row of " + table.name() + " was not found again");
            }
            held = new byte[piece.length(0)];
            piece.copy(0, 0, held, 0, held.length);
        }
        if (held.length == 0) {
            throw new SQLException("a value of " + table.name() + " ended before its length");
        }
        heldColumn = column;
        heldFrom = from;
    }

    @Override
    public void close() throws SQLException {
        rows.close();
    }
}
