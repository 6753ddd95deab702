package dev.ferryman.cutover;

/**
 * What a verification found in one table.
 *
 * @param sourceRows rows of the source that were compared with the target's
 * @param quarantined rows of the source that are whole in quarantine instead
 * @param differences rows that differ
 */
public record TableResult(String table, long sourceRows, long targetRows, long quarantined, long differences) {}
