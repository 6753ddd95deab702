package dev.ferryman.schemachange.internal.target;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Measures how fast a target reads, by reading the beginning of the largest table that a script names. */
final class SpeedProbe {
    /** Less than this is over too soon to be measured. */
    private static final long LEAST_BYTES = 4L << 20;
    /** 64 MB in pages of 8 kB: enough to see the disk, over in a second or two. */
    private static final long MOST_PAGES = 8192;
    private static final int PAGE_BYTES = 8192;

    private SpeedProbe() {}

    static ReadSpeed measure(Connection connection, Collection<KnownTable> tables) throws SQLException {
        Optional<KnownTable> largest = tables.stream()
                .filter(table -> table.kind() == 'r' && bytes(table) >= LEAST_BYTES)
                .max(Comparator.comparingLong(SpeedProbe::bytes));
        if (largest.isEmpty()) {
            return ReadSpeed.ASSUMED;
        }
        long pages = Math.min(MOST_PAGES, bytes(largest.get()) / PAGE_BYTES);
        long begin = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM ONLY " + largest.get().name()
                        + " WHERE ctid < '(" + pages + ",0)'::tid")) {
            rows.next();
        }
        double seconds = Math.max(1e-3, (System.nanoTime() - begin) / 1e9);
        return new ReadSpeed(pages * PAGE_BYTES / seconds, true);
    }

    private static long bytes(KnownTable table) {
        return table.size().map(TableSize::bytes).orElse(0L);
    }
}
