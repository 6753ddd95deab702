package dev.ferryman.schema;

import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL column type as the plan names it.
 *
 * @param base the type without its modifiers
 * @param length {@code n} of {@code varchar(n)} and {@code char(n)} in characters, or the precision of
 *        {@code numeric(p,s)} in digits; null where the declaration gives none
 * @param scale {@code s} of {@code numeric(p,s)} in digits, or fractional-second digits of time types; null where none
 * @param name the name of the type where {@code base} is {@link Base#ENUM}, {@link Base#DOMAIN} or
 *        {@link Base#OTHER}, already quoted and schema-qualified as SQL; null otherwise
 */
public record PgType(Base base, @Nullable Integer length, @Nullable Integer scale, @Nullable String name) {

    /** The families of types that have an encoding of their own. */
    public enum Base {
        BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, TEXT, VARCHAR, CHAR, CITEXT, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB, ENUM, TEXT_ARRAY, DOMAIN, OTHER
    }

    /** A type without modifiers. */
    public static PgType of(Base base) {
        return new PgType(base, null, null, null);
    }
}
