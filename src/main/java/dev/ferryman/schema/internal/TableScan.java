package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.SourceTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads all rows of one table in ranges, any number of which may be read at the same time, and puts them together. */
final class TableScan {
    private final SourceTable table;
    private final List<RowRange> ranges;
    private final boolean paged;
    private final References references;
    private final ProfileListener listener;
    private final Object turn;
    private final @Nullable RangeScan[] scanned;
    private int missing;
    private long told;
    private boolean begun;

    /**
     * Prepares the reading.
     *
     * @param live whether an application writes to the file, so that no read transaction may last
     * @param references gathers ids
     * @param turn held by whoever has large values in memory; one for all tables
     */
    TableScan(SourceTable table, List<RowRange> ranges, boolean live, References references,
            ProfileListener listener, Object turn) {
        this.table = table;
        this.ranges = ranges;
        this.paged = live && (RowRange.rowid(table) != null || (table.withoutRowid() && keyIsPageable(table)));
        this.references = references;
        this.listener = listener;
        this.turn = turn;
        this.scanned = new RangeScan[ranges.size()];
        this.missing = ranges.size();
    }

    SourceTable table() {
        return table;
    }

    List<RowRange> ranges() {
        return ranges;
    }

    /** Whether a comparison by the key's columns and the key's own order are the same. */
    private static boolean keyIsPageable(SourceTable table) {
        return table.indexes().stream().filter(index -> index.origin() == SourceTable.Origin.PRIMARY_KEY)
                .flatMap(index -> index.parts().stream()).allMatch(part -> {
                    var column = part.column() == null ? null : table.column(part.column());
                    return column != null && part.collation().equals(column.collation());
                });
    }

    /** Reads one of the ranges. */
    void scan(SqliteReader reader, int number) throws SQLException, InterruptedException {
        begin();
        Readers.patiently(reader, turn, any -> {
            var again = any != reader;
            var scan = new RangeScan(any, table, paged, again, references, again ? _ -> {} : this::tell);
            scan.run(ranges.get(number));
            finish(number, scan);
        });
    }

    private synchronized void begin() {
        if (!begun) {
            begun = true;
            listener.started(table.name());
        }
    }

    private synchronized void tell(long more) {
        told += more;
        listener.progressed(table.name(), told);
    }

    private synchronized void finish(int number, RangeScan scan) {
        scanned[number] = scan;
        if (--missing == 0) {
            listener.finished(table.name(), rows());
        }
    }

    /** Rows of all ranges. */
    synchronized long rows() {
        long rows = 0;
        for (var scan : scanned) {
            rows += Objects.requireNonNull(scan).rows();
        }
        return rows;
    }

    /** What is in the columns, once all ranges are read. */
    synchronized List<ColumnProfile> columns() {
        var first = Objects.requireNonNull(scanned[0]);
        var rows = first.rows();
        for (var i = 1; i < scanned.length; i++) {
            var next = Objects.requireNonNull(scanned[i]);
            for (var column = 0; column < first.scans().size(); column++) {
                first.scans().get(column).addAll(next.scans().get(column), rows);
            }
            rows += next.rows();
        }
        var profiles = new ArrayList<ColumnProfile>();
        first.scans().forEach(scan -> profiles.add(scan.profile()));
        return profiles;
    }
}
