package dev.ferryman.verify.internal;

/**
 * Reads ISO 8601 dates, times and both together, as they are found in SQLite: space or T between, optional seconds,
 * fraction and zone. Works on bytes without making objects, since this is the most frequent text of all.
 */
final class IsoMoment {
    static final long DAY = 86_400_000_000L;

    private byte[] text = {};
    private int at;
    private int end;
    private boolean wrong;
    private long micros;

    /** Reads a date with or without a time; the result is microseconds since 1970-01-01T00:00, in UTC if a zone is given. */
    boolean readMoment(byte[] bytes, int offset, int length) {
        begin(bytes, offset, length);
        long days = date();
        long time = 0;
        if (!wrong && at < end) {
            byte separator = text[at++];
            wrong |= separator != ' ' && separator != 'T' && separator != 't';
            time = time() - zone();
        }
        micros = days * DAY + time;
        return done();
    }

    /** Reads a time of day; the result is microseconds since midnight. */
    boolean readTime(byte[] bytes, int offset, int length) {
        begin(bytes, offset, length);
        micros = time();
        return done();
    }

    /** What was read, in microseconds. */
    long micros() {
        return micros;
    }

    private void begin(byte[] bytes, int offset, int length) {
        text = bytes;
        at = offset;
        end = offset + length;
        wrong = false;
    }

    private boolean done() {
        return !wrong && at == end;
    }

    private long date() {
        int year = digits(4);
        skip('-');
        int month = digits(2);
        skip('-');
        int day = digits(2);
        if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
            wrong = true;
            return 0;
        }
        return days(year, month, day);
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin with March. */
    static long days(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    private long time() {
        int hours = digits(2);
        skip(':');
        int minutes = digits(2);
        int seconds = 0;
        int fraction = 0;
        if (at < end && text[at] == ':') {
            at++;
            seconds = digits(2);
            if (at < end && text[at] == '.') {
                at++;
                fraction = fraction();
            }
        }
        wrong |= hours > 23 || minutes > 59 || seconds > 59;
        return ((hours * 60L + minutes) * 60 + seconds) * 1_000_000 + fraction;
    }

    /** Digits after the point; more than six only where the rest are zeros. */
    private int fraction() {
        int start = at;
        int value = 0;
        for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
            if (at - start < 6) {
                value = value * 10 + text[at] - '0';
            } else {
                wrong |= text[at] != '0';
            }
        }
        wrong |= at == start;
        for (int digits = at - start; digits < 6; digits++) {
            value *= 10;
        }
        return value;
    }

    private long zone() {
        if (wrong || at == end) {
            return 0;
        }
        if (text[at] == ' ') {
            at++;
            wrong |= at == end;
        }
        if (rest("Z") || rest("z") || rest("UTC") || rest("GMT")) {
            at = end;
            return 0;
        }
        if (at == end || text[at] != '+' && text[at] != '-') {
            wrong = true;
            return 0;
        }
        int sign = text[at++] == '-' ? -1 : 1;
        int hours = digits(2);
        int minutes = 0;
        if (at < end) {
            if (text[at] == ':') {
                at++;
            }
            minutes = digits(2);
        }
        wrong |= hours > 15 || minutes > 59;
        return sign * (hours * 60L + minutes) * 60_000_000;
    }

    private boolean rest(String expected) {
        if (end - at != expected.length()) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if (text[at + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int digits(int count) {
        if (end - at < count) {
            wrong = true;
            at = end;
            return 0;
        }
        int value = 0;
        for (int i = 0; i < count; i++) {
            int digit = text[at++] - '0';
            wrong |= digit < 0 || digit > 9;
            value = value * 10 + digit;
        }
        return value;
    }

    private void skip(char c) {
        if (at < end && text[at] == c) {
            at++;
        } else {
            wrong = true;
        }
    }
}
