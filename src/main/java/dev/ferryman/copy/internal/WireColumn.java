package dev.ferryman.copy.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;

/**
 * A column as it travels.
 *
 * @param plan what the plan says of it
 * @param type type whose binary format is used: the plan's, a domain's base type, or text where the target casts
 * @param cast whether it travels as text and is cast by the target, because its type has no encoder here
 * @param elementOid type of an array's elements in the target, 0 for other types
 */
record WireColumn(ColumnPlan plan, PgType type, boolean cast, int elementOid) {

    /** The encoder for this column's values. */
    ColumnEncoder encoder() {
        return switch (type.base()) {
            case BOOLEAN -> new PlainEncoders.Booleans(switch (plan.conversion()) {
                case BOOLEAN, AS_TEXT -> true;
                default -> false;
            });
            case INT2 -> integers(2);
            case INT4 -> integers(4);
            case INT8 -> integers(8);
            case FLOAT4 -> new PlainEncoders.Floats(true);
            case FLOAT8 -> new PlainEncoders.Floats(false);
            case NUMERIC -> new NumericEncoder(type);
            case TEXT, VARCHAR, CHAR, CITEXT, ENUM, JSON, JSONB -> new TextEncoder(type, plan.conversion());
            case DOMAIN, OTHER -> new TextEncoder(PgType.of(PgType.Base.TEXT), Conversion.AS_TEXT);
            case BYTEA -> new PlainEncoders.Bytes(plan.conversion() == Conversion.AS_BYTES);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new MomentEncoder(type, plan.conversion());
            case UUID -> new PlainEncoders.Uuids();
            case TEXT_ARRAY -> new TextArrayEncoder(elementOid);
        };
    }

    private ColumnEncoder integers(int width) {
        return new PlainEncoders.Integers(width, plan.conversion() == Conversion.DECIMAL);
    }
}
