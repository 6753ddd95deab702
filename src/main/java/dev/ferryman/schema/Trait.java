package dev.ferryman.schema;

/** What the profile counts of a column's values. A value may have several traits. */
public enum Trait {
    /** Storage classes, one of which every value has. */
    NULL, INTEGER, REAL, TEXT, BLOB,
    /** An integer outside −32768…32767. */
    INTEGER_OVER_INT2,
    /** An integer outside the 32-bit range. */
    INTEGER_OVER_INT4,
    /** An integer other than 0 and 1. */
    INTEGER_NOT_BOOLEAN,
    /** An integer that a double cannot hold. */
    INTEGER_OVER_DOUBLE,
    /** Infinity, of either sign. */
    REAL_INFINITE,
    /** A real with a fractional part. */
    REAL_FRACTIONAL,
    /** A number (or decimal text) with more digits than the declared {@code (p,s)} allows. */
    NUMBER_OVER_DECLARED,
    /** Text that is a plain decimal number. */
    TEXT_DECIMAL, TEXT_EMPTY,
    /** Text with a NUL character in it. */
    TEXT_NUL,
    /** Text that is no valid UTF-8. */
    TEXT_INVALID,
    /** Text of a UTF-16 database with U+FFFD in it, which an unpaired surrogate reads as too. */
    TEXT_REPLACEMENT,
    /** Text longer than the declared {@code (n)}. */
    TEXT_OVER_DECLARED,
    /** ISO date, time of day, date and time without zone, date and time with zone: see {@link IsoText}. */
    TEXT_DATE, TEXT_TIME, TEXT_TIMESTAMP, TEXT_TIMESTAMPTZ,
    /** Text that is none of these. */
    TEXT_NOT_ISO,
    /** ISO text written in another layout than the first such text of the column. */
    TEXT_OTHER_LAYOUT,
    /** UUID text with dashes in lower case, which is how PostgreSQL prints it. */
    TEXT_UUID_CANONICAL,
    /** UUID text in another spelling. */
    TEXT_UUID_OTHER,
    /** JSON that {@code json} and {@code jsonb} both hold. */
    TEXT_JSON,
    /** JSON that only {@code json} holds: an escaped NUL, half a surrogate pair, an enormous number. */
    TEXT_JSON_ONLY, TEXT_NOT_JSON,
    /** JSON that is an array of strings and nothing else; counted as JSON too. */
    TEXT_STRING_ARRAY,
    /** Text that is no spelling of a boolean. */
    TEXT_NOT_BOOLEAN,
    /** A blob that is not 16 bytes long. */
    BLOB_NOT_UUID,
    /** A value larger than {@link Profiler#LARGEST_VALUE_BYTES}: measured, not looked at. */
    OVERSIZED
}
