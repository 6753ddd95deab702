package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proves by the profile that every value of a column fits an existing type, and says how values are read for it. */
final class ColumnFit {
    /** Julian days of the years 1 and 10000. */
    private static final double JULIAN_FROM = 1_721_425.5;
    private static final double JULIAN_BELOW = 5_373_484.5;
    private static final int MICROSECOND_DIGITS = 6;
    /** What is said of a type that only PostgreSQL can read values for. */
    static final String UNKNOWN_TYPE = "values this version has no conversion for";

    private final String table;
    private final ColumnProfile profile;
    private final TargetColumn target;
    private final PgType type;
    private final Findings findings;
    private final List<Misfit> misfits = new ArrayList<>();

    /**
     * Values that do not fit.
     *
     * @param wanted what the type takes, in words
     * @param count how many do not fit, 0 where that was not counted
     */
    record Misfit(String wanted, long count, List<String> exampleKeys) {}

    /** @param findings takes what is worth knowing of the values that fit */
    ColumnFit(String table, ColumnProfile profile, TargetColumn target, Findings findings) {
        this.table = table;
        this.profile = profile;
        this.target = target;
        this.type = target.type();
        this.findings = findings;
    }

    /** Values that do not fit, after {@link #conversion()}. */
    List<Misfit> misfits() {
        return misfits;
    }

    /** How values are read. */
    Conversion conversion() {
        return switch (type.base()) {
            case BOOLEAN -> bool();
            case INT2 -> integer(Trait.INTEGER_OVER_INT2);
            case INT4 -> integer(Trait.INTEGER_OVER_INT4);
            case INT8 -> integer(null);
            case FLOAT8 -> {
                only("numbers", Trait.TEXT, Trait.BLOB, Trait.INTEGER_OVER_DOUBLE);
                yield Conversion.DIRECT;
            }
            case FLOAT4 -> {
                only("small integers, for it rounds all others (alter the column to double precision)", Trait.TEXT,
                        Trait.BLOB, Trait.REAL, Trait.INTEGER_OVER_INT2);
                yield Conversion.DIRECT;
            }
            case NUMERIC -> numeric();
            case TEXT, CITEXT -> text();
            case VARCHAR, CHAR -> limitedText();
            case BYTEA -> bytes();
            case DATE -> date("ISO dates without a time", Trait.TEXT_DATE);
            case TIME -> date("ISO times of day", Trait.TEXT_TIME);
            case TIMESTAMP -> moment(false);
            case TIMESTAMPTZ -> moment(true);
            case UUID -> uuid();
            case JSON -> json(Trait.TEXT_NOT_JSON);
            case JSONB -> json(Trait.TEXT_NOT_JSON, Trait.TEXT_JSON_ONLY);
            case TEXT_ARRAY -> array();
            case ENUM -> enumeration();
            case DOMAIN, OTHER -> other();
        };
    }

    /** A misfit for each of these traits that any value has. */
    private boolean only(String wanted, Trait... misfits) {
        var fits = true;
        for (var misfit : misfits) {
            if (profile.has(misfit)) {
                refuse(wanted, profile.count(misfit), profile.examplesOf(misfit));
                fits = false;
            }
        }
        return fits;
    }

    private void refuse(String wanted, long count, List<String> examples) {
        misfits.add(new Misfit(wanted, count, examples));
    }

    private void warn(String code, Trait trait, String message) {
        findings.add(Severity.WARNING, table, profile.column(), code, message, profile.count(trait),
                profile.examplesOf(trait));
    }

    private Conversion bool() {
        if (only("0 and 1, or words for true and false", Trait.INTEGER_NOT_BOOLEAN, Trait.TEXT_NOT_BOOLEAN, Trait.REAL,
                Trait.BLOB)
                && profile.has(Trait.TEXT)
                && (profile.has(Trait.INTEGER) || !BooleanSpelling.onePair(profile.texts()))) {
            warn("boolean-spellings", Trait.TEXT, "True and false are written in several ways, which become one.");
        }
        return Conversion.BOOLEAN;
    }

    private Conversion integer(@Nullable Trait tooLarge) {
        if (tooLarge == null) {
            only("integers", Trait.TEXT, Trait.REAL, Trait.BLOB);
        } else {
            only("integers of its range", Trait.TEXT, Trait.REAL, Trait.BLOB, tooLarge);
        }
        return Conversion.DIRECT;
    }

    private Conversion numeric() {
        if (only("finite numbers", Trait.BLOB, Trait.REAL_INFINITE)
                && profile.count(Trait.TEXT) > profile.count(Trait.TEXT_DECIMAL)) {
            refuse("decimal numbers", profile.count(Trait.TEXT) - profile.count(Trait.TEXT_DECIMAL),
                    profile.examplesOf(Trait.TEXT));
        }
        var precision = type.length();
        if (precision != null) {
            var scale = type.scale() == null ? 0 : type.scale();
            if (profile.fractionDigits() > Math.max(scale, 0) || profile.integerDigits() > precision - scale
                    || scale < 0) {
                refuse("at most " + (precision - scale) + " digits before the point and " + scale
                        + " after it (the source has up to " + profile.integerDigits() + " and "
                        + profile.fractionDigits() + ")", profile.count(Trait.NUMBER_OVER_DECLARED),
                        profile.examplesOf(Trait.NUMBER_OVER_DECLARED));
            }
        }
        return Conversion.DECIMAL;
    }

