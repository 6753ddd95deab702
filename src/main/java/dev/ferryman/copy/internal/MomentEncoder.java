package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * {@code date}, {@code time}, {@code timestamp} and {@code timestamptz} from ISO text, epochs and Julian days. Times
 * without a zone are UTC. Finer fractions than microseconds, and anything a type would cut off, are refused.
 */
final class MomentEncoder implements ColumnEncoder {
    private static final long DAY = 86_400_000_000L;
    /** 2000-01-01, PostgreSQL's epoch, in days since 1970-01-01. */
    private static final long EPOCH_DAYS = 10_957;
    private static final long EPOCH_MICROS = EPOCH_DAYS * DAY;
    /** PostgreSQL's first and last microsecond (4714-11-24 BC and 294276-12-31), since its epoch. */
    private static final long FIRST_MICRO = -211_813_488_000_000_000L;
    private static final long END_MICRO = 9_223_371_331_200_000_000L;
    /** 1970-01-01 as a Julian day, in milliseconds. */
    private static final long JULIAN_EPOCH_MILLIS = 210_866_760_000_000L;

    private final PgType.Base base;
    private final Conversion conversion;
    private final long granularity;
    private final Scratch scratch = new Scratch();
    private final IsoText iso = new IsoText();

    MomentEncoder(PgType type, Conversion conversion) {
        this.base = type.base();
        this.conversion = conversion;
        Integer scale = type.scale();
        this.granularity = scale == null || scale >= 6 ? 1 : BigDecimal.TEN.pow(6 - scale).longValueExact();
    }

    @Override
    public void encode(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        long micros = switch (conversion) {
            case EPOCH_SECONDS, EPOCH_MILLIS, EPOCH_MICROS, EPOCH_NANOS -> epoch(row, column);
            case JULIAN_DAY -> julian(row, column);
            default -> text(row, column);
        };
        if (micros % granularity != 0) {
            throw new UnfitValueException("a time with a finer fraction than the column holds");
        }
        switch (base) {
            case DATE -> {
                if (micros % DAY != 0) {
                    throw new UnfitValueException("a time of day where a date is expected");
                }
                inRange(micros);
                out.field32((int) (micros / DAY - EPOCH_DAYS));
            }
            case TIME -> {
                if (micros < 0 || micros > DAY) {
                    throw new UnfitValueException("a value that is no time of day");
                }
                out.field64(micros);
            }
            default -> out.field64(inRange(micros));
        }
    }

    private static long inRange(long micros) throws UnfitValueException {
        if (micros < FIRST_MICRO + EPOCH_MICROS || micros >= END_MICRO) {
            throw new UnfitValueException("a time beyond the years PostgreSQL knows");
        }
        return micros - EPOCH_MICROS;
    }

    /** Microseconds since 1970, or since midnight for a time of day. */
    private long text(RowCursor row, int column) throws UnfitValueException, SQLException {
        if (row.type(column) != RowCursor.TEXT) {
            throw new UnfitValueException(name(row.type(column)) + " where ISO 8601 text is expected");
        }
        int length = scratch.read(row, column, 100);
        return iso.micros(scratch.bytes(), length, base == PgType.Base.TIME);
    }

    private long epoch(RowCursor row, int column) throws UnfitValueException, SQLException {
        int power = switch (conversion) {
            case EPOCH_SECONDS -> 6;
            case EPOCH_MILLIS -> 3;
            case EPOCH_MICROS -> 0;
            default -> -3;
        };
        try {
            if (row.type(column) == RowCursor.INTEGER) {
                long value = row.integer(column);
                return switch (power) {
                    case 6 -> Math.multiplyExact(value, 1_000_000L);
                    case 3 -> Math.multiplyExact(value, 1_000L);
                    case 0 -> value;
                    default -> {
                        if (value % 1_000 != 0) {
                            throw new UnfitValueException("a time with a finer fraction than microseconds");
                        }
                        yield value / 1_000;
                    }
                };
            }
            return number(row, column).scaleByPowerOfTen(power).longValueExact();
        } catch (ArithmeticException e) {
            throw new UnfitValueException("an epoch number that is no whole number of microseconds in range");
        }
    }

    private long julian(RowCursor row, int column) throws UnfitValueException, SQLException {
        double days = number(row, column).doubleValue();
        if (Math.abs(days) > 1e8) {
            throw new UnfitValueException("a number far beyond the Julian days PostgreSQL knows");
        }
        // Milliseconds are SQLite's own resolution of a Julian day, rounded as SQLite rounds.
        long millis = (long) Math.floor(days * 86_400_000.0 + 0.5);
        return (millis - JULIAN_EPOCH_MILLIS) * 1_000;
    }

