package dev.ferryman.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * How the state store writes an instant: {@code 2026-03-01T09:30:00.000000Z}, always 27 characters, always UTC.
 * Spring Data entities get this by themselves; hand-written SQL calls it.
 */
public final class Instants {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .withZone(ZoneOffset.UTC);

    private Instants() {}

    /** The text of an instant; what is finer than a microsecond is cut off. */
    public static String text(Instant instant) {
        return TEXT.format(instant);
    }

    /**
     * The instant of a text.
     *
     * @throws java.time.format.DateTimeParseException if it is not ISO-8601 in UTC
     */
    public static Instant parse(String text) {
        return Instant.parse(text);
    }
}
