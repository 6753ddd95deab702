package dev.ferryman.schemachange.internal.target;

/**
 * How often a table was used since the statistics were reset ({@code pg_stat_user_tables}).
 *
 * @param reads scans of the table and of its indexes
 * @param writes rows inserted, changed and deleted
 */
public record TableUse(long reads, long writes) {
    /** Not used, or not known. */
    public static final TableUse NONE = new TableUse(0, 0);
}
