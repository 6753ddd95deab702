package dev.ferryman.api.internal;

import dev.ferryman.cutover.QuarantineView;
import java.util.List;

/**
 * What is in quarantine of a cutover.
 *
 * @param digest of all rows; an acceptance names its first 16 digits
 * @param shown some of the rows; {@code more} says whether there are others behind the last number
 */
record QuarantineJson(long rows, String digest, List<HeldJson> held, List<RowJson> shown, boolean more) {

    /** Rows of one table that are there for one reason. */
    record HeldJson(String table, List<String> columns, String reason, long rows) {}

    /** One row; {@code values} holds the columns that do not fit, each cut after 200 characters. */
    record RowJson(long number, String table, String key, List<String> columns, String reason, String values) {}

    static QuarantineJson of(QuarantineView view) {
        return new QuarantineJson(view.rows(), view.digest(),
                view.held().stream()
                        .map(held -> new HeldJson(held.table(), held.columns(), held.reason(), held.rows())).toList(),
                view.shown().stream().map(row -> new RowJson(row.number(), row.table(), row.key(), row.columns(),
                        row.reason(), row.values())).toList(),
                view.more());
    }
}
