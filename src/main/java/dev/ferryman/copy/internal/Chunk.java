package dev.ferryman.copy.internal;

import org.jspecify.annotations.Nullable;

/**
 * Rows that are committed together.
 *
 * @param table number of the table in the plan, from 0
 * @param number number within the table, from 0
 * @param low first key of the chunk as a SQL expression of SQLite, null where the table begins
 * @param high first key that is not in it any more, null where the table ends
 */
record Chunk(int table, int number, @Nullable String low, @Nullable String high) {}
