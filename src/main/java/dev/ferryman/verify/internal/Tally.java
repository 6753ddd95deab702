package dev.ferryman.verify.internal;

import dev.ferryman.verify.Difference;
import java.util.ArrayList;
import java.util.List;

/** What was counted and listed in a table or a part of it. Belongs to one thread. */
final class Tally {
    private final int most;
    private final List<Difference> listed = new ArrayList<>();
    private long sourceRows;
    private long targetRows;
    private long missing;
    private long extra;
    private long changed;
    private long resumed;

    /** @param most differences to list */
    Tally(int most) {
        this.most = most;
    }

    void sourceRow() {
        sourceRows++;
    }

    void sourceRows(long rows) {
        sourceRows += rows;
    }

    void targetRow() {
        targetRows++;
    }

    void missing(long rows) {
        missing += rows;
    }

    void extra(long rows) {
        extra += rows;
    }

    void changed(long rows) {
        changed += rows;
    }

    /** Source rows that were compared before an interruption; they are among {@link #sourceRows()} too. */
    void resumed(long rows) {
        resumed += rows;
    }

    void targetRows(long rows) {
        targetRows += rows;
    }

    /** Differences to list at most. */
    int most() {
        return most;
    }

    /** Whether another difference would be listed. */
    boolean listsMore() {
        return listed.size() < most;
    }

    /** Lists a difference if there is room. */
    void list(Difference difference) {
        if (listsMore()) {
            listed.add(difference);
        }
    }

    /** Adds what a later part of the same table found. */
    void add(Tally later) {
        sourceRows += later.sourceRows;
        targetRows += later.targetRows;
        missing += later.missing;
        extra += later.extra;
        changed += later.changed;
        resumed += later.resumed;
        later.listed.forEach(this::list);
    }

    long sourceRows() {
        return sourceRows;
    }

    long targetRows() {
        return targetRows;
    }

    long missing() {
        return missing;
    }

    long extra() {
        return extra;
    }

    long changed() {
        return changed;
    }

    long resumed() {
        return resumed;
    }

    /** Whether nothing differs. */
    boolean equal() {
        return missing + extra + changed == 0;
    }

    List<Difference> listed() {
        return listed;
    }
}
