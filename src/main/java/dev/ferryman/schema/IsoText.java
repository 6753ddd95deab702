package dev.ferryman.schema;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of ISO texts that the profile accepts and that {@link Conversion#ISO_TEXT} therefore has to read:
 *
 * <pre>
 * date      = YYYY-MM-DD                        a real day, years 0001 to 9999
 * time      = HH:MM [ :SS [ .f… ] ]             00:00 to 23:59:59, one to nine digits of fraction,
 *                                               those after the sixth all 0
 * timestamp = date ( space | T | t ) time
 * zoned     = timestamp [ space ] ( Z | z | ±HH | ±HHMM | ±HH:MM )   at most 15:59
 * </pre>
 *
 * Nothing may stand before or after it.
 *
 * @param form what it is
 * @param fractionDigits digits of the fraction as written
 * @param layout how it is written: separator, seconds, digits and zone, so that texts of one layout are equal exactly
 *        when their instants are
 */
public record IsoText(Form form, int fractionDigits, String layout) {
    /** The four forms. */
    public enum Form {
        DATE, TIME, TIMESTAMP, TIMESTAMPTZ
    }

    /** Reads a text; null where it is no ISO text. */
    public static @Nullable IsoText parse(String text) {
        var length = text.length();
        if (length < 5 || length > 40 || text.charAt(0) < '0' || text.charAt(0) > '9') {
            return null;
        }
        if (text.charAt(2) == ':') {
            var end = time(text, 0);
            return end == length ? new IsoText(Form.TIME, fraction(0, end), "t" + end) : null;
        }
        if (length < 10 || !isDate(text)) {
            return null;
        }
        if (length == 10) {
            return new IsoText(Form.DATE, 0, "d");
        }
        var separator = text.charAt(10);
        if (separator != ' ' && separator != 'T' && separator != 't') {
            return null;
        }
        var end = time(text, 11);
        if (end < 0) {
            return null;
        }
        var fraction = fraction(11, end);
        var layout = separator + "" + (end - 11);
        if (end == length) {
            return new IsoText(Form.TIMESTAMP, fraction, layout);
        }
        var zone = text.substring(end);
        return isZone(zone) ? new IsoText(Form.TIMESTAMPTZ, fraction, layout + zone) : null;
    }

    private static int digits(String text, int from, int count) {
        if (from + count > text.length()) {
            return -1;
        }
        var value = 0;
        for (var i = from; i < from + count; i++) {
            var digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static boolean isDate(String text) {
        var year = digits(text, 0, 4);
        var month = digits(text, 5, 2);
        var day = digits(text, 8, 2);
        if (year < 1 || month < 1 || month > 12 || day < 1 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return false;
        }
        if (day <= 28) {
            return true;
        }
        try {
            LocalDate.of(year, month, day);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }

    /** Offset after a time of day, -1 where there is none. */
    private static int time(String text, int from) {
        var hour = digits(text, from, 2);
        var minute = digits(text, from + 3, 2);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text.charAt(from + 2) != ':') {
            return -1;
        }
        var end = from + 5;
        if (end == text.length() || text.charAt(end) != ':') {
            return end;
        }
        var second = digits(text, end + 1, 2);
        if (second < 0 || second > 59) {
            return -1;
        }
        end += 3;
        if (end == text.length() || text.charAt(end) != '.') {
            return end;
        }
        var point = end++;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            if (end - point > 9 || (end - point > 6 && text.charAt(end) != '0')) {
                return -1;
            }
            end++;
        }
        return end == point + 1 ? -1 : end;
    }

    private static int fraction(int from, int end) {
        return end - from > 9 ? end - from - 9 : 0;
    }

    private static boolean isZone(String written) {
        var zone = written.charAt(0) == ' ' ? written.substring(1) : written;
        if (zone.equals("Z") || zone.equals("z")) {
            return true;
        }
        if (zone.length() < 3 || (zone.charAt(0) != '+' && zone.charAt(0) != '-')) {
            return false;
        }
        var hour = digits(zone, 1, 2);
        var minute = switch (zone.length()) {
            case 3 -> 0;
            case 5 -> digits(zone, 3, 2);
            case 6 -> zone.charAt(3) == ':' ? digits(zone, 4, 2) : -1;
            default -> -1;
        };
        return hour >= 0 && hour <= 15 && minute >= 0 && minute <= 59;
    }
}
