package dev.ferryman.verify.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a table by the first column of its key, an integer.
 *
 * @param from first key of the range, null where it has no beginning
 * @param below first key after the range, null where it has no end
 */
record KeyRange(@Nullable Long from, @Nullable Long below) {
    /** The whole table. */
    static final KeyRange ALL = new KeyRange(null, null);

    /** Cuts the keys into ranges of equal width. The outer two are open, so that together they hold every key there is. */
    static List<KeyRange> cut(long least, long greatest, int count) {
        double width = ((double) greatest - least + 1) / count;
        var ranges = new ArrayList<KeyRange>();
        Long from = null;
        for (int i = 1; i < count; i++) {
            long below = (long) (least + width * i);
            if (from == null ? below > least : below > from) {
                ranges.add(new KeyRange(from, below));
                from = below;
            }
        }
        ranges.add(new KeyRange(from, null));
        return ranges;
    }

    /** Names the range among all that any table was ever cut into: {@code 10..20}, open ends left out. */
    String name() {
        return (from == null ? "" : from) + ".." + (below == null ? "" : below);
    }

    /** The condition in SQL, with its WHERE; empty for the whole table. */
    String where(String column) {
        if (from == null) {
            return below == null ? "" : " WHERE " + column + " < " + below;
        }
        return " WHERE " + column + " >= " + from + (below == null ? "" : " AND " + column + " < " + below);
    }
}
