package dev.ferryman.cutover;

/**
 * What a test of the source saw.
 *
 * @param path the file with symbolic links followed
 * @param bytes size of the file and its write-ahead log
 * @param journalMode SQLite's journal mode: {@code wal}, {@code delete}, …
 * @param tables number of tables, SQLite's own not counted
 * @param sqliteVersion version of the SQLite library that opened it
 */
public record SourceFacts(String path, long bytes, String journalMode, int tables, String sqliteVersion) {}