    private BigDecimal number(RowCursor row, int column) throws UnfitValueException, SQLException {
        return switch (row.type(column)) {
            case RowCursor.INTEGER -> BigDecimal.valueOf(row.integer(column));
            case RowCursor.REAL -> {
                double value = row.real(column);
                if (!Double.isFinite(value)) {
                    throw new UnfitValueException("an infinite real where a time is expected");
                }
                yield BigDecimal.valueOf(value);
            }
            case RowCursor.TEXT -> {
                int length = scratch.read(row, column, 100);
                try {
                    yield new BigDecimal(new String(scratch.bytes(), 0, length, StandardCharsets.ISO_8859_1));
                } catch (NumberFormatException e) {
                    throw new UnfitValueException("text that is no number where a time is expected");
                }
            }
            default -> throw new UnfitValueException("a blob where a time is expected");
        };
    }

    private static String name(int type) {
        return switch (type) {
            case RowCursor.INTEGER -> "an integer";
            case RowCursor.REAL -> "a real";
            default -> "a blob";
        };
    }

    /** Reads dates and times by hand: the usual parsers cost more than everything else on the way. */
    private static final class IsoText {
        private byte[] text = new byte[0];
        private int at;
        private int end;
        private long lastDay = Long.MIN_VALUE;
        private int lastKey = -1;

        long micros(byte[] bytes, int length, boolean timeOnly) throws UnfitValueException {
            text = bytes;
            at = 0;
            end = length;
            if (timeOnly) {
                long time = time();
                finish();
                return time;
            }
            long micros = date() * DAY;
            if (at < end) {
                byte separator = text[at++];
                if (separator != ' ' && separator != 'T' && separator != 't') {
                    throw unreadable();
                }
                micros += time();
                micros -= zone();
            }
            finish();
            return micros;
        }

        private void finish() throws UnfitValueException {
            if (at != end) {
                throw unreadable();
            }
        }

        private long date() throws UnfitValueException {
            int year = number(4);
            expect('-');
            int month = number(2);
            expect('-');
            int day = number(2);
            int key = (year * 16 + month) * 32 + day;
            if (key != lastKey || day > 31 || month > 12) {
                try {
                    lastDay = LocalDate.of(year, month, day).toEpochDay();
                } catch (DateTimeException e) {
                    throw new UnfitValueException("text with a date that does not exist");
                }
                lastKey = key;
            }
            return lastDay;
        }

        private long time() throws UnfitValueException {
            int hour = number(2);
            expect(':');
            int minute = number(2);
            int second = 0;
            long fraction = 0;
            if (at < end && text[at] == ':') {
                at++;
                second = number(2);
                if (at < end && text[at] == '.') {
                    at++;
                    fraction = fraction();
                }
            }
            if (hour > 23 || minute > 59 || second > 59) {
                throw new UnfitValueException("text with a time that does not exist");
            }
            return ((hour * 60L + minute) * 60 + second) * 1_000_000 + fraction;
        }

        private long fraction() throws UnfitValueException {
            int digits = 0;
            long micros = 0;
            while (at < end && text[at] >= '0' && text[at] <= '9') {
                int digit = text[at++] - '0';
                if (digits < 6) {
                    micros = micros * 10 + digit;
                } else if (digit != 0) {
                    throw new UnfitValueException("a time with a finer fraction than microseconds");
                }
                digits++;
            }
            if (digits == 0) {
                throw unreadable();
            }
            for (; digits < 6; digits++) {
                micros *= 10;
            }
            return micros;
        }

        /** Offset from UTC in microseconds; 0 where there is none. */
        private long zone() throws UnfitValueException {
            if (at < end && text[at] == ' ') {
                at++;
                if (at == end) {
                    throw unreadable();
                }
            }
            if (at == end) {
                return 0;
            }
            byte sign = text[at++];
            if (sign == 'Z' || sign == 'z') {
                return 0;
            }
            if (sign == 'U' && end - at == 2 && text[at] == 'T' && text[at + 1] == 'C') {
                at += 2;
                return 0;
            }
            if (sign != '+' && sign != '-') {
                throw unreadable();
            }
            int hours = number(2);
            int minutes = 0;
            if (at < end) {
                if (text[at] == ':') {
                    at++;
                }
                minutes = number(2);
            }
            if (hours > 15 || minutes > 59) {
                throw new UnfitValueException("text with a zone that does not exist");
            }
            long offset = (hours * 60L + minutes) * 60_000_000;
            return sign == '-' ? -offset : offset;
        }

        private int number(int digits) throws UnfitValueException {
            if (end - at < digits) {
                throw unreadable();
            }
            int value = 0;
            for (int i = 0; i < digits; i++) {
                int digit = text[at++] - '0';
                if (digit < 0 || digit > 9) {
                    throw unreadable();
                }
                value = value * 10 + digit;
            }
            return value;
        }

        private void expect(char c) throws UnfitValueException {
            if (at == end || text[at++] != c) {
                throw unreadable();
            }
        }

        private static UnfitValueException unreadable() {
            return new UnfitValueException("text that is no ISO 8601 date or time");
        }
    }
}
