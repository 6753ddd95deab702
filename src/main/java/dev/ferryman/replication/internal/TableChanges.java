package dev.ferryman.replication.internal;

import java.io.IOException;

/**
 * What happened to one table between two numbers of its change table.
 *
 * @param table the table
 * @param from number after which it begins
 * @param upTo last number in it
 * @param lines one line of COPY per row: whether the recorded key goes, the recorded key, the row as it is now; for a
 *        table that is followed as a whole, all its rows
 * @param rows rows in it that exist
 * @param gone recorded keys in it that do not, or are written otherwise now
 */
record TableChanges(ReplicatedTable table, long from, long upTo, Spool lines, long rows, long gone)
        implements
            AutoCloseable {

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
