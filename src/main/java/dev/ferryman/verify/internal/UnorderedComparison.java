package dev.ferryman.verify.internal;

import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table without an order: one that has no key, or whose key sorts differently on both sides.
 *
 * <p>First every row of either side adds its 128-bit hash to the bucket that its key's hash names (to the source's
 * credit, to the target's debit). Buckets that come out as zero hold the same rows on both sides, as a multiset. Only
 * where some do not, both sides are read again, and the rows in those buckets are counted by key, as many
 * at a time as the heap has room for. A last reading renders those that are listed. Memory is bounded whatever differs.
 */
final class UnorderedComparison {
    /** A {@link KeyLedger} takes up to 120 bytes per key while it grows. */
    private static final int HEAP_BYTES_PER_KEY = 640;
    private static final int MOST_BUCKETS = 1 << 18;
    private static final int ROWS_PER_BUCKET = 4;

    private final Session session;
    private final ComparedTable table;
    private final Tally tally;
    private final Progress progress;
    private final Rows rows;
    private final Fingerprint fingerprint;
    private final int mask;
    private final int keysAtOnce;

    UnorderedComparison(Session session, ComparedTable table, Tally tally, Progress progress, int keysAtOnce) {
        this.session = session;
        this.table = table;
        this.tally = tally;
        this.progress = progress;
        this.rows = new Rows(table, session);
        this.fingerprint = new Fingerprint(rows, table);
        long wanted = Math.clamp(table.rows() / ROWS_PER_BUCKET, 16, MOST_BUCKETS);
        this.mask = (int) Long.highestOneBit(wanted) - 1;
        this.keysAtOnce = keysAtOnce;
    }

    /** Rows that one pass over the differing buckets may hold in this heap: 400,000 in 256 MB. */
    static int keysAtOnce() {
        return (int) Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_KEY, 100_000, 8_000_000);
    }

    /** What is done with each row of one reading. */
    private interface SourceAction {
        void take(SnapshotRows row) throws SQLException;
    }

    private interface TargetAction {
        void take(TargetRows row) throws SQLException;
    }

    /** @param turn held while rows of differing buckets are in memory, so that one table at a time has them there */
    void run(Object turn) throws SQLException, InterruptedException {
        int[] counts = new int[mask + 1];
        BitSet differing = differingBuckets(counts);
        if (differing.isEmpty()) {
            return;
        }
        synchronized (turn) {
            int bucket = differing.nextSetBit(0);
            while (bucket >= 0) {
                var batch = new BitSet(mask + 1);
                long keys = 0;
                while (bucket >= 0 && (keys == 0 || keys + counts[bucket] <= keysAtOnce)) {
                    keys += counts[bucket];
                    batch.set(bucket);
                    bucket = differing.nextSetBit(bucket + 1);
                }
                count(batch);
            }
        }
    }

    private int bucket() {
        return (int) fingerprint.key(0) & mask;
    }

    private BitSet differingBuckets(int[] counts) throws SQLException, InterruptedException {
        long[] sums = new long[2 * (mask + 1)];
        readSource(row -> {
            tally.sourceRow();
            counts[bucket()]++;
            sums[2 * bucket()] += fingerprint.row(0);
            sums[2 * bucket() + 1] += fingerprint.row(1);
        }, true);
        readTarget(row -> {
            tally.targetRow();
            counts[bucket()]++;
            sums[2 * bucket()] -= fingerprint.row(0);
            sums[2 * bucket() + 1] -= fingerprint.row(1);
        });
        var differing = new BitSet(mask + 1);
        for (int bucket = 0; bucket <= mask; bucket++) {
            if (sums[2 * bucket] != 0 || sums[2 * bucket + 1] != 0) {
                differing.set(bucket);
            }
        }
        return differing;
    }

    private void readSource(SourceAction action, boolean first) throws SQLException, InterruptedException {
        try (var source = session.source(table, KeyRange.ALL, false)) {
            while (source.next()) {
                fingerprint.of(source);
                action.take(source);
                if (first) {
                    progress.row();
                }
            }
        }
        progress.tell();
        Progress.checkInterrupted();
    }

    private void readTarget(TargetAction action) throws SQLException, InterruptedException {
        try (var target = session.target(table, KeyRange.ALL, false)) {
            while (target.next()) {
                fingerprint.of(target);
                action.take(target);
            }
        }
        Progress.checkInterrupted();
    }

    private void count(BitSet batch) throws SQLException, InterruptedException {
        var ledger = new KeyLedger();
        readSource(row -> {
            if (batch.get(bucket())) {
                ledger.add(fingerprint, true);
            }
        }, false);
        readTarget(row -> {
            if (batch.get(bucket())) {
                ledger.add(fingerprint, false);
            }
        });
        boolean differs = false;
        for (int slot = 0; slot < ledger.slots(); slot++) {
            if (ledger.used(slot) && ledger.differs(slot)) {
                differs = true;
                tally.missing(ledger.missing(slot));
                tally.extra(ledger.extra(slot));
                tally.changed(ledger.changed(slot) ? 1 : 0);
            }
        }
        if (differs && tally.listsMore()) {
            list(batch, ledger);
        }
    }

    /** A source row kept until the target's row of the same key comes by. */
    private record Kept(String key, @Nullable String[] shown, long[] hashes) {}

    private void list(BitSet batch, KeyLedger ledger) throws SQLException, InterruptedException {
        var listed = new HashMap<Integer, Integer>();
        var kept = new HashMap<Integer, Kept>();
        int room = tally.listed().size();
        var canonical = new Canonical();
        readSource(row -> {
            int slot = batch.get(bucket()) ? ledger.find(fingerprint) : -1;
            if (slot < 0) {
                return;
            }
            if (ledger.changed(slot) && tally.listsMore() && kept.size() + room < tally.most()) {
                kept.putIfAbsent(slot, keep(row, canonical));
            } else if (listed.merge(slot, 1, Integer::sum) <= ledger.missing(slot) && tally.listsMore()) {
                tally.list(rows.missing(row));
            }
        }, false);
        listed.clear();
        readTarget(row -> {
            int slot = batch.get(bucket()) ? ledger.find(fingerprint) : -1;
            if (slot < 0) {
                return;
            }
            Kept before = kept.remove(slot);
            if (before != null) {
                compare(before, row, canonical);
            } else if (listed.merge(slot, 1, Integer::sum) <= ledger.extra(slot) && tally.listsMore()) {
                tally.list(rows.extra(row));
            }
        });
    }

    private Kept keep(SnapshotRows row, Canonical canonical) {
        int columns = table.columns().size();
        var shown = new @Nullable String[columns];
        var hashes = new long[2 * columns];
        long[] hash = new long[2];
        for (int column = 0; column < columns; column++) {
            shown[column] = rows.show(row, column);
            canonical.clear();
            rows.canonical(row, column, canonical);
            canonical.hash(0, hash);
            hashes[2 * column] = hash[0];
            hashes[2 * column + 1] = hash[1];
        }
        return new Kept(rows.key(row), shown, hashes);
    }

    private void compare(Kept before, TargetRows row, Canonical canonical) {
        long[] hash = new long[2];
        for (int column = 0; column < table.columns().size(); column++) {
            canonical.clear();
            rows.canonical(row, column, canonical);
            canonical.hash(0, hash);
            if (hash[0] != before.hashes()[2 * column] || hash[1] != before.hashes()[2 * column + 1]) {
                tally.list(rows.changed(before.key(), column, before.shown()[column], rows.show(row, column)));
            }
        }
    }
}
