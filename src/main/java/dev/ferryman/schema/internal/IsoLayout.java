package dev.ferryman.schema.internal;

import dev.ferryman.schema.IsoText;

/**
 * Reads ISO texts ({@link IsoText}) as bytes. What it finds is how the text is written: separator, length of the time of
 * day and zone, packed into 64 bits, so that texts of one layout are equal exactly when their instants are.
 */
public final class IsoLayout {
    /** No ISO text. */
    public static final long NONE = -1;

    private static final int SHORTEST = 5;
    /** Date, separator, time with nine digits of fraction, space, zone. */
    private static final int LONGEST = 36;
    private static final int DATE_LENGTH = 10;
    private static final int SEPARATOR_BITS = 2;
    private static final int NO_SEPARATOR = 3;
    private static final int ZONE_SHIFT = 8;
    private static final int LENGTH_MASK = 0x3f;
    /** Length of {@code HH:MM:SS.}, after which the fraction begins. */
    private static final int BEFORE_FRACTION = 9;

    private IsoLayout() {}

    /** The layout of a text; {@link #NONE} where it is no ISO text. */
    public static long of(byte[] text, int length) {
        if (length < SHORTEST || length > LONGEST || text[0] < '0' || text[0] > '9') {
            return NONE;
        }
        if (text[2] == ':') {
            return time(text, 0, length) == length ? layout(NO_SEPARATOR, length) : NONE;
        }
        if (length < DATE_LENGTH || !isDate(text)) {
            return NONE;
        }
        if (length == DATE_LENGTH) {
            return layout(NO_SEPARATOR, 0);
        }
        var separator = switch (text[DATE_LENGTH]) {
            case ' ' -> 0;
            case 'T' -> 1;
            case 't' -> 2;
            default -> -1;
        };
        if (separator < 0) {
            return NONE;
        }
        var end = time(text, DATE_LENGTH + 1, length);
        if (end < 0) {
            return NONE;
        }
        var layout = layout(separator, end - DATE_LENGTH - 1);
        if (end == length) {
            return layout;
        }
        return isZone(text, end, length) ? layout | zone(text, end, length) : NONE;
    }

    /** What a layout is the layout of. */
    public static IsoText.Form form(long layout) {
        if ((layout & NO_SEPARATOR) == NO_SEPARATOR) {
            return timeLength(layout) == 0 ? IsoText.Form.DATE : IsoText.Form.TIME;
        }
        return layout >>> ZONE_SHIFT == 0 ? IsoText.Form.TIMESTAMP : IsoText.Form.TIMESTAMPTZ;
    }

    /** Digits of the fraction as written. */
    public static int fractionDigits(long layout) {
        return Math.max(0, timeLength(layout) - BEFORE_FRACTION);
    }

    private static long layout(int separator, int timeLength) {
        return (long) timeLength << SEPARATOR_BITS | separator;
    }

    private static int timeLength(long layout) {
        return (int) (layout >>> SEPARATOR_BITS) & LENGTH_MASK;
    }

    /** At most seven ASCII characters, so that they fit and no layout is negative. */
    private static long zone(byte[] text, int from, int length) {
        long zone = 0;
        for (var i = from; i < length; i++) {
            zone = zone << 8 | text[i];
        }
        return zone << ZONE_SHIFT;
    }

    private static int digits(byte[] text, int from, int count, int length) {
        if (from + count > length) {
            return -1;
        }
        var value = 0;
        for (var i = from; i < from + count; i++) {
            var digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static boolean isDate(byte[] text) {
        var year = digits(text, 0, 4, DATE_LENGTH);
        var month = digits(text, 5, 2, DATE_LENGTH);
        var day = digits(text, 8, 2, DATE_LENGTH);
        return year >= 1 && month >= 1 && month <= 12 && day >= 1 && text[4] == '-' && text[7] == '-'
                && (day <= 28 || day <= daysOf(month, year));
    }

    private static int daysOf(int month, int year) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Offset after a time of day, -1 where there is none. */
    private static int time(byte[] text, int from, int length) {
        var hour = digits(text, from, 2, length);
        var minute = digits(text, from + 3, 2, length);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[from + 2] != ':') {
            return -1;
        }
        var end = from + 5;
        if (end == length || text[end] != ':') {
            return end;
        }
        var second = digits(text, end + 1, 2, length);
        if (second < 0 || second > 59) {
            return -1;
        }
        end += 3;
        if (end == length || text[end] != '.') {
            return end;
        }
        var point = end++;
        while (end < length && text[end] >= '0' && text[end] <= '9') {
            if (end - point > 9 || (end - point > 6 && text[end] != '0')) {
                return -1;
            }
            end++;
        }
        return end == point + 1 ? -1 : end;
    }

    private static boolean isZone(byte[] text, int from, int length) {
        var at = text[from] == ' ' ? from + 1 : from;
        var written = length - at;
        if (written == 1 && (text[at] == 'Z' || text[at] == 'z')) {
            return true;
        }
        if (written < 3 || (text[at] != '+' && text[at] != '-')) {
            return false;
        }
        var hour = digits(text, at + 1, 2, length);
        var minute = switch (written) {
            case 3 -> 0;
            case 5 -> digits(text, at + 3, 2, length);
            case 6 -> text[at + 3] == ':' ? digits(text, at + 4, 2, length) : -1;
            default -> -1;
        };
        return hour >= 0 && hour <= 15 && minute >= 0 && minute <= 59;
    }
}
