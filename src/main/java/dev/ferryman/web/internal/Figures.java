package dev.ferryman.web.internal;

import dev.ferryman.schema.PgType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How pages write numbers, sizes, durations and instants. */
final class Figures {
    private static final DateTimeFormatter UTC = DateTimeFormatter
            .ofPattern("d MMM uuuu HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};

    /** The two largest units that matter: {@code 2 d 4 h}, {@code 3 min 20 s}, {@code 0.4 s}. */
    public String duration(@Nullable Duration duration) {
        if (duration == null) {
            return "unknown";
        }
        Duration size = duration.abs();
        if (size.compareTo(Duration.ofSeconds(10)) < 0) {
            long tenths = size.toMillis() / 100;
            return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
        }
        List<String> parts = new ArrayList<>();
        add(parts, size.toDays(), "d");
        add(parts, size.toHoursPart(), "h");
        add(parts, size.toMinutesPart(), "min");
        if (size.compareTo(Duration.ofHours(1)) < 0) {
            add(parts, size.toSecondsPart(), "s");
        }
        return String.join(" ", parts.subList(0, Math.min(2, parts.size())));
    }

    /** How long it is until then, in whole seconds where it is short; none once it is over. */
    public String until(Instant then, Instant now) {
        Duration left = Duration.between(now, then);
        return left.isPositive() ? duration(Duration.ofSeconds(left.toSeconds())) : "0 s";
    }

    /** A short time exactly: {@code 1,234 ms}. */
    public String millis(Duration duration) {
        return count(duration.toMillis()) + " ms";
    }

    /** Digits in groups of three: {@code 1,234,567}. */
    public String count(long count) {
        return String.format(Locale.ENGLISH, "%,d", count);
    }

    /** A count with its noun: {@code 1 row}, {@code 1,200 rows}. */
    public String count(long count, String one, String many) {
        return count(count) + " " + (count == 1 ? one : many);
    }

    /** A rate: {@code 12,345 rows/s}, {@code –} when nothing moves. */
    public String rate(double perSecond) {
        return perSecond <= 0 ? "–" : count(Math.round(perSecond)) + "/s";
    }

    /** A size in decimal units: {@code 12.3 MB}. */
    public String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ENGLISH, "%.1f %s", size, UNITS[unit]);
    }

    /** Whole percent, 0 to 100; 100 only when all is done. */
    public int percent(long done, long total) {
        if (total <= 0) {
            return 0;
        }
        return (int) Math.clamp(done >= total ? 100 : done * 100.0 / total, 0, done >= total ? 100 : 99);
    }

    /** Date and time in UTC: {@code 20 Nov 2026 22:31:05 UTC}. */
    public String utc(Instant at) {
        return UTC.format(at);
    }

    /** A day in UTC: {@code 20 Nov}. */
    public String day(Instant at) {
        return DAY.format(at);
    }

    /** Time of day in UTC without the zone, for lines of output. */
    public String time(Instant at) {
        return UTC_TIME.format(at);
    }

    /** A PostgreSQL type as DDL writes it. */
    public String type(PgType type) {
        String base = switch (type.base()) {
            case INT2 -> "smallint";
            case INT4 -> "integer";
            case INT8 -> "bigint";
            case FLOAT4 -> "real";
            case FLOAT8 -> "double precision";
            case TEXT_ARRAY -> "text[]";
            case ENUM, DOMAIN, OTHER -> type.name() == null ? "" : type.name();
            case BOOLEAN, NUMERIC, TEXT, VARCHAR, CHAR, CITEXT, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON,
                    JSONB ->
                type.base().name().toLowerCase(Locale.ROOT);
        };
        if (type.length() != null) {
            return base + "(" + type.length() + (type.scale() == null ? "" : "," + type.scale()) + ")";
        }
        return type.scale() == null ? base : base + "(" + type.scale() + ")";
    }

    private static void add(List<String> parts, long amount, String unit) {
        if (amount > 0) {
            parts.add(amount + " " + unit);
        }
    }
}
