package dev.ferryman.schemachange.internal.target;

import java.time.Duration;

/**
 * How fast the target reads a table from end to end.
 *
 * @param bytesPerSecond pages read in a second
 * @param measured whether it was measured on the target, or assumed since its tables are too small for that
 */
public record ReadSpeed(double bytesPerSecond, boolean measured) {
    /** A disk of a small managed server; assumed where nothing could be measured. */
    static final ReadSpeed ASSUMED = new ReadSpeed(100e6, false);
    /** Writing rows, their log and their indexes anew takes several times what reading takes. */
    private static final int REWRITE_FACTOR = 4;
    /** An index is read for, sorted and written. */
    private static final int BUILD_FACTOR = 2;

    /** Time to read a table once. */
    public Duration scan(TableSize size) {
        return seconds(size.bytes() / bytesPerSecond);
    }

    /** Time to build an index on a table. */
    public Duration build(TableSize size) {
        return seconds(BUILD_FACTOR * size.bytes() / bytesPerSecond);
    }

    /** Time to write a table and its indexes anew. */
    public Duration rewrite(TableSize size) {
        return seconds(REWRITE_FACTOR * (double) (size.bytes() + size.indexBytes()) / bytesPerSecond);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
