package dev.ferryman.verify.internal;

/**
 * For each of a number of keys: how many rows each side has, and by how much the sums of their hashes differ. Open
 * addressing in flat arrays, since there may be hundreds of thousands of them.
 */
final class KeyLedger {
    private int mask = 1023;
    private int size;
    private long[] keys = new long[2 * (mask + 1)];
    private long[] sums = new long[2 * (mask + 1)];
    private int[] counts = new int[2 * (mask + 1)];

    /** Slot of a key, whether it is there already or not. */
    private int slot(long first, long second) {
        int slot = (int) (first >>> 32 ^ second) & mask;
        while (used(slot) && (keys[2 * slot] != first || keys[2 * slot + 1] != second)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** One more row of the source, or of the target. */
    void add(Fingerprint row, boolean source) {
        int slot = slot(row.key(0), row.key(1));
        if (!used(slot)) {
            if (++size > mask / 2) {
                grow();
                slot = slot(row.key(0), row.key(1));
            }
            keys[2 * slot] = row.key(0);
            keys[2 * slot + 1] = row.key(1);
        }
        sums[2 * slot] += source ? row.row(0) : -row.row(0);
        sums[2 * slot + 1] += source ? row.row(1) : -row.row(1);
        counts[2 * slot + (source ? 0 : 1)]++;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldSums = sums;
        int[] oldCounts = counts;
        mask = 2 * mask + 1;
        keys = new long[2 * (mask + 1)];
        sums = new long[2 * (mask + 1)];
        counts = new int[2 * (mask + 1)];
        for (int old = 0; old < oldKeys.length; old += 2) {
            if (oldCounts[old] > 0 || oldCounts[old + 1] > 0) {
                int slot = slot(oldKeys[old], oldKeys[old + 1]);
                System.arraycopy(oldKeys, old, keys, 2 * slot, 2);
                System.arraycopy(oldSums, old, sums, 2 * slot, 2);
                System.arraycopy(oldCounts, old, counts, 2 * slot, 2);
            }
        }
    }

    /** The slot that holds a row's key, -1 where there is none. */
    int find(Fingerprint row) {
        int slot = slot(row.key(0), row.key(1));
        return used(slot) ? slot : -1;
    }

    /** Number of slots, used or not. */
    int slots() {
        return mask + 1;
    }

    /** Whether a slot holds a key. */
    boolean used(int slot) {
        return counts[2 * slot] > 0 || counts[2 * slot + 1] > 0;
    }

    /** Whether both sides have other rows under the key. */
    boolean differs(int slot) {
        return counts[2 * slot] != counts[2 * slot + 1] || sums[2 * slot] != 0 || sums[2 * slot + 1] != 0;
    }

    /** Rows that the target lacks, of those under the key. */
    int missing(int slot) {
        return Math.max(0, counts[2 * slot] - counts[2 * slot + 1]);
    }

    /** Rows that the target has more, of those under the key. */
    int extra(int slot) {
        return Math.max(0, counts[2 * slot + 1] - counts[2 * slot]);
    }

    /** Whether the rows under the key are as many on both sides but not the same. A key that is one names one row. */
    boolean changed(int slot) {
        return differs(slot) && counts[2 * slot] == counts[2 * slot + 1];
    }
}
