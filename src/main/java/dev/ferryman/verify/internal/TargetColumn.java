package dev.ferryman.verify.internal;

import dev.ferryman.schema.PgType;

/**
 * A column as the target has it now, which need not be what the plan says.
 *
 * @param name its name
 * @param notNull whether it is NOT NULL, itself or by its domain
 * @param base its type, a domain's base type for domains
 * @param typeName its type as PostgreSQL writes it
 */
record TargetColumn(String name, boolean notNull, PgType.Base base, String typeName) {
    /** Whether the column has to be cast to text because no form reads its binary format. */
    boolean asText() {
        return base == PgType.Base.CITEXT || base == PgType.Base.ENUM || base == PgType.Base.OTHER;
    }
}
