package dev.ferryman.api.internal;

import dev.ferryman.cutover.TrafficView;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a cutover's router sends requests.
 *
 * @param router its name in the server's configuration
 * @param wantedReadPercent percentage of reads that should go to PostgreSQL
 * @param wantedWrites {@code sqlite} or {@code postgresql}: what should take writes
 * @param observedReadPercent percentage of reads that goes to PostgreSQL, null where that is not known
 * @param observed what the router was last seen to do, in words; null before it was asked
 * @param observedAt when it was asked
 * @param asWanted whether it does what was wanted, as far as it was asked
 * @param takenBack why reads were taken back to SQLite before their time
 */
record TrafficJson(String router, int wantedReadPercent, String wantedWrites, @Nullable Integer observedReadPercent,
        @Nullable String observed, @Nullable Instant observedAt, boolean asWanted, @Nullable String takenBack) {
    static TrafficJson of(TrafficView view) {
        return new TrafficJson(view.router(), view.wantedReads(), view.wantedWrites().toLowerCase(Locale.ROOT),
                view.observedReads(), view.observed(), view.at(), view.asWanted(), view.takenBack());
    }
}
