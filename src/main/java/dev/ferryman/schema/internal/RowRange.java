package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by their rowid.
 *
 * @param from least rowid, null where the table begins
 * @param below first rowid that is not in it any more, null where the table ends
 */
record RowRange(@Nullable Long from, @Nullable Long below) {
    /** The whole table. */
    static final RowRange ALL = new RowRange(null, null);

    /** Rowids of a range at least; reading fewer rows is not worth a task. */
    private static final long FEWEST = 20_000;

    /**
     * Cuts a table into ranges of equal width, in order. The first and the last are open, so that together they hold
     * every row there is.
     *
     * @param most how many ranges at most
     */
    static List<RowRange> cut(SqliteReader reader, SourceTable table, int most) throws SQLException {
        var rowid = rowid(table);
        if (rowid == null || most < 2) {
            return List.of(ALL);
        }
        // Two subqueries: SQLite finds either end in the index, but reads the whole table for both in one SELECT.
        var from = " FROM main." + SqlNames.quoteSqlite(table.name()) + ")";
        try (var ends = reader
                .open("SELECT (SELECT min(" + rowid + ")" + from + ", (SELECT max(" + rowid + ")" + from)) {
            ends.next();
            // As doubles: the rowids of one table may span more than a long.
            double least = ends.integer(0);
            var span = ends.integer(1) - least;
            var count = (int) Math.min(most, span / FEWEST);
            var ranges = new ArrayList<RowRange>();
            Long low = null;
            for (var i = 1; i < count; i++) {
                var below = (long) (least + span * i / count);
                if (low == null || below > low) {
                    ranges.add(new RowRange(low, below));
                    low = below;
                }
            }
            ranges.add(new RowRange(low, null));
            return ranges;
        }
    }

    /** A name under which SQLite gives the rowid, quoted where that is needed; null where there is none. */
    static @Nullable String rowid(SourceTable table) {
        var alias = table.rowidAlias();
        return alias == null ? table.rowidName() : SqlNames.quoteSqlite(alias);
    }

    /** The rows of this range that come after one. */
    RowRange after(long rowid) {
        return new RowRange(rowid + 1, below);
    }

    /** Whether there can be rows after one. */
    boolean goesOnAfter(long rowid) {
        return rowid < Long.MAX_VALUE && (below == null || rowid + 1 < below);
    }

    /** SQL of the condition; true where there is none. */
    String condition(@Nullable String rowid) {
        var conditions = new ArrayList<String>();
        if (from != null) {
            conditions.add(rowid + " >= " + literal(from));
        }
        if (below != null) {
            conditions.add(rowid + " < " + literal(below));
        }
        return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
    }

    /** SQLite reads the least number as a minus sign and a number that is too large for it. */
    private static String literal(long value) {
        return value == Long.MIN_VALUE ? "(-9223372036854775807 - 1)" : Long.toString(value);
    }
}
