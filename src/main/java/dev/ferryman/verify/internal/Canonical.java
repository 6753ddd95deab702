package dev.ferryman.verify.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values written in the one form that all their spellings share, so that two values mean the same exactly when their
 * bytes are the same. Every value delimits itself; a row is its values one after the other.
 */
final class Canonical {
    private static final VarHandle INT64 = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte NULL = 0;
    private static final byte NUMBER = 1;
    private static final byte BYTES = 2;
    private static final byte UNREADABLE = 3;
    private static final byte LIST = 4;

    private byte[] bytes = new byte[256];
    private int length;
    private @Nullable String unreadable;

    /** Forgets everything. */
    void clear() {
        length = 0;
        unreadable = null;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), (int) Math.min(Integer.MAX_VALUE - 8L,
                    bytes.length * 2L)));
        }
    }

    /** NULL. */
    void nothing() {
        room(1);
        bytes[length++] = NULL;
    }

    /** A number that 64 bits hold: an integer, the bits of a real, a count of microseconds. */
    void number(long value) {
        room(9);
        bytes[length] = NUMBER;
        INT64.set(bytes, length + 1, value);
        length += 9;
    }

    /** Bytes with their length. */
    void bytes(byte[] from, int offset, int count) {
        room(5 + count);
        bytes[length] = BYTES;
        INT32.set(bytes, length + 1, count);
        System.arraycopy(from, offset, bytes, length + 5, count);
        length += 5 + count;
    }

    /** The head of a list whose elements follow. */
    void list(int count) {
        room(5);
        bytes[length] = LIST;
        INT32.set(bytes, length + 1, count);
        length += 5;
    }

    /** A source value that has no meaning under the plan's conversion: equal to nothing in any target. */
    void unreadable(String why) {
        room(1);
        bytes[length++] = UNREADABLE;
        unreadable = why;
    }

    /** Where the next value will begin; see {@link #cutTo(int)}. */
    int mark() {
        return length;
    }

    /** Forgets what was written since a mark. */
    void cutTo(int mark) {
        length = mark;
    }

    /** Why the value cannot be read, null where it can. */
    @Nullable
    String whyUnreadable() {
        return unreadable;
    }

    /** The number, where one was written and nothing else. */
    long onlyNumber() {
        return (long) INT64.get(bytes, 1);
    }

    /** The bytes, where some were written and nothing else. */
    byte[] onlyBytes() {
        return Arrays.copyOfRange(bytes, 5, length);
    }

    /** Whether both hold the same values. */
    boolean sameAs(Canonical other) {
        return unreadable == null && other.unreadable == null
                && Arrays.equals(bytes, 0, length, other.bytes, 0, other.length);
    }

    /**
     * 128 bits that stand for the bytes since a mark. Two multiplicative lanes over 8 bytes at a time, stirred at the
     * end so that every bit depends on every other: sums of such hashes collide only by chance.
     *
     * @param into receives both halves
     */
    void hash(int from, long[] into) {
        long a = 0x9E3779B97F4A7C15L ^ (length - from);
        long b = 0xC2B2AE3D27D4EB4FL;
        int at = from;
        for (; at + 8 <= length; at += 8) {
            long word = (long) INT64.get(bytes, at);
            a = Long.rotateLeft(a ^ stir(word * 0x87C37B91114253D5L), 27) * 5 + b;
            b = Long.rotateLeft(b ^ stir(word * 0x4CF5AD432745937FL), 31) * 5 + a;
        }
        long rest = 0;
        for (int shift = 0; at < length; at++, shift += 8) {
            rest |= (bytes[at] & 0xFFL) << shift;
        }
        a ^= stir(rest * 0x87C37B91114253D5L);
        b ^= stir(rest * 0x4CF5AD432745937FL);
        a += b;
        b += a;
        into[0] = stir(a) + stir(b);
        into[1] = stir(b ^ 0x52DCE729L) + into[0];
    }

    private static long stir(long value) {
        long h = value;
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
