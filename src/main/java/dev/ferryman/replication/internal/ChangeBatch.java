package dev.ferryman.replication.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes read in one transaction of the source.
 *
 * @param tables tables with changes, in the plan's order
 * @param complete whether nothing was pending beyond them at that moment
 * @param readAt when it was read
 * @param token last token in the stream, null where there is none
 */
record ChangeBatch(List<TableChanges> tables, boolean complete, Instant readAt, @Nullable String token)
        implements
            AutoCloseable {

    /** Recorded changes, repeated ones included. */
    long changes() {
        return tables.stream().mapToLong(t -> t.upTo() - t.from()).sum();
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    @Override
    public void close() throws IOException {
        for (TableChanges table : tables) {
            table.close();
        }
    }
}
