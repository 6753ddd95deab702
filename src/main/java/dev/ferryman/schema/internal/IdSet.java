package dev.ferryman.schema.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Ids within bounds, one bit each; any thread may add to it. */
final class IdSet {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long least;
    private final long greatest;
    private final long[] words;
    private volatile boolean others;

    /** An empty set for the ids from the least to the greatest, which are not billions. */
    IdSet(long least, long greatest) {
        this.least = least;
        this.greatest = greatest;
        this.words = new long[(int) ((greatest - least) / Long.SIZE) + 1];
    }

    /** Size in bits. */
    long bits() {
        return (long) words.length * Long.SIZE;
    }

    /** An empty set with the same bounds. */
    IdSet emptyCopy() {
        return new IdSet(least, greatest);
    }

    /** Adds an id. */
    void add(long id) {
        if (id < least || id > greatest) {
            others = true;
            return;
        }
        var bit = 1L << (id - least);
        var word = (int) ((id - least) >>> 6);
        if (((long) WORDS.getOpaque(words, word) & bit) == 0) {
            WORDS.getAndBitwiseOr(words, word, bit);
        }
    }

    /** Adds something that is no id within the bounds. */
    void addOther() {
        others = true;
    }

    /** Whether all that was added to another set of the same bounds was added to this one too. */
    boolean hasAll(IdSet wanted) {
        if (wanted.others) {
            return false;
        }
        for (var i = 0; i < words.length; i++) {
            if ((wanted.words[i] & ~words[i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
