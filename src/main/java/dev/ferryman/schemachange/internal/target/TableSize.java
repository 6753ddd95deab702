package dev.ferryman.schemachange.internal.target;

/**
 * How large a table is.
 *
 * @param rows the planner's estimate; 0 where the table was never analyzed
 * @param bytes its own pages
 * @param indexBytes the pages of its indexes
 */
public record TableSize(long rows, long bytes, long indexBytes) {
    /** Below this a scan or rewrite is over before anybody queues up. */
    private static final long SMALL_BYTES = 8L << 20;

    /** Whether locks held while it is read or written anew do not matter. */
    public boolean small() {
        return bytes + indexBytes < SMALL_BYTES;
    }
}
