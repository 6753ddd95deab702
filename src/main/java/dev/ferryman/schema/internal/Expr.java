package dev.ferryman.schema.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression of SQLite's SQL. */
sealed interface Expr {
    record NullLiteral() implements Expr {}

    /** An integer as written, decimal or {@code 0x…}. */
    record IntegerLiteral(String text) implements Expr {}

    record RealLiteral(String text) implements Expr {}

    record StringLiteral(String text) implements Expr {}

    record BlobLiteral(String hex) implements Expr {}

    /** {@code CURRENT_DATE}, {@code CURRENT_TIME} or {@code CURRENT_TIMESTAMP}, in upper case. */
    record Current(String word) implements Expr {}

    /**
     * A name. SQLite reads a name in double quotes that is no column as a string, and {@code TRUE} and {@code FALSE} as
     * numbers where no column has that name; who knows the columns decides.
     */
    record Name(@Nullable String qualifier, String name, boolean quoted) implements Expr {}

    /** {@code -}, {@code +}, {@code ~} or {@code NOT}. */
    record Unary(String operator, Expr operand) implements Expr {}

    /** Arithmetic, comparison, {@code AND}, {@code OR}, {@code ||}; {@code IS} and {@code IS NOT}; in upper case. */
    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** {@code LIKE}, {@code GLOB}, {@code REGEXP} or {@code MATCH}. */
    record Match(String operator, boolean negated, Expr value, Expr pattern, @Nullable Expr escape) implements Expr {}

    record Between(boolean negated, Expr value, Expr low, Expr high) implements Expr {}

    record In(boolean negated, Expr value, List<Expr> list) implements Expr {}

    record IsNull(boolean negated, Expr value) implements Expr {}

    record Case(@Nullable Expr base, List<When> branches, @Nullable Expr otherwise) implements Expr {}

    /** One branch of a CASE. */
    record When(Expr condition, Expr result) {}

    record Cast(Expr value, String type) implements Expr {}

    /** A function call; {@code name} in lower case. */
    record Call(String name, List<Expr> arguments) implements Expr {}

    record Collate(Expr value, String collation) implements Expr {}

    record Row(List<Expr> items) implements Expr {}
}
