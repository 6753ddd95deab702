package dev.ferryman.verify.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A decimal number, digit for digit: sign, significant digits without leading or trailing zeros, and where the point
 * is. Read from every spelling there is; 1.50 and 1.5 and 15e-1 are the same number.
 */
final class DecimalValue {
    private static final int NUMERIC_NEGATIVE = 0x4000;
    private static final int NUMERIC_NAN = 0xC000;
    private static final int NUMERIC_INFINITY = 0xD000;
    private static final int NUMERIC_MINUS_INFINITY = 0xF000;
    /** Beyond this no type of PostgreSQL reaches, and no exponent overflows below it. */
    private static final int GREATEST_EXPONENT = 1_000_000;

    private byte[] digits = new byte[64];
    private int count;
    /** The number is 0.d1d2d3… times ten to this power. */
    private int point;
    private boolean negative;
    /** 0 for a number, else one of the NUMERIC_ constants. */
    private int special;

    private void clear() {
        count = 0;
        point = 0;
        negative = false;
        special = 0;
    }

    private void append(int digit) {
        if (count == 0 && digit == 0) {
            point--;
            return;
        }
        if (count == digits.length) {
            digits = Arrays.copyOf(digits, count * 2);
        }
        digits[count++] = (byte) digit;
    }

    private void trim() {
        while (count > 0 && digits[count - 1] == 0) {
            count--;
        }
        if (count == 0) {
            negative = false;
            point = 0;
        }
    }

    /** Takes an integer. */
    void set(long value) {
        clear();
        negative = value < 0;
        long rest = value;
        int length = 0;
        for (long v = rest; v != 0; v /= 10) {
            length++;
        }
        if (digits.length < length) {
            digits = new byte[length];
        }
        for (int i = length - 1; i >= 0; i--) {
            digits[i] = (byte) Math.abs(rest % 10);
            rest /= 10;
        }
        count = length;
        point = length;
        trim();
    }

    /** Takes the shortest decimal that reads back as the same real. */
    void set(double value) {
        if (Double.isFinite(value)) {
            byte[] text = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
            parse(text, 0, text.length);
        } else {
            clear();
            special = Double.isNaN(value) ? NUMERIC_NAN : value > 0 ? NUMERIC_INFINITY : NUMERIC_MINUS_INFINITY;
        }
    }

    /** Takes decimal text with an optional sign, point and exponent; false where it is none. */
    boolean parse(byte[] text, int offset, int length) {
        clear();
        int at = offset;
        int end = offset + length;
        if (at < end && (text[at] == '+' || text[at] == '-')) {
            negative = text[at++] == '-';
        }
        int seen = 0;
        int exponent = 0;
        boolean fraction = false;
        int whole = 0;
        for (; at < end; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                seen++;
                if (!fraction) {
                    whole++;
                }
                append(c - '0');
            } else if (c == '.' && !fraction) {
                fraction = true;
            } else {
                break;
            }
        }
        if (seen == 0) {
            return false;
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            boolean down = at < end && text[at] == '-';
            if (at < end && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            if (at == end) {
                return false;
            }
            for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
                exponent = Math.min(GREATEST_EXPONENT, exponent * 10 + text[at] - '0');
            }
            exponent = down ? -exponent : exponent;
        }
        point += whole + exponent;
        trim();
        return at == end;
    }

    /** Takes {@code numeric} as its send function gives it: groups of four digits. */
    void setNumeric(byte[] buffer, int offset) {
        clear();
        int groups = TargetRows.int16(buffer, offset);
        int weight = TargetRows.int16(buffer, offset + 2);
        int sign = TargetRows.int16(buffer, offset + 4) & 0xFFFF;
        if (sign >= NUMERIC_NAN) {
            special = sign;
            return;
        }
        for (int group = 0; group < groups; group++) {
            int value = TargetRows.int16(buffer, offset + 8 + 2 * group);
            append(value / 1000);
            append(value / 100 % 10);
            append(value / 10 % 10);
            append(value % 10);
        }
        point += (weight + 1) * 4;
        trim();
        negative = count > 0 && sign == NUMERIC_NEGATIVE;
    }

    /** The decimals after the point that {@code numeric} shows, its display scale. */
    static int displayScale(byte[] buffer, int offset) {
        return TargetRows.int16(buffer, offset + 6);
    }

    /** Whether it is a whole number that 64 bits hold; see {@link #toLong()}. */
    boolean fitsLong() {
        if (special != 0 || count > point || point > 19) {
            return false;
        }
        try {
            toLong();
            return true;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /** The whole number. */
    long toLong() {
        long value = 0;
        for (int i = 0; i < point; i++) {
            int digit = i < count ? digits[i] : 0;
            value = Math.multiplyExact(value, 10L);
            value = negative ? Math.subtractExact(value, digit) : Math.addExact(value, digit);
        }
        return value;
    }

    /** Writes the canonical form. */
    void write(Canonical out) {
        out.number(special != 0 ? special : negative ? -1 : 1);
        out.number(point);
        out.bytes(digits, 0, count);
    }

    /** Plain decimal text with at least so many decimals. */
    String show(int scale) {
        switch (special) {
            case NUMERIC_NAN -> {
                return "NaN";
            }
            case NUMERIC_INFINITY -> {
                return "Infinity";
            }
            case NUMERIC_MINUS_INFINITY -> {
                return "-Infinity";
            }
            default -> {
                var text = new StringBuilder();
                if (negative) {
                    text.append('-');
                }
                if (point <= 0) {
                    text.append('0');
                }
                for (int i = 0; i < point; i++) {
                    text.append((char) ('0' + (i < count ? digits[i] : 0)));
                }
                int decimals = Math.max(scale, count - point);
                if (decimals > 0) {
                    text.append('.');
                }
                for (int i = point; i < point + decimals; i++) {
                    text.append((char) ('0' + (i >= 0 && i < count ? digits[i] : 0)));
                }
                return text.toString();
            }
        }
    }
}
