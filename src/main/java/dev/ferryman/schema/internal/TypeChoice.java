package dev.ferryman.schema.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;

/** The type a column gets, how its values are read, and why. */
record TypeChoice(PgType type, Conversion conversion, String why) {
    static TypeChoice of(PgType.Base base, Conversion conversion, String why) {
        return new TypeChoice(PgType.of(base), conversion, why);
    }
}
