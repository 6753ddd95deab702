package dev.ferryman.verify.internal;

/**
 * What stands for a row where rows cannot be merged: 128 bits for its key and 128 bits for all of it, the same for rows
 * that mean the same on either side. A row without a key, or with NULL in it, is named by all of it. Belongs to one
 * thread.
 */
final class Fingerprint {
    private final Rows rows;
    private final int keys;
    private final int columns;
    private final Canonical canonical = new Canonical();
    private final long[] key = new long[2];
    private final long[] row = new long[2];

    Fingerprint(Rows rows, ComparedTable table) {
        this.rows = rows;
        this.keys = table.keys();
        this.columns = table.columns().size();
    }

    /** Takes a source row. */
    void of(SnapshotRows source) {
        canonical.clear();
        boolean named = keys > 0;
        for (int column = 0; column < columns; column++) {
            rows.canonical(source, column, canonical);
            named &= column >= keys || !source.isNull(column);
            if (column == keys - 1) {
                canonical.hash(0, key);
            }
        }
        finish(named);
    }

    /** Takes a target row. */
    void of(TargetRows target) {
        canonical.clear();
        boolean named = keys > 0;
        for (int column = 0; column < columns; column++) {
            rows.canonical(target, column, canonical);
            named &= column >= keys || !target.isNull(column);
            if (column == keys - 1) {
                canonical.hash(0, key);
            }
        }
        finish(named);
    }

    private void finish(boolean named) {
        canonical.hash(0, row);
        if (!named) {
            key[0] = row[0];
            key[1] = row[1];
        }
    }

    /** First or second half of the key's hash. */
    long key(int half) {
        return key[half];
    }

    /** First or second half of the whole row's hash. */
    long row(int half) {
        return row[half];
    }
}
