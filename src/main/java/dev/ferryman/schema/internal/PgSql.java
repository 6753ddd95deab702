package dev.ferryman.schema.internal;

import org.jspecify.annotations.Nullable;

/**
 * A translated expression.
 *
 * @param text SQL that can stand as an operand
 * @param kind type of its value
 * @param collation collation that SQLite compares it under, null where it has none of its own
 * @param immutable whether its value depends on nothing but its columns
 * @param bound a number is at most so far from 0, infinite where that is not known: SQLite goes on in reals, and to
 *        infinity, where PostgreSQL ends with an error
 */
record PgSql(String text, Kind kind, @Nullable String collation, boolean immutable, double bound) {
    /** No integer of either database is farther from 0. */
    static final double LARGEST_INTEGER = 0x1p63;

    PgSql(String text, Kind kind, @Nullable String collation, boolean immutable) {
        this(text, kind, collation, immutable, kind == Kind.INTEGER ? LARGEST_INTEGER : Double.POSITIVE_INFINITY);
    }

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

    /** The same, known to be at most so far from 0. */
    PgSql within(double limit) {
        return new PgSql(text, kind, collation, immutable, Math.min(bound, limit));
    }

    /**
     * The same number, known to be at most so far from 0 if computed by SQLite.
     *
     * @throws UntranslatableException if PostgreSQL may end with an error where SQLite goes on
     */
    PgSql computed(double limit) throws UntranslatableException {
        var most = kind == Kind.INTEGER ? LARGEST_INTEGER : Double.POSITIVE_INFINITY;
        // What is drawn at random meets the limit once in 2^63 times.
        if (immutable && !(limit < most)) {
            throw new UntranslatableException("a result that may be too large, where PostgreSQL ends with an error");
        }
        return within(limit);
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.NUMERIC || kind == Kind.REAL;
    }
}
