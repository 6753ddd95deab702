package dev.ferryman.verify.internal;

import java.sql.SQLException;

/**
 * Compares both sides of a table, or of a range of its keys, in key order: two streams, one row of each at a time.
 */
final class MergeComparison {
    private final Session session;
    private final ComparedTable table;
    private final KeyRange range;
    private final Rows rows;
    private final Tally tally;
    private final Progress progress;
    private final KeyOrder order;

    MergeComparison(Session session, ComparedTable table, KeyRange range, Tally tally, Progress progress) {
        this.session = session;
        this.table = table;
        this.range = range;
        this.rows = new Rows(table, session);
        this.tally = tally;
        this.progress = progress;
        this.order = table.order();
    }

    /** @throws OrderUnusableException if a key is found that does not sort alike on both sides */
    void run() throws SQLException, InterruptedException, OrderUnusableException {
        try (var source = session.source(table, range, true); var target = session.target(table, range, true)) {
            boolean left = nextSource(source);
            boolean right = nextTarget(target);
            while (left || right) {
                int compared = !left ? 1 : !right ? -1 : order.compare(source, target);
                if (compared == 0) {
                    compare(source, target);
                    left = nextSource(source);
                    right = nextTarget(target);
                } else if (compared < 0) {
                    tally.missing(1);
                    if (tally.listsMore()) {
                        tally.list(rows.missing(source));
                    }
                    left = nextSource(source);
                } else {
                    tally.extra(1);
                    if (tally.listsMore()) {
                        tally.list(rows.extra(target));
                    }
                    right = nextTarget(target);
                }
            }
        }
        progress.tell();
    }

    private void compare(SnapshotRows source, TargetRows target) {
        boolean changed = false;
        int columns = table.columns().size();
        for (int column = 0; column < columns; column++) {
            if (!rows.same(column, source, target)) {
                changed = true;
                if (!tally.listsMore()) {
                    break;
                }
                tally.list(rows.changed(rows.key(source), column, rows.show(source, column),
                        rows.show(target, column)));
            }
        }
        if (changed) {
            tally.changed(1);
        }
    }

    private boolean nextSource(SnapshotRows source) throws SQLException, InterruptedException, OrderUnusableException {
        if (!source.next()) {
            return false;
        }
        order.requireSource(source);
        tally.sourceRow();
        progress.row();
        return true;
    }

    private boolean nextTarget(TargetRows target) throws SQLException, OrderUnusableException {
        if (!target.next()) {
            return false;
        }
        order.requireTarget(target);
        tally.targetRow();
        return true;
    }
}
