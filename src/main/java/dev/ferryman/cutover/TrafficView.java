package dev.ferryman.cutover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a cutover's router sends requests: what its steps wanted, and what the router was last seen to do.
 *
 * @param router its name in the server's configuration
 * @param wantedReads percentage of reads that should go to PostgreSQL
 * @param wantedWrites the database that should take writes
 * @param observedReads percentage of reads that goes there, null where that is not known
 * @param observed what the router was seen to do, as a sentence; null before it was asked
 * @param at when it was asked; null before
 * @param asWanted whether it does what was wanted, as far as it was asked
 * @param takenBack why reads were taken back to SQLite before their time, null where they were not
 */
public record TrafficView(String router, int wantedReads, String wantedWrites, @Nullable Integer observedReads,
        @Nullable String observed, @Nullable Instant at, boolean asWanted, @Nullable String takenBack) {}
