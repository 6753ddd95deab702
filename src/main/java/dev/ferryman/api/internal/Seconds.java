package dev.ferryman.api.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as the API writes them: seconds with milliseconds as fraction. */
final class Seconds {
    private Seconds() {}

    static double of(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    static @Nullable Double ofNullable(@Nullable Duration duration) {
        return duration == null ? null : Double.valueOf(of(duration));
    }
}
