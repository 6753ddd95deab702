package dev.ferryman.schema.internal;

import org.jspecify.annotations.Nullable;

/**
 * A translated expression.
 *
 * @param text SQL that can stand as an operand
 * @param kind type of its value
 * @param collation collation that SQLite compares it under, null where it has none of its own
 * @param immutable whether its value depends on nothing but its columns
 */
record PgSql(String text, Kind kind, @Nullable String collation, boolean immutable) {
    enum Kind {
        BOOLEAN, INTEGER, NUMERIC, REAL, TEXT, BYTES,
        /** A value whose form differs from SQLite's, so that only its presence can be spoken of. */
        OPAQUE
    }

    static PgSql of(String text, Kind kind) {
        return new PgSql(text, kind, null, true);
    }

    static PgSql of(String text, Kind kind, PgSql... parts) {
        var immutable = true;
        for (var part : parts) {
            immutable &= part.immutable;
        }
        return new PgSql(text, kind, null, immutable);
    }

    static PgSql changing(String text, Kind kind) {
        return new PgSql(text, kind, null, false);
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.NUMERIC || kind == Kind.REAL;
    }
}
