package dev.ferryman.verify.internal;

import java.math.BigDecimal;

/**
 * The text of a real under {@code AS_TEXT}: SQLite's own spelling ({@code 1.5}, {@code 100000.0}, {@code 1.0e+20},
 * {@code Inf}) with the shortest digits that read back as the same real. Plain from 0.0001 up to below 1e15, where
 * SQLite drew the line for twenty years; newer versions draw it higher.
 */
final class RealText {
    private RealText() {}

    static String of(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        var shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (size >= 1e-4 && size < 1e15) {
            return shortest.scale() <= 0 ? shortest.toBigInteger() + ".0" : shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = shortest.precision() - shortest.scale() - 1;
        return (value < 0 ? "-" : "") + digits.charAt(0) + "." + (digits.length() == 1 ? "0" : digits.substring(1))
                + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
