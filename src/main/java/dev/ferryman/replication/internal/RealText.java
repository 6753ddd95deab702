package dev.ferryman.replication.internal;

import java.math.BigDecimal;

/**
 * A real as text, as {@code Conversion.AS_TEXT} promises: the shortest decimal that reads back as the same real, plain
 * with at least one decimal from 0.0001 up to below 1e15, and as {@code 1.5e+20} beyond; {@code Inf} and {@code -Inf}.
 */
final class RealText {
    private RealText() {}

    static String of(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        double size = Math.abs(value);
        if (size >= 1e-4 && size < 1e15) {
            return (exact.scale() < 1 ? exact.setScale(1) : exact).toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        int exponent = exact.precision() - 1 - exact.scale();
        return (value < 0 ? "-" : "") + digits.charAt(0) + "." + (digits.length() == 1 ? "0" : digits.substring(1))
                + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
