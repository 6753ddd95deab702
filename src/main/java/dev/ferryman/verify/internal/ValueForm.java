package dev.ferryman.verify.internal;

/**
 * What the values of one column mean, on either side. A form is used by one thread at a time and never sees NULL.
 */
abstract class ValueForm {
    /**
     * Writes a source value's canonical form, or that it cannot be read.
     *
     * @param row the current row; the value is not NULL
     */
    abstract void source(SnapshotRows row, int column, Canonical out);

    /**
     * Writes a target value's canonical form.
     *
     * @param buffer holds the value as the type's send function gives it
     */
    abstract void target(byte[] buffer, int offset, int length, Canonical out);

    /** A target value for a person to read. */
    abstract String show(byte[] buffer, int offset, int length);

    /**
     * Whether both values mean the same. Forms of frequent types override it where that is cheaper than writing both
     * canonical forms.
     *
     * @param left room for the source value's form
     * @param right room for the target value's form
     */
    boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left, Canonical right) {
        left.clear();
        source(row, column, left);
        if (left.whyUnreadable() != null) {
            return false;
        }
        right.clear();
        target(buffer, offset, length, right);
        return left.sameAs(right);
    }
}
