package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.PgType;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * {@code numeric}: digits in groups of four, the exact value of an integer, of a real's shortest decimal, or of decimal
 * text. PostgreSQL would round what has too many decimals for {@code numeric(p,s)} without a word, so that is refused
 * here.
 */
final class NumericEncoder implements ColumnEncoder {
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;
    private static final int PLUS_INFINITY = 0xD000;
    private static final int MINUS_INFINITY = 0xF000;

    private final @Nullable Integer precision;
    private final int typeScale;
    private final Decimal decimal = new Decimal();
    private final Scratch scratch = new Scratch();

    NumericEncoder(PgType type) {
        this.precision = type.length();
        Integer scale = type.scale();
        this.typeScale = scale == null ? 0 : scale;
    }

    @Override
    public void encode(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        switch (row.type(column)) {
            case RowCursor.INTEGER -> decimal.set(row.integer(column));
            case RowCursor.REAL -> {
                double value = row.real(column);
                if (Double.isInfinite(value)) {
                    infinity(value, out);
                    return;
                }
                decimal.set(value);
            }
            case RowCursor.TEXT -> {
                int length = scratch.read(row, column, 200_000);
                if (!decimal.parse(scratch.bytes(), 0, length)) {
                    throw new UnfitValueException("text that is no decimal number");
                }
            }
            default -> throw new UnfitValueException("a blob where a number is expected");
        }
        write(out);
    }

    private void infinity(double value, CopyBuffer out) throws UnfitValueException, InterruptedException {
        if (precision != null) {
            throw new UnfitValueException("an infinite real, which numeric with a precision cannot hold");
        }
        out.int32(8);
        out.int16(0);
        out.int16(0);
        out.int16(value > 0 ? PLUS_INFINITY : MINUS_INFINITY);
        out.int16(0);
    }

    private void write(CopyBuffer out) throws UnfitValueException, InterruptedException {
        if (precision != null && !decimal.zero()) {
            if (decimal.neededScale() > typeScale) {
                throw new UnfitValueException(
                        "a number with " + decimal.neededScale() + " decimals, the column holds " + typeScale);
            }
            if (decimal.integerDigits() > precision - typeScale) {
                throw new UnfitValueException("a number with " + decimal.integerDigits()
                        + " digits before the point, the column holds " + (precision - typeScale));
            }
        }
        int scale = decimal.scale();
        if (decimal.zero()) {
            out.int32(8);
            out.int16(0);
            out.int16(0);
            out.int16(POSITIVE);
            out.int16(scale);
            return;
        }
        // Position of a digit is its power of ten; groups start at powers that are multiples of four.
        int highest = decimal.count() - 1 - scale;
        int weight = Math.floorDiv(highest, 4);
        int lowestGroup = Math.floorDiv(-scale, 4);
        int groups = weight - lowestGroup + 1;
        out.int32(8 + 2 * groups);
        out.int16(groups);
        out.int16(weight);
        out.int16(decimal.negative() ? NEGATIVE : POSITIVE);
        out.int16(scale);
        int index = 0;
        for (int group = weight; group >= lowestGroup; group--) {
            int value = 0;
            for (int power = group * 4 + 3; power >= group * 4; power--) {
                value *= 10;
                if (power <= highest && index < decimal.count()) {
                    value += decimal.digit(index++);
                }
            }
            out.int16(value);
        }
    }
}
