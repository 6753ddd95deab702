package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Quarantine;
import dev.ferryman.cutover.QuarantineView;
import java.util.List;

/** Reads what is in quarantine for a page. */
final class QuarantineLook {
    private QuarantineLook() {}

    static QuarantineView of(Quarantine quarantine, long after) {
        Quarantine.Summary summary = quarantine.summary();
        List<QuarantineView.Row> rows = quarantine.rows(after, QuarantineView.PAGE + 1).stream()
                .map(row -> new QuarantineView.Row(row.number(), row.table(), row.key(), row.columns(), row.reason(),
                        row.values()))
                .toList();
        boolean more = rows.size() > QuarantineView.PAGE;
        return new QuarantineView(summary.rows(), summary.digest(),
                summary.held().stream().map(
                        held -> new QuarantineView.Held(held.table(), held.columns(), held.reason(), held.rows()))
                        .toList(),
                more ? rows.subList(0, QuarantineView.PAGE) : rows, more);
    }
}
