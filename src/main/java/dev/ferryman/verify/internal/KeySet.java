package dev.ferryman.verify.internal;

/**
 * Some keys of a table, as the SQL of either side has them.
 *
 * @param source a table of the keys, which the source's table is joined to
 * @param sourceMatch condition that a row of the source, called {@code s}, has a key of that table, called {@code g}
 * @param targetMatch condition that a row of the target, called {@code t}, has one of the keys
 * @param count how many there are, at most
 */
record KeySet(String source, String sourceMatch, String targetMatch, int count) {}
