package dev.ferryman.replication.internal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * In which form an application writes a column. The newest rows tell: it decides between ways of writing the same value,
 * never between values, so not every row has to be looked at.
 *
 * @param integers values stored as integers
 * @param reals values stored as reals
 * @param blobs values stored as blobs
 * @param texts the texts, of at most {@link #LONGEST_TEXT} characters, newest first
 */
record ColumnHabit(int integers, int reals, int blobs, List<String> texts) {
    private static final int ROWS = 1_000;
    private static final int LONGEST_TEXT = 64;

    ColumnHabit {
        texts = List.copyOf(texts);
    }

    static ColumnHabit of(Connection source, ReplicatedTable table, ReplicatedColumn column) throws SQLException {
        int[] stored = new int[6];
        List<String> texts = new ArrayList<>();
        String newest = Sql.yes(source, "SELECT count(*) FROM pragma_table_list(?) WHERE schema = 'main' AND wr = 0",
                table.plan().source()) ? " ORDER BY rowid DESC" : "";
        String sql = "SELECT " + column.source() + " FROM " + table.source() + newest + " LIMIT " + ROWS;
        try (var rows = new SqliteRows(source, false, sql)) {
            while (rows.next()) {
                int type = rows.type(0);
                stored[type]++;
                if (type == SqliteRows.TEXT) {
                    byte[] bytes = rows.bytes(0);
                    if (bytes.length <= LONGEST_TEXT) {
                        texts.add(new String(bytes, StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return new ColumnHabit(stored[SqliteRows.INTEGER], stored[SqliteRows.REAL], stored[SqliteRows.BLOB], texts);
    }

    /** Whether most values are text. */
    boolean text() {
        return texts.size() > integers + reals && texts.size() > blobs;
    }

    /** Whether most values are numbers. */
    boolean numbers() {
        return integers + reals > texts.size() && integers + reals > blobs;
    }

    /** Whether most values are blobs. */
    boolean blob() {
        return blobs > texts.size() && blobs > integers + reals;
    }
}
