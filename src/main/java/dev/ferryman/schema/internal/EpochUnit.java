package dev.ferryman.schema.internal;

import dev.ferryman.schema.Conversion;
import org.jspecify.annotations.Nullable;

/** Which unit integers count since 1970, told from their range: each unit is taken to mean years 1973 to 2286. */
final class EpochUnit {
    private EpochUnit() {}

    /** The reading all values from least to greatest share; null where there is none. */
    static @Nullable Conversion of(long least, long greatest) {
        if (within(least, greatest, 100_000_000L, 10_000_000_000L)) {
            return Conversion.EPOCH_SECONDS;
        }
        if (within(least, greatest, 100_000_000_000L, 10_000_000_000_000L)) {
            return Conversion.EPOCH_MILLIS;
        }
        if (within(least, greatest, 100_000_000_000_000L, 10_000_000_000_000_000L)) {
            return Conversion.EPOCH_MICROS;
        }
        return null;
    }

    private static boolean within(long least, long greatest, long from, long below) {
        return least >= from && greatest < below;
    }

    static String describe(long least, long greatest) {
        return switch (of(least, greatest)) {
            case EPOCH_SECONDS -> "seconds since 1970 by their size";
            case EPOCH_MILLIS -> "milliseconds since 1970 by their size";
            case EPOCH_MICROS -> "microseconds since 1970 by their size";
            case null, default -> "in no unit that their size would tell";
        };
    }
}
