package dev.ferryman.replication.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times from ISO text, epochs and Julian days; times without a zone are UTC. */
final class MomentForm implements TargetForm {
    private static final long DAY = 86_400_000_000L;
    private static final long SECOND = 1_000_000L;
    /** 2000-01-01, PostgreSQL's epoch, in microseconds since 1970. */
    private static final long EPOCH = 10_957 * DAY;
    private static final long FIRST = -211_813_488_000_000_000L;
    private static final long END = 9_223_371_331_200_000_000L;
    private static final long JULIAN_EPOCH_MILLIS = 210_866_760_000_000L;
    private static final String TIME = "(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?";
    private static final Pattern TIME_ONLY = Pattern.compile(TIME);
    private static final Pattern MOMENT = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)(?:[ Tt]" + TIME
            + "(?: ?(Z|z|UTC|([+-])(\\d\\d)(?::?(\\d\\d))?))?)?");

    private final PgType.Base base;
    private final Conversion conversion;
    private final long granularity;

    MomentForm(PgType type, Conversion conversion) {
        this.base = type.base();
        this.conversion = conversion;
        Integer scale = type.scale();
        this.granularity = scale == null || scale >= 6 ? 1 : BigDecimal.TEN.pow(6 - scale).longValueExact();
    }

    @Override
    public void write(SqliteRows row, int column, CopyLine out) throws UnfitValueException, SQLException {
        long micros = switch (conversion) {
            case EPOCH_SECONDS -> epoch(row, column, 6);
            case EPOCH_MILLIS -> epoch(row, column, 3);
            case EPOCH_MICROS -> epoch(row, column, 0);
            case EPOCH_NANOS -> epoch(row, column, -3);
            case JULIAN_DAY -> julian(row, column);
            default -> iso(row, column);
        };
        if (micros % granularity != 0) {
            throw new UnfitValueException("a time with a finer fraction than the column holds");
        }
        switch (base) {
            case DATE -> {
                if (micros % DAY != 0) {
                    throw new UnfitValueException("a time of day where a date is expected");
                }
                out.plain(moment(micros, false, false));
            }
            case TIME -> {
                if (micros < 0 || micros > DAY) {
                    throw new UnfitValueException("a value that is no time of day");
                }
                out.plain(clock(micros));
            }
            default -> out.plain(moment(micros, true, base == PgType.Base.TIMESTAMPTZ));
        }
    }

    private static String clock(long micros) {
        return String.format("%02d:%02d:%02d.%06d", micros / (3600 * SECOND), micros / (60 * SECOND) % 60,
                micros / SECOND % 60, micros % SECOND);
    }

    private static String moment(long micros, boolean time, boolean zone) throws UnfitValueException {
        if (micros < FIRST + EPOCH || micros >= END) {
            throw new UnfitValueException("a time beyond the years PostgreSQL knows");
        }
        LocalDateTime at = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, SECOND), 0, ZoneOffset.UTC);
        int year = at.getYear();
        var text = new StringBuilder(40);
        text.append(String.format("%04d-%02d-%02d", year > 0 ? year : 1 - year, at.getMonthValue(),
                at.getDayOfMonth()));
        if (time) {
            text.append(' ').append(clock(Math.floorMod(micros, DAY)));
        }
        if (zone) {
            text.append("+00");
        }
        return text.append(year > 0 ? "" : " BC").toString();
    }

    private long epoch(SqliteRows row, int column, int power) throws UnfitValueException, SQLException {
        try {
            return number(row, column).scaleByPowerOfTen(power).longValueExact();
        } catch (ArithmeticException e) {
            throw new UnfitValueException("an epoch number that is no whole number of microseconds in range");
        }
    }

    private static long julian(SqliteRows row, int column) throws UnfitValueException, SQLException {
        double days = number(row, column).doubleValue();
        if (Math.abs(days) > 1e8) {
            throw new UnfitValueException("a number far beyond the Julian days PostgreSQL knows");
        }
        // Milliseconds are SQLite's own resolution of a Julian day, rounded as SQLite rounds.
        return ((long) Math.floor(days * 86_400_000.0 + 0.5) - JULIAN_EPOCH_MILLIS) * 1_000;
    }

    private static BigDecimal number(SqliteRows row, int column) throws UnfitValueException, SQLException {
        return switch (row.type(column)) {
            case SqliteRows.INTEGER -> BigDecimal.valueOf(row.integer(column));
            case SqliteRows.REAL -> {
                double value = row.real(column);
                if (!Double.isFinite(value)) {
                    throw new UnfitValueException("an infinite real where a time is expected");
                }
                yield BigDecimal.valueOf(value);
            }
            case SqliteRows.TEXT -> TargetForms.decimal(row.bytes(column), 100);
            default -> throw new UnfitValueException("a blob where a time is expected");
        };
    }

    private long iso(SqliteRows row, int column) throws UnfitValueException, SQLException {
        if (row.type(column) != SqliteRows.TEXT) {
            throw new UnfitValueException("a value other than text where ISO 8601 text is expected");
        }
        byte[] bytes = row.bytes(column);
        String text = new String(bytes, 0, Math.min(bytes.length, 101), StandardCharsets.ISO_8859_1);
        Matcher found = (base == PgType.Base.TIME ? TIME_ONLY : MOMENT).matcher(text);
        if (!found.matches()) {
            throw new UnfitValueException("text that is no ISO 8601 date or time");
        }
        if (base == PgType.Base.TIME) {
            return time(found, 1);
        }
        long micros;
        try {
            micros = LocalDate.of(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2)),
                    Integer.parseInt(found.group(3))).toEpochDay() * DAY;
        } catch (DateTimeException e) {
            throw new UnfitValueException("text with a date that does not exist");
        }
        return found.group(4) == null ? micros : micros + time(found, 4) - zone(found);
    }

    private static long time(Matcher found, int first) throws UnfitValueException {
        int hour = Integer.parseInt(found.group(first));
        int minute = Integer.parseInt(found.group(first + 1));
        int second = digits(found.group(first + 2));
        if (hour > 23 || minute > 59 || second > 59) {
            throw new UnfitValueException("text with a time that does not exist");
        }
        return ((hour * 60L + minute) * 60 + second) * SECOND + fraction(found.group(first + 3));
    }

    private static long fraction(@Nullable String written) throws UnfitValueException {
        if (written == null) {
            return 0;
        }
        if (written.length() > 6 && !written.substring(6).chars().allMatch(c -> c == '0')) {
            throw new UnfitValueException("a time with a finer fraction than microseconds");
        }
        return Long.parseLong((written + "000000").substring(0, 6));
    }

    private static long zone(Matcher found) throws UnfitValueException {
        if (found.group(9) == null) {
            return 0;
        }
        int hours = Integer.parseInt(found.group(10));
        int minutes = digits(found.group(11));
        if (hours > 15 || minutes > 59) {
            throw new UnfitValueException("text with a zone that does not exist");
        }
        long offset = (hours * 60L + minutes) * 60 * SECOND;
        return found.group(9).equals("-") ? -offset : offset;
    }

    private static int digits(@Nullable String written) {
        return written == null ? 0 : Integer.parseInt(written);
    }
}
