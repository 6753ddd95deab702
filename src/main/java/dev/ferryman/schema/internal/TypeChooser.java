package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Trait;
import java.util.List;
import java.util.Locale;

/**
 * Chooses the type of a created column: the declared one where every value fits it, otherwise the narrowest that holds
 * every value, with a finding ({@code DESIGN.md} § 2, Values).
 */
final class TypeChooser {
    private static final int LONGEST_VARCHAR = 10_485_760;
    private static final int MOST_DIGITS = 1000;

    private final String table;
    private final ColumnProfile profile;
    private final DeclaredType declared;
    private final boolean inKey;
    private final boolean indexed;
    private final Findings findings;

    /**
     * @param inKey whether the column is part of a key or UNIQUE, so that no two different values may become equal
     * @param indexed whether the column is part of any index or compared by a foreign key
     */
    TypeChooser(String table, ColumnProfile profile, DeclaredType declared, boolean inKey, boolean indexed,
            Findings findings) {
        this.table = table;
        this.profile = profile;
        this.declared = declared;
        this.inKey = inKey;
        this.indexed = indexed;
        this.findings = findings;
    }

    TypeChoice choose() {
        if (profile.has(Trait.TEXT_REPLACEMENT)) {
            find(Severity.WARNING, "utf16-replacement", Trait.TEXT_REPLACEMENT,
                    "Text of this UTF-16 database holds U+FFFD; half a surrogate pair would read the same.");
        }
        if (profile.values() == 0) {
            return declaredChoice("The column holds no value; the declaration decides.");
        }
        if (profile.has(Trait.TEXT_NUL) || profile.has(Trait.TEXT_INVALID)) {
            return bytes();
        }
        return switch (declared.family()) {
            case INTEGER -> profile.only(Trait.INTEGER) ? asDeclared() : byValues();
            case REAL -> profile.only(Trait.REAL, Trait.INTEGER) && !profile.has(Trait.INTEGER_OVER_DOUBLE)
                    ? asDeclared()
                    : byValues();
            case NUMERIC -> numeric();
            case BOOLEAN -> bool();
            case TEXT -> profile.only(Trait.TEXT) ? asDeclared() : byValues();
            case VARCHAR -> varchar();
            case BLOB -> blob();
            case DATE, TIME, TIMESTAMP -> new DateChooser(table, profile, declared.family(), inKey, findings).choose(
                    this::byValues);
            case UUID -> uuid();
            case JSON -> json();
            case NONE, OTHER -> byValues();
        };
    }

    /** What the declaration says, whatever the values are. */
    TypeChoice declared() {
        return asDeclared();
    }

    /** Whether the declaration names a type that PostgreSQL has a counterpart for. */
    boolean isTyped() {
        return declared.family() != DeclaredType.Family.NONE && declared.family() != DeclaredType.Family.OTHER;
    }

    private TypeChoice asDeclared() {
        return declaredChoice("Every value is what the declaration says.");
    }

    private TypeChoice declaredChoice(String why) {
        return switch (declared.family()) {
            case INTEGER -> TypeChoice.of(Base.INT8, Conversion.DIRECT, why);
            case REAL -> TypeChoice.of(Base.FLOAT8, Conversion.DIRECT, why);
            case NUMERIC -> new TypeChoice(declaredNumeric(), Conversion.DECIMAL, why);
            case OTHER -> declared.affinity() == DeclaredType.Affinity.NUMERIC && profile.values() > 0
                    ? TypeChoice.of(Base.NUMERIC, Conversion.DECIMAL, why)
                    : TypeChoice.of(Base.TEXT, Conversion.AS_TEXT, why);
            case BOOLEAN -> TypeChoice.of(Base.BOOLEAN, Conversion.BOOLEAN, why);
            case TEXT -> TypeChoice.of(Base.TEXT, Conversion.DIRECT, why);
            case VARCHAR -> new TypeChoice(declaredVarchar(), Conversion.DIRECT, why);
            case BLOB -> TypeChoice.of(Base.BYTEA, Conversion.DIRECT, why);
            case DATE -> TypeChoice.of(Base.DATE, Conversion.ISO_TEXT, why);
            case TIME -> TypeChoice.of(Base.TIME, Conversion.ISO_TEXT, why);
            case TIMESTAMP -> TypeChoice.of(Base.TIMESTAMP, Conversion.ISO_TEXT, why);
            case UUID -> TypeChoice.of(Base.UUID, Conversion.UUID, why);
            case JSON -> indexed
                    ? TypeChoice.of(Base.TEXT, Conversion.DIRECT, why)
                    : TypeChoice.of(Base.JSON, Conversion.JSON, why);
            case NONE -> TypeChoice.of(Base.TEXT, Conversion.AS_TEXT, why);
        };
    }

    private PgType declaredNumeric() {
        var precision = declared.first();
        if (precision == null || precision < 1 || precision > MOST_DIGITS) {
            return PgType.of(Base.NUMERIC);
        }
        var scale = declared.second() == null ? Integer.valueOf(0) : declared.second();
        return scale < 0 || scale > MOST_DIGITS
                ? PgType.of(Base.NUMERIC)
                : new PgType(Base.NUMERIC, precision, scale, null);
    }