    private Conversion text() {
        only("text without NUL and invalid bytes", Trait.TEXT_NUL, Trait.TEXT_INVALID, Trait.BLOB);
        if (profile.has(Trait.INTEGER) || profile.has(Trait.REAL)) {
            findings.add(Severity.WARNING, table, profile.column(), "number-as-text",
                    "Numbers become text: their digits, reals as their shortest exact decimal.",
                    profile.count(Trait.INTEGER, Trait.REAL),
                    profile.examplesOf(profile.has(Trait.INTEGER) ? Trait.INTEGER : Trait.REAL));
            return Conversion.AS_TEXT;
        }
        return Conversion.DIRECT;
    }

    private Conversion limitedText() {
        var conversion = text();
        // A bare char is one character.
        var limit = type.length() == null && type.base() == PgType.Base.CHAR ? Integer.valueOf(1) : type.length();
        if (limit == null) {
            return conversion;
        }
        if (conversion == Conversion.AS_TEXT) {
            refuse("text of limited length", profile.count(Trait.INTEGER, Trait.REAL),
                    profile.examplesOf(profile.has(Trait.INTEGER) ? Trait.INTEGER : Trait.REAL));
        } else if (profile.maxCharacters() > limit) {
            refuse("at most " + limit + " characters (the longest text has " + profile.maxCharacters() + ")",
                    profile.count(Trait.TEXT_OVER_DECLARED), profile.examplesOf(Trait.TEXT_OVER_DECLARED));
        } else if (type.base() == PgType.Base.CHAR && profile.has(Trait.TEXT) && profile.minCharacters() < limit) {
            refuse("exactly " + limit + " characters, for it pads shorter texts (alter the column to varchar)", 0,
                    List.of());
        }
        return conversion;
    }

    private Conversion bytes() {
        only("blobs and text", Trait.INTEGER, Trait.REAL);
        if (profile.has(Trait.TEXT)) {
            warn("text-as-bytes", Trait.TEXT, "Text becomes its UTF-8 bytes.");
            return Conversion.AS_BYTES;
        }
        return Conversion.DIRECT;
    }

    private Conversion date(String wanted, Trait form) {
        only(wanted, Trait.INTEGER, Trait.REAL, Trait.BLOB);
        if (profile.count(form) < profile.count(Trait.TEXT)) {
            var misfit = profile.has(Trait.TEXT_NOT_ISO)
                    ? Trait.TEXT_NOT_ISO
                    : profile.has(Trait.TEXT_TIMESTAMP) ? Trait.TEXT_TIMESTAMP : Trait.TEXT_TIMESTAMPTZ;
            refuse(wanted, profile.count(Trait.TEXT) - profile.count(form), profile.examplesOf(misfit));
        }
        precision();
        return Conversion.ISO_TEXT;
    }

    private void precision() {
        var digits = type.scale();
        if (digits != null && profile.timeFractionDigits() > digits) {
            refuse("at most " + digits + " digits of a second (the source has up to " + profile.timeFractionDigits()
                    + ")", 0, List.of());
        }
    }

    private Conversion moment(boolean zoned) {
        if (profile.values() == 0 || profile.has(Trait.TEXT)) {
            return isoMoment(zoned);
        }
        if (!only("dates", Trait.BLOB) || (profile.has(Trait.INTEGER) && profile.has(Trait.REAL))) {
            if (!profile.has(Trait.BLOB)) {
                refuse("moments of one reading", profile.count(Trait.INTEGER, Trait.REAL),
                        profile.examplesOf(Trait.REAL));
            }
            return Conversion.ISO_TEXT;
        }
        return profile.has(Trait.INTEGER) ? epoch() : realMoment();
    }

    private Conversion isoMoment(boolean zoned) {
        only("ISO dates and times", Trait.INTEGER, Trait.REAL, Trait.BLOB, Trait.TEXT_NOT_ISO, Trait.TEXT_TIME);
        var naive = profile.count(Trait.TEXT_DATE, Trait.TEXT_TIMESTAMP);
        if (zoned && naive > 0) {
            findings.add(Severity.WARNING, table, profile.column(), "naive-as-utc",
                    "Dates without a zone are read as UTC, for the target keeps moments.", naive,
                    profile.examplesOf(profile.has(Trait.TEXT_TIMESTAMP) ? Trait.TEXT_TIMESTAMP : Trait.TEXT_DATE));
        }
        if (!zoned && profile.has(Trait.TEXT_TIMESTAMPTZ)) {
            if (naive > 0) {
                refuse("dates that all have no zone, or all have one", profile.count(Trait.TEXT_TIMESTAMPTZ),
                        profile.examplesOf(Trait.TEXT_TIMESTAMPTZ));
            }
            warn("zone-to-utc", Trait.TEXT_TIMESTAMPTZ,
                    "Dates with a zone become their UTC time, for the target keeps no zone.");
        }
        precision();
        return Conversion.ISO_TEXT;
    }

