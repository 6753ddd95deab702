package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Trait;
import dev.ferryman.schema.internal.DeclaredType.Family;
import java.util.function.Supplier;

/** Chooses the type of a column declared as date or time: a type of PostgreSQL only where every value has one reading. */
final class DateChooser {
    private final String table;
    private final ColumnProfile profile;
    private final Family family;
    private final boolean inKey;
    private final Findings findings;

    DateChooser(String table, ColumnProfile profile, Family family, boolean inKey, Findings findings) {
        this.table = table;
        this.profile = profile;
        this.family = family;
        this.inKey = inKey;
        this.findings = findings;
    }

    /** @param byValues chooses by storage class where nothing here fits */
    TypeChoice choose(Supplier<TypeChoice> byValues) {
        if (profile.only(Trait.INTEGER) || profile.only(Trait.REAL)) {
            return number();
        }
        if (!profile.only(Trait.TEXT)) {
            return byValues.get();
        }
        var values = profile.values();
        var dates = profile.count(Trait.TEXT_DATE);
        var naive = profile.count(Trait.TEXT_TIMESTAMP);
        if (inKey && profile.has(Trait.TEXT_OTHER_LAYOUT)) {
            return text("date-layouts-in-key", Trait.TEXT_OTHER_LAYOUT,
                    "Dates are part of a key and written in several layouts, so that different texts could become the same"
                            + " moment: the column stays text.");
        }
        if (profile.count(Trait.TEXT_TIMESTAMPTZ) == values) {
            return date(Base.TIMESTAMPTZ, "Every value is an ISO date and time with a zone.");
        }
        if (profile.count(Trait.TEXT_TIME) == values && family == Family.TIME) {
            return date(Base.TIME, "Every value is an ISO time of day.");
        }
        if (dates == values && family == Family.DATE) {
            return date(Base.DATE, "Every value is an ISO date.");
        }
        if (dates + naive == values && family != Family.TIME) {
            if (family == Family.DATE) {
                findings.add(Severity.WARNING, table, profile.column(), "time-in-date",
                        "The column is declared DATE and holds times too: it becomes timestamp, so that none is cut off.",
                        naive, profile.examplesOf(Trait.TEXT_TIMESTAMP));
            } else if (dates > 0) {
                findings.add(Severity.INFO, table, profile.column(), "date-without-time",
                        "Dates without a time of day become midnight.", dates, profile.examplesOf(Trait.TEXT_DATE));
            }
            return date(Base.TIMESTAMP,
                    "Every value is an ISO date and time without a zone; none is assumed.");
        }
        if (profile.has(Trait.TEXT_NOT_ISO)) {
            return text("not-a-date", Trait.TEXT_NOT_ISO,
                    "Texts are no ISO dates (empty ones included): the column stays text.");
        }
        return text("mixed-dates", Trait.TEXT_TIMESTAMPTZ,
                "Dates with and without a zone, or dates and times of day, are mixed: the column stays text.");
    }

    private TypeChoice date(Base base, String why) {
        if (profile.has(Trait.TEXT_OTHER_LAYOUT)) {
            findings.add(Severity.INFO, table, profile.column(), "date-layouts",
                    "Dates are written in several layouts (separator, fraction or zone); their values are kept, their"
                            + " spelling becomes PostgreSQL's.",
                    profile.count(Trait.TEXT_OTHER_LAYOUT), profile.examplesOf(Trait.TEXT_OTHER_LAYOUT));
        }
        return TypeChoice.of(base, Conversion.ISO_TEXT, why);
    }

    private TypeChoice text(String code, Trait misfit, String message) {
        findings.add(Severity.WARNING, table, profile.column(), code, message, profile.count(misfit),
                profile.examplesOf(misfit));
        return TypeChoice.of(Base.TEXT, Conversion.DIRECT, "Not every value has one reading as a date.");
    }

    private TypeChoice number() {
        var integers = profile.only(Trait.INTEGER);
        var reading = integers
                ? EpochUnit.describe(profile.minInteger(), profile.maxInteger())
                : "probably Julian days or epoch seconds";
        findings.add(Severity.WARNING, table, profile.column(), "number-in-date",
                "The column is declared as a date and holds numbers (" + reading + "): it becomes "
                        + (integers ? "bigint" : "double precision") + ", as the application reads it.",
                profile.values(), profile.examplesOf(integers ? Trait.INTEGER : Trait.REAL));
        return TypeChoice.of(integers ? Base.INT8 : Base.FLOAT8, Conversion.DIRECT,
                "The values are numbers; which moment they mean is the application's knowledge.");
    }
}