    private PgType declaredVarchar() {
        var length = declared.first();
        return length == null || length < 1 || length > LONGEST_VARCHAR
                ? PgType.of(Base.TEXT)
                : new PgType(Base.VARCHAR, length, null, null);
    }

    private TypeChoice numeric() {
        var numbers = profile.count(Trait.INTEGER, Trait.REAL, Trait.TEXT_DECIMAL) == profile.values()
                && !profile.has(Trait.REAL_INFINITE) && !(inKey && profile.has(Trait.TEXT));
        if (!numbers) {
            return byValues();
        }
        if (profile.has(Trait.NUMBER_OVER_DECLARED)) {
            find(Severity.WARNING, "number-over-declared", Trait.NUMBER_OVER_DECLARED,
                    "Numbers have more digits than the declaration allows, which SQLite does not enforce: the column becomes"
                            + " numeric without limits, so that no digit is rounded away.");
            return TypeChoice.of(Base.NUMERIC, Conversion.DECIMAL, "Some numbers exceed the declared digits.");
        }
        return asDeclared();
    }

    private TypeChoice bool() {
        if (profile.only(Trait.INTEGER) && !profile.has(Trait.INTEGER_NOT_BOOLEAN)) {
            return TypeChoice.of(Base.BOOLEAN, Conversion.BOOLEAN, "Every value is 0 or 1.");
        }
        if (profile.only(Trait.TEXT) && !profile.has(Trait.TEXT_NOT_BOOLEAN)
                && BooleanSpelling.onePair(profile.texts())) {
            return TypeChoice.of(Base.BOOLEAN, Conversion.BOOLEAN,
                    "Every value is one of " + String.join(", ", profile.texts()) + ".");
        }
        var choice = byClasses("Not every value is a clean boolean.");
        var misfit = profile.has(Trait.INTEGER_NOT_BOOLEAN)
                ? Trait.INTEGER_NOT_BOOLEAN
                : profile.has(Trait.TEXT_NOT_BOOLEAN)
                        ? Trait.TEXT_NOT_BOOLEAN
                        : profile.has(Trait.TEXT) ? Trait.TEXT : Trait.REAL;
        find(Severity.WARNING, "not-boolean", misfit,
                "Values are not all 0 and 1, nor all of one pair of words: the column becomes " + describe(choice)
                        + ".");
        return choice;
    }

    private TypeChoice varchar() {
        if (!profile.only(Trait.TEXT)) {
            return byValues();
        }
        if (profile.has(Trait.TEXT_OVER_DECLARED)) {
            find(Severity.WARNING, "text-over-declared", Trait.TEXT_OVER_DECLARED,
                    "Texts are longer than the declared " + declared.first()
                            + " characters, which SQLite does not enforce: the column becomes text.");
            return TypeChoice.of(Base.TEXT, Conversion.DIRECT, "Some texts are longer than declared.");
        }
        return asDeclared();
    }

    private TypeChoice blob() {
        if (profile.only(Trait.BLOB)) {
            return asDeclared();
        }
        return profile.has(Trait.INTEGER) || profile.has(Trait.REAL) ? byValues() : bytes();
    }

    private TypeChoice uuid() {
        if (profile.only(Trait.TEXT) && profile.count(Trait.TEXT_UUID_CANONICAL) == profile.values()) {
            return TypeChoice.of(Base.UUID, Conversion.UUID, "Every value is a UUID in PostgreSQL's own spelling.");
        }
        return byValues();
    }

    /** Numbers are JSON too, and SQLite makes them of text: {@code JSON} is a declaration of numeric affinity. */
    private TypeChoice json() {
        if (profile.has(Trait.BLOB) || profile.has(Trait.REAL_INFINITE)) {
            return byValues();
        }
        if (profile.has(Trait.TEXT_NOT_JSON)) {
            var choice = byClasses("Some texts are no JSON.");
            find(Severity.WARNING, "not-json", Trait.TEXT_NOT_JSON,
                    "Texts are no JSON: the column becomes " + describe(choice) + ".");
            return choice;
        }
        if (indexed) {
            var choice = byClasses("Every value is JSON, but json cannot be indexed.");
            findings.info(table, profile.column(), "json-in-index",
                    "The column is compared or indexed, which json cannot be: it becomes " + describe(choice) + ".");
            return choice;
        }
        return TypeChoice.of(Base.JSON, Conversion.JSON, "Every value is JSON; json keeps its text exactly.");
    }

