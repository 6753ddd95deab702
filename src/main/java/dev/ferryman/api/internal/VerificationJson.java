package dev.ferryman.api.internal;

import dev.ferryman.cutover.VerificationView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of both sides found.
 *
 * @param kind {@code snapshot}, {@code since-snapshot} or {@code losses}
 * @param shown the first differences; {@code more} says whether there are others, which the CSV holds
 */
record VerificationJson(long id, String kind, Instant at, boolean equal, long rows, long differences, String summary,
        List<TableJson> tables, List<DifferenceJson> shown, boolean more) {

    /** Rows, those in quarantine instead, and differences of a table. */
    record TableJson(String table, long sourceRows, long targetRows, long quarantined, long differences) {}

    /** One difference: {@code missing}, {@code extra} or {@code changed}, with both values as text. */
    record DifferenceJson(String table, String key, @Nullable String column, String kind, @Nullable String source,
            @Nullable String target) {}

    static VerificationJson of(VerificationView view) {
        return new VerificationJson(view.id(), Keys.of(view.kind()), view.at(), view.equal(), view.rows(),
                view.differences(), view.summary(),
                view.tables().stream()
                        .map(table -> new TableJson(table.table(), table.sourceRows(), table.targetRows(),
                                table.quarantined(), table.differences()))
                        .toList(),
                view.shown().stream()
                        .map(row -> new DifferenceJson(row.table(), row.key(), row.column(), row.kind(), row.source(),
                                row.target()))
                        .toList(),
                view.more());
    }
}
