package dev.ferryman.copy;

import java.util.List;

/**
 * What a backfill has brought over, in this attempt and earlier ones.
 *
 * @param tables one entry per table, in the plan's order
 * @param chunks all chunks of the copy
 * @param chunksBefore those that an earlier attempt had committed
 * @param reader what read the snapshot, for the report
 */
public record CopyResult(List<Table> tables, int chunks, int chunksBefore, String reader) {
    public CopyResult {
        tables = List.copyOf(tables);
    }

    /**
     * One table.
     *
     * @param table source table
     * @param rows rows committed
     * @param bytes bytes sent for them
     * @param quarantined rows committed to quarantine instead
     */
    public record Table(String table, long rows, long bytes, long quarantined) {}

    /** Rows of all tables. */
    public long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    /** Rows of all tables that are in quarantine. */
    public long quarantined() {
        return tables.stream().mapToLong(Table::quarantined).sum();
    }

    /** Bytes of all tables. */
    public long bytes() {
        return tables.stream().mapToLong(Table::bytes).sum();
    }
}