    /** Text that PostgreSQL's text cannot hold, or text beside blobs. */
    private TypeChoice bytes() {
        if (profile.has(Trait.TEXT_NUL)) {
            find(Severity.WARNING, "nul-in-text", Trait.TEXT_NUL,
                    "Text holds NUL characters, which PostgreSQL's text cannot: the column becomes bytea, text as its UTF-8"
                            + " bytes.");
        }
        if (profile.has(Trait.TEXT_INVALID)) {
            find(Severity.WARNING, "invalid-utf8", Trait.TEXT_INVALID,
                    "Text is no valid UTF-8: the column becomes bytea, text as its bytes.");
        }
        if (profile.has(Trait.TEXT) && (profile.has(Trait.BLOB) || declared.family() == DeclaredType.Family.BLOB)) {
            var misfit = declared.affinity() == DeclaredType.Affinity.TEXT ? Trait.BLOB : Trait.TEXT;
            find(Severity.WARNING, misfit == Trait.BLOB ? "blob-in-text" : "text-in-blob", misfit,
                    "The column "
                            + (profile.has(Trait.BLOB) ? "holds text and blobs" : "is declared BLOB and holds text")
                            + ": it becomes bytea, text as its UTF-8 bytes.");
        }
        return TypeChoice.of(Base.BYTEA, Conversion.AS_BYTES, "Only bytes hold every value exactly.");
    }

    private TypeChoice byValues() {
        var choice = byClasses("The values decide, since the declaration does not fit them.");
        if (declared.family() == DeclaredType.Family.NONE || declared.family() == DeclaredType.Family.OTHER) {
            if (classes() > 1) {
                findings.add(Severity.WARNING, table, profile.column(), "mixed-types",
                        "The column holds values of several types: it becomes " + describe(choice) + ".",
                        profile.values(),
                        List.of());
            }
            return new TypeChoice(choice.type(), choice.conversion(),
                    "SQLite enforces no type here; the values decide.");
        }
        for (var trait : List.of(Trait.INTEGER, Trait.REAL, Trait.TEXT, Trait.BLOB)) {
            if (profile.has(trait) && !expected(trait)) {
                find(Severity.WARNING,
                        trait.name().toLowerCase(Locale.ROOT) + "-in-"
                                + declared.family().name().toLowerCase(Locale.ROOT),
                        trait, "The column holds " + trait.name().toLowerCase(Locale.ROOT)
                                + " values against its declaration: it becomes " + describe(choice) + ".");
            }
        }
        if (profile.has(Trait.REAL_INFINITE)) {
            find(Severity.WARNING, "infinity", Trait.REAL_INFINITE,
                    "The column holds infinity: it becomes " + describe(choice) + ".");
        }
        return choice;
    }

    private boolean expected(Trait storageClass) {
        return switch (declared.family()) {
            case INTEGER, BOOLEAN -> storageClass == Trait.INTEGER;
            case REAL, NUMERIC -> storageClass == Trait.INTEGER || storageClass == Trait.REAL;
            case TEXT, VARCHAR, DATE, TIME, TIMESTAMP, UUID -> storageClass == Trait.TEXT;
            case JSON -> storageClass != Trait.BLOB;
            case BLOB -> storageClass == Trait.BLOB;
            case NONE, OTHER -> true;
        };
    }

    private long classes() {
        return List.of(Trait.INTEGER, Trait.REAL, Trait.TEXT, Trait.BLOB).stream().filter(profile::has).count();
    }

    private TypeChoice byClasses(String why) {
        if (profile.has(Trait.BLOB)) {
            return TypeChoice.of(Base.BYTEA, profile.only(Trait.BLOB) ? Conversion.DIRECT : Conversion.AS_BYTES, why);
        }
        if (profile.has(Trait.TEXT)) {
            return TypeChoice.of(Base.TEXT, profile.only(Trait.TEXT) ? Conversion.DIRECT : Conversion.AS_TEXT, why);
        }
        if (profile.only(Trait.INTEGER)) {
            return TypeChoice.of(Base.INT8, Conversion.DIRECT, why);
        }
        if (profile.only(Trait.REAL)) {
            return TypeChoice.of(Base.FLOAT8, Conversion.DIRECT, why);
        }
        if (!profile.has(Trait.REAL_INFINITE)) {
            return TypeChoice.of(Base.NUMERIC, Conversion.DECIMAL, why);
        }
        return profile.has(Trait.INTEGER_OVER_DOUBLE)
                ? TypeChoice.of(Base.TEXT, Conversion.AS_TEXT, why)
                : TypeChoice.of(Base.FLOAT8, Conversion.DIRECT, why);
    }

    /** The type and what becomes of values of other kinds. */
    static String describe(TypeChoice choice) {
        var type = PgTypes.sql(choice.type());
        return switch (choice.conversion()) {
            case AS_TEXT -> type + ", numbers as their digits";
            case AS_BYTES -> type + ", text as its UTF-8 bytes";
            case DECIMAL -> type + ", reals as their shortest exact decimal";
            case DIRECT, BOOLEAN, ISO_TEXT, EPOCH_SECONDS, EPOCH_MILLIS, EPOCH_MICROS, EPOCH_NANOS, JULIAN_DAY, UUID,
                    JSON, GENERATED ->
                type;
        };
    }

    private void find(Severity severity, String code, Trait trait, String message) {
        findings.add(severity, table, profile.column(), code, message, profile.count(trait), profile.examplesOf(trait));
    }
}
