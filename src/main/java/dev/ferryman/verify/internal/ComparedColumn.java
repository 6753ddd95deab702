package dev.ferryman.verify.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;

/** A column that both sides have. */
record ComparedColumn(ColumnPlan plan, TargetColumn target) {
    /**
     * What its values mean. Decided by the type that the target really has and the plan's conversion.
     *
     * @param spelling asks the target how its type spells a text
     */
    ValueForm form(TargetSpelling spelling) {
        Conversion conversion = plan.conversion();
        boolean computed = conversion == Conversion.GENERATED;
        boolean asText = conversion == Conversion.AS_TEXT;
        boolean numbers = asText || computed || conversion == Conversion.DECIMAL;
        return switch (target.base()) {
            case BOOLEAN -> new NumberForms.Booleans();
            case INT2, INT4, INT8 -> new NumberForms.Integers(numbers);
            case FLOAT4, FLOAT8 -> new NumberForms.Reals();
            case NUMERIC -> new NumberForms.Decimals();
            case TEXT, VARCHAR, CITEXT, ENUM -> new TextForms.Texts(numbers, asText);
            case CHAR -> new TextForms.Padded(numbers);
            case JSON -> new TextForms.Texts(true, true);
            case JSONB -> new JsonForms.Jsonb();
            case BYTEA -> new TextForms.Bytes(conversion == Conversion.AS_BYTES);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new MomentForm(target.base(), conversion);
            case UUID -> new TextForms.Uuids();
            case TEXT_ARRAY -> new JsonForms.TextArrays();
            case DOMAIN, OTHER -> new ForeignForm(target.typeName(), spelling);
        };
    }
}
