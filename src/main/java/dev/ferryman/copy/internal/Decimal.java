package dev.ferryman.copy.internal;

import java.nio.charset.StandardCharsets;

/**
 * A decimal number as digits and scale, reused from value to value. Holds what SQLite stores exactly: integers, the
 * shortest decimal that a real reads back from, and decimal text with all its digits.
 */
final class Decimal {
    /** Digits after the decimal point that {@code numeric} can hold. */
    private static final int MOST_FRACTION_DIGITS = 16_383;
    /** Digits before the decimal point that {@code numeric} can hold. */
    private static final int MOST_INTEGER_DIGITS = 131_072;

    private byte[] digits = new byte[64];
    private int count;
    private int scale;
    private boolean negative;

    /** Digits without leading zeros, each 0 to 9. */
    int digit(int index) {
        return digits[index];
    }

    int count() {
        return count;
    }

    /** Digits after the decimal point, never negative. */
    int scale() {
        return scale;
    }

    boolean negative() {
        return negative;
    }

    /** Digits before the decimal point, 0 where the number is below one. */
    int integerDigits() {
        return Math.max(0, count - scale);
    }

    /** Fraction digits without the zeros at the end; negative where the integer part ends in zeros. */
    int neededScale() {
        int needed = scale;
        int i = count - 1;
        while (i >= 0 && digits[i] == 0) {
            needed--;
            i--;
        }
        return i < 0 ? 0 : needed;
    }

    boolean zero() {
        return count == 0;
    }

    void set(long value) {
        negative = value < 0;
        scale = 0;
        count = 0;
        if (value == 0) {
            return;
        }
        int size = 0;
        long rest = value;
        while (rest != 0) {
            size++;
            rest /= 10;
        }
        count = size;
        rest = value;
        for (int i = size - 1; i >= 0; i--) {
            digits[i] = (byte) Math.abs(rest % 10);
            rest /= 10;
        }
    }

    /** Sets a finite real; zeros at the end of its fraction are left off. */
    void set(double value) throws UnfitValueException {
        byte[] text = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
        if (!parse(text, 0, text.length)) {
            throw new UnfitValueException("a real that is no finite number");
        }
        while (scale > 0 && count > 0 && digits[count - 1] == 0) {
            count--;
            scale--;
        }
        if (count == 0) {
            scale = 0;
        }
    }

    /**
     * Reads {@code [+-]digits[.digits][e[+-]digits]}.
     *
     * @return false if the text is no such number
     * @throws UnfitValueException if it is one that {@code numeric} has no room for
     */
    boolean parse(byte[] text, int from, int to) throws UnfitValueException {
        int at = from;
        negative = false;
        if (at < to && (text[at] == '-' || text[at] == '+')) {
            negative = text[at] == '-';
            at++;
        }
        if (digits.length < to - from) {
            digits = new byte[to - from];
        }
        count = 0;
        scale = 0;
        boolean any = false;
        boolean fraction = false;
        for (; at < to; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                any = true;
                if (count > 0 || c != '0') {
                    digits[count++] = (byte) (c - '0');
                }
                if (fraction) {
                    scale++;
                }
            } else if (c == '.' && !fraction) {
                fraction = true;
            } else {
                break;
            }
        }
        if (!any) {
            return false;
        }
        int exponent = 0;
        if (at < to) {
            if (text[at] != 'e' && text[at] != 'E') {
                return false;
            }
            at++;
            boolean minus = at < to && text[at] == '-';
            if (at < to && (text[at] == '-' || text[at] == '+')) {
                at++;
            }
            if (at == to) {
                return false;
            }
            for (; at < to; at++) {
                if (text[at] < '0' || text[at] > '9') {
                    return false;
                }
                exponent = Math.min(1_000_000, exponent * 10 + text[at] - '0');
            }
            exponent = minus ? -exponent : exponent;
        }
        shift(exponent);
        return true;
    }

    private void shift(int exponent) throws UnfitValueException {
        if (count == 0) {
            scale = Math.min(MOST_FRACTION_DIGITS, Math.max(0, scale - exponent));
            return;
        }
        scale -= exponent;
        if (scale > MOST_FRACTION_DIGITS || count - scale > MOST_INTEGER_DIGITS) {
            throw new UnfitValueException("a number with more digits than numeric has room for");
        }
        if (scale < 0) {
            byte[] longer = digits;
            if (longer.length < count - scale) {
                longer = new byte[count - scale];
                System.arraycopy(digits, 0, longer, 0, count);
            }
            for (int i = count; i < count - scale; i++) {
                longer[i] = 0;
            }
            digits = longer;
            count -= scale;
            scale = 0;
        }
    }
}
