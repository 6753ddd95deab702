package dev.ferryman.cutover;

/** What a verification found in one table; {@code differences} counts rows. */
public record TableResult(String table, long sourceRows, long targetRows, long differences) {}
