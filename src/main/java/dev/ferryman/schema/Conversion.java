package dev.ferryman.schema;

/**
 * How the SQLite values of one column are read on their way into the target's type. The target type alone decides the
 * encoding of ordinary values; this says what numbers and text mean where several readings exist. The profile proves
 * the choice over every value before the copy; a value that does not fit it is an error, never a guess.
 */
public enum Conversion {
    /** Same kind of value on both sides: integer, real, text, blob as stored. */
    DIRECT,
    /** 0 and 1 become false and true; the spellings the profile found ('t', 'true', 'yes', …) likewise. */
    BOOLEAN,
    /** ISO-8601 text: date, time of day, or date and time with space or T, optional fraction and zone: {@link IsoText}. */
    ISO_TEXT,
    /** Whole or fractional seconds since 1970-01-01T00:00:00Z. */
    EPOCH_SECONDS,
    /** Milliseconds since the epoch. */
    EPOCH_MILLIS,
    /** Microseconds since the epoch. */
    EPOCH_MICROS,
    /** Nanoseconds since the epoch; refused by the profile where a value is no whole number of microseconds. */
    EPOCH_NANOS,
    /** Julian day number, as SQLite's {@code julianday()} gives it. */
    JULIAN_DAY,
    /** The decimal text of a number, or a number's shortest exact decimal text, into {@code numeric} or {@code text}. */
    DECIMAL,
    /** UUID as 32 hex digits with or without dashes and braces, or as a 16-byte blob. */
    UUID,
    /** JSON as text (or UTF-8 text stored as a blob); into {@code text[]} a JSON array of strings. */
    JSON,
    /** Any value as its text: an integer as its digits, a real as its shortest round-trip decimal. Named in the plan. */
    AS_TEXT,
    /**
     * Text as its bytes (UTF-8), blobs as they are, numbers as the bytes of their text in {@link #AS_TEXT}: holds NUL
     * characters and invalid UTF-8 in {@code bytea}.
     */
    AS_BYTES,
    /** Not written: the target computes the column (generated always). Verified like every other column. */
    GENERATED
}
