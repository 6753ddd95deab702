package dev.ferryman.schema;

/**
 * A sequence or identity to be set after the load.
 *
 * @param table source table
 * @param column source column
 * @param highWater the highest id the source has ever given out: {@code sqlite_sequence} or {@code max(rowid)},
 *        whichever is greater; 0 for a table that was never written to
 */
public record SequencePlan(String table, String column, long highWater) {}