    private Conversion epoch() {
        var unit = EpochUnit.of(profile.minInteger(), profile.maxInteger());
        if (unit == null) {
            refuse("integers that are all seconds, all milliseconds or all microseconds of the years 1973 to 2286",
                    profile.count(Trait.INTEGER), profile.examplesOf(Trait.INTEGER));
            return Conversion.EPOCH_SECONDS;
        }
        var digits = unit == Conversion.EPOCH_SECONDS ? 0 : unit == Conversion.EPOCH_MILLIS ? 3 : MICROSECOND_DIGITS;
        if (type.scale() != null && type.scale() < digits) {
            refuse("at most " + type.scale() + " digits of a second", profile.count(Trait.INTEGER),
                    profile.examplesOf(Trait.INTEGER));
        }
        warn("epoch", Trait.INTEGER, "Integers are read as "
                + EpochUnit.describe(profile.minInteger(), profile.maxInteger()) + ", in UTC.");
        return unit;
    }

    private Conversion realMoment() {
        var julian = profile.minReal() >= JULIAN_FROM && profile.maxReal() < JULIAN_BELOW;
        var seconds = profile.minReal() >= 1e8 && profile.maxReal() < 1e10;
        if (profile.has(Trait.REAL_INFINITE) || (!julian && !seconds)) {
            refuse("Julian days or seconds since 1970", profile.count(Trait.REAL), profile.examplesOf(Trait.REAL));
        } else {
            if (!julian && profile.fractionDigits() > MICROSECOND_DIGITS) {
                refuse("seconds with up to six digits of fraction (the source has up to " + profile.fractionDigits()
                        + ")", 0, List.of());
            }
            warn("real-as-moment", Trait.REAL, julian
                    ? "Reals are read as Julian days in UTC, to the millisecond, which is SQLite's own resolution."
                    : "Reals are read as seconds since 1970 in UTC.");
        }
        return julian ? Conversion.JULIAN_DAY : Conversion.EPOCH_SECONDS;
    }

    private Conversion uuid() {
        only("UUIDs", Trait.INTEGER, Trait.REAL, Trait.BLOB_NOT_UUID);
        var texts = profile.count(Trait.TEXT) - profile.count(Trait.TEXT_UUID_CANONICAL, Trait.TEXT_UUID_OTHER);
        if (texts > 0) {
            refuse("UUIDs", texts, profile.examplesOf(Trait.TEXT));
        }
        if (profile.has(Trait.TEXT_UUID_OTHER)) {
            findings.info(table, profile.column(), "uuid-spelling",
                    "UUIDs in capitals, braces or without dashes take PostgreSQL's spelling.");
        }
        return Conversion.UUID;
    }

    private Conversion json(Trait... misfits) {
        // Finite numbers are JSON as they are.
        only("JSON text and numbers", Trait.REAL_INFINITE, Trait.BLOB, Trait.TEXT_NUL, Trait.TEXT_INVALID);
        only("valid JSON", misfits);
        return Conversion.JSON;
    }

    private Conversion array() {
        only("JSON arrays of strings", Trait.INTEGER, Trait.REAL, Trait.BLOB, Trait.TEXT_JSON_ONLY);
        if (profile.count(Trait.TEXT) > profile.count(Trait.TEXT_STRING_ARRAY)) {
            refuse("JSON arrays of strings", profile.count(Trait.TEXT) - profile.count(Trait.TEXT_STRING_ARRAY),
                    profile.examplesOf(Trait.TEXT_NOT_JSON));
        }
        return Conversion.JSON;
    }

    private Conversion enumeration() {
        only("its labels", Trait.INTEGER, Trait.REAL, Trait.BLOB);
        var unknown = profile.texts().stream().filter(text -> !target.labels().contains(text)).toList();
        if (profile.has(Trait.TEXT) && (profile.texts().isEmpty() || !unknown.isEmpty())) {
            refuse("its labels " + String.join(", ", target.labels()) + (unknown.isEmpty()
                    ? ""
                    : " (not " + String.join(", ", unknown.stream().limit(5).map(t -> "'" + t + "'").toList()) + ")"),
                    0,
                    List.of());
        }
        return Conversion.DIRECT;
    }

    private Conversion other() {
        if (profile.values() > 0) {
            refuse(UNKNOWN_TYPE, profile.values(), List.of());
        }
        return Conversion.DIRECT;
    }
}
