package dev.ferryman.verify.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code date}, {@code time}, {@code timestamp} and {@code timestamptz}: microseconds since 1970 (since midnight for a
 * time), whatever the spelling. A moment without a zone is UTC, one with a zone becomes UTC.
 */
final class MomentForm extends ValueForm {
    /** PostgreSQL counts from 2000-01-01. */
    private static final long EPOCH_DAYS = 10_957;
    private static final long EPOCH_MICROS = EPOCH_DAYS * IsoMoment.DAY;
    /** Julian day of 1970-01-01T00:00 in milliseconds. */
    private static final long JULIAN_1970_MILLIS = 210_866_760_000_000L;
    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal GREATEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).toFormatter(Locale.ROOT);

    private final PgType.Base base;
    private final Conversion conversion;
    private final IsoMoment iso = new IsoMoment();

    MomentForm(PgType.Base base, Conversion conversion) {
        this.base = base;
        this.conversion = conversion;
    }

    @Override
    void source(SnapshotRows row, int column, Canonical out) {
        switch (conversion) {
            case EPOCH_SECONDS -> epoch(row, column, 6, out);
            case EPOCH_MILLIS -> epoch(row, column, 3, out);
            case EPOCH_MICROS -> epoch(row, column, 0, out);
            case EPOCH_NANOS -> epoch(row, column, -3, out);
            case JULIAN_DAY -> julianDay(row, column, out);
            case DIRECT, BOOLEAN, ISO_TEXT, DECIMAL, UUID, JSON, AS_TEXT, AS_BYTES, GENERATED -> text(row, column, out);
        }
    }

    private void text(SnapshotRows row, int column, Canonical out) {
        boolean read = row.type(column) == SnapshotRows.TEXT && (base == PgType.Base.TIME
                ? iso.readTime(row.buffer(), row.offset(column), row.length(column))
                : iso.readMoment(row.buffer(), row.offset(column), row.length(column)));
        if (read) {
            write(iso.micros(), out);
        } else {
            out.unreadable("no ISO 8601 " + name());
        }
    }

    private void epoch(SnapshotRows row, int column, int power, Canonical out) {
        BigDecimal number = number(row, column);
        if (number == null) {
            out.unreadable("no number since the epoch");
            return;
        }
        BigDecimal scaled = number.scaleByPowerOfTen(power).stripTrailingZeros();
        if (scaled.scale() > 0 || scaled.compareTo(LEAST) < 0 || scaled.compareTo(GREATEST) > 0) {
            out.unreadable("no whole number of microseconds in range");
        } else {
            write(scaled.longValueExact(), out);
        }
    }

    /** SQLite keeps a Julian day in milliseconds: what {@code datetime()} and {@code strftime()} show of it. */
    private void julianDay(SnapshotRows row, int column, Canonical out) {
        BigDecimal number = number(row, column);
        if (number == null || Math.abs(number.doubleValue()) > 1e8) {
            out.unreadable("no Julian day");
            return;
        }
        double millis = Math.floor(number.doubleValue() * 86_400_000.0 + 0.5);
        write(((long) millis - JULIAN_1970_MILLIS) * 1000, out);
    }

    private static @Nullable BigDecimal number(SnapshotRows row, int column) {
        return switch (row.type(column)) {
            case SnapshotRows.INTEGER -> BigDecimal.valueOf(row.integer(column));
            case SnapshotRows.REAL -> Double.isFinite(row.real(column))
                    ? new BigDecimal(Double.toString(row.real(column)))
                    : null;
            case SnapshotRows.TEXT -> {
                byte[] text = row.bytes(column);
                if (text.length > 40) {
                    yield null;
                }
                try {
                    yield new BigDecimal(new String(text, StandardCharsets.US_ASCII));
                } catch (NumberFormatException e) {
                    yield null;
                }
            }
            default -> null;
        };
    }

    private void write(long micros, Canonical out) {
        if (base == PgType.Base.DATE && Math.floorMod(micros, IsoMoment.DAY) != 0) {
            out.unreadable("a time of day, no date");
        } else if (base == PgType.Base.TIME && (micros < 0 || micros > IsoMoment.DAY)) {
            out.unreadable("no time of day");
        } else {
            out.number(micros);
        }
    }

    /** Also for PostgreSQL's {@code infinity}, which wraps around to a moment that no source can spell. */
    private long read(byte[] buffer, int offset) {
        return switch (base) {
            case DATE -> (TargetRows.int32(buffer, offset) + EPOCH_DAYS) * IsoMoment.DAY;
            case TIME -> TargetRows.int64(buffer, offset);
            default -> TargetRows.int64(buffer, offset) + EPOCH_MICROS;
        };
    }

    @Override
    void target(byte[] buffer, int offset, int length, Canonical out) {
        out.number(read(buffer, offset));
    }

    @Override
    boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left, Canonical right) {
        if (base != PgType.Base.DATE && base != PgType.Base.TIME && conversion == Conversion.ISO_TEXT
                && row.type(column) == SnapshotRows.TEXT) {
            return iso.readMoment(row.buffer(), row.offset(column), row.length(column))
                    && iso.micros() == read(buffer, offset);
        }
        return super.same(row, column, buffer, offset, length, left, right);
    }

    @Override
    String show(byte[] buffer, int offset, int length) {
        if (base == PgType.Base.DATE) {
            int days = TargetRows.int32(buffer, offset);
            return days == Integer.MAX_VALUE
                    ? "infinity"
                    : days == Integer.MIN_VALUE
                            ? "-infinity"
                            : moment(read(buffer, offset)).toLocalDate().toString();
        }
        long stored = TargetRows.int64(buffer, offset);
        if (base == PgType.Base.TIME) {
            return stored == IsoMoment.DAY ? "24:00:00" : LocalTime.ofNanoOfDay(stored * 1000).toString();
        }
        if (stored == Long.MAX_VALUE || stored == Long.MIN_VALUE) {
            return stored > 0 ? "infinity" : "-infinity";
        }
        return MOMENT.format(moment(read(buffer, offset))) + (base == PgType.Base.TIMESTAMPTZ ? "+00" : "");
    }

    private static LocalDateTime moment(long micros) {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
    }

    private String name() {
        return switch (base) {
            case DATE -> "date";
            case TIME -> "time";
            default -> "date and time";
        };
    }
}
