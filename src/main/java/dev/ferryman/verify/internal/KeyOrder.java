package dev.ferryman.verify.internal;

import java.util.Arrays;

/**
 * The order in which both sides of a table come: integers by value, text and blobs by their bytes. Only those sort alike
 * on both sides; a value of another kind ends the merge with {@link OrderUnusableException}.
 */
final class KeyOrder {
    private final int[] columns;
    /** Storage class that each key column must have. */
    private final int[] types;
    private final boolean integersOnly;
    private final byte[][] sourceBytes;
    private final int[] sourceLengths;
    private final long[] lastNumbers;
    private final int[] lastOffsets;
    private final int[] lastLengths;
    private byte[] lastBuffer = {};
    private boolean lastSource;
    private boolean lastTarget;

    KeyOrder(int[] columns, int[] types) {
        this.columns = columns;
        this.types = types;
        this.integersOnly = Arrays.stream(types).allMatch(type -> type == SnapshotRows.INTEGER);
        this.sourceBytes = new byte[columns.length][0];
        this.sourceLengths = new int[columns.length];
        this.lastNumbers = new long[columns.length];
        this.lastOffsets = new int[columns.length];
        this.lastLengths = new int[columns.length];
    }

    /** Compares the keys of both sides' current rows. */
    int compare(SnapshotRows source, TargetRows target) {
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i];
            int order;
            if (types[i] == SnapshotRows.INTEGER) {
                order = Long.compare(source.integer(column),
                        NumberForms.Integers.read(target.buffer(), target.offset(column), target.length(column)));
            } else {
                int from = source.offset(column);
                int offset = target.offset(column);
                order = Arrays.compareUnsigned(source.buffer(), from, from + source.length(column), target.buffer(),
                        offset,
                        offset + target.length(column));
            }
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Makes sure that the source's current row has the expected kind of key and comes after the row before it. */
    void requireSource(SnapshotRows source) throws OrderUnusableException {
        for (int i = 0; i < columns.length; i++) {
            if (source.type(columns[i]) != types[i]) {
                throw new OrderUnusableException();
            }
        }
        if (integersOnly) {
            return;
        }
        if (lastSource) {
            int order = 0;
            for (int i = 0; i < columns.length && order == 0; i++) {
                order = types[i] == SnapshotRows.INTEGER
                        ? Long.compare(lastNumbers[i], source.integer(columns[i]))
                        : Arrays.compareUnsigned(sourceBytes[i], 0, sourceLengths[i], source.buffer(),
                                source.offset(columns[i]), source.offset(columns[i]) + source.length(columns[i]));
            }
            if (order >= 0) {
                throw new OrderUnusableException();
            }
        }
        lastSource = true;
        for (int i = 0; i < columns.length; i++) {
            if (types[i] == SnapshotRows.INTEGER) {
                lastNumbers[i] = source.integer(columns[i]);
            } else {
                keep(source, i);
            }
        }
    }

    private void keep(SnapshotRows source, int part) {
        int length = source.length(columns[part]);
        if (sourceBytes[part].length < length) {
            sourceBytes[part] = new byte[2 * length];
        }
        System.arraycopy(source.buffer(), source.offset(columns[part]), sourceBytes[part], 0, length);
        sourceLengths[part] = length;
    }

    /**
     * Makes sure that the target's current row has a key and does not come before the row before it. Servers with other
     * encodings than UTF-8 may sort text otherwise; equal keys are possible where the target has no such constraint.
     */
    void requireTarget(TargetRows target) throws OrderUnusableException {
        for (int column : columns) {
            if (target.isNull(column)) {
                throw new OrderUnusableException();
            }
        }
        if (integersOnly) {
            return;
        }
        byte[] buffer = target.buffer();
        int order = 0;
        for (int i = 0; i < columns.length; i++) {
            int offset = target.offset(columns[i]);
            int length = target.length(columns[i]);
            if (lastTarget && order == 0) {
                order = types[i] == SnapshotRows.INTEGER
                        ? Long.compare(NumberForms.Integers.read(lastBuffer, lastOffsets[i], lastLengths[i]),
                                NumberForms.Integers.read(buffer, offset, length))
                        : Arrays.compareUnsigned(lastBuffer, lastOffsets[i], lastOffsets[i] + lastLengths[i], buffer,
                                offset, offset + length);
            }
            lastOffsets[i] = offset;
            lastLengths[i] = length;
        }
        if (order > 0) {
            throw new OrderUnusableException();
        }
        lastBuffer = buffer;
        lastTarget = true;
    }
}
