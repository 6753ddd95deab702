package dev.ferryman.copy.internal;

/**
 * Numbers as text, as {@code Conversion.AS_TEXT} and {@code DECIMAL} promise: an integer's digits; a real's shortest
 * decimal that reads back as the same real, plain with at least one decimal from 0.0001 up to below 1e15 and as
 * {@code 1.5e+20} beyond, infinities as {@code Inf} and {@code -Inf}. SQLite writes its reals in the same form.
 */
final class NumberText {
    private static final double PLAIN_FROM = 1e-4;
    private static final double PLAIN_BELOW = 1e15;

    private NumberText() {}

    static String of(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        if (value == 0) {
            return Double.doubleToRawLongBits(value) < 0 ? "-0.0" : "0.0";
        }
        Decimal decimal = new Decimal();
        try {
            decimal.set(value);
        } catch (UnfitValueException e) {
            throw new IllegalStateException("every finite real has a decimal: " + value, e);
        }
        double size = Math.abs(value);
        var text = new StringBuilder(32);
        if (value < 0) {
            text.append('-');
        }
        if (size >= PLAIN_FROM && size < PLAIN_BELOW) {
            plain(decimal, text);
        } else {
            scientific(decimal, text);
        }
        return text.toString();
    }

    private static void plain(Decimal decimal, StringBuilder text) {
        int whole = decimal.count() - decimal.scale();
        if (whole <= 0) {
            text.append('0');
        }
        for (int i = 0; i < whole; i++) {
            text.append((char) ('0' + decimal.digit(i)));
        }
        text.append('.');
        if (decimal.scale() == 0) {
            text.append('0');
        }
        for (int i = whole; i < 0; i++) {
            text.append('0');
        }
        for (int i = Math.max(0, whole); i < decimal.count(); i++) {
            text.append((char) ('0' + decimal.digit(i)));
        }
    }

    private static void scientific(Decimal decimal, StringBuilder text) {
        int last = decimal.count() - 1;
        while (last > 0 && decimal.digit(last) == 0) {
            last--;
        }
        text.append((char) ('0' + decimal.digit(0))).append('.');
        if (last == 0) {
            text.append('0');
        }
        for (int i = 1; i <= last; i++) {
            text.append((char) ('0' + decimal.digit(i)));
        }
        int exponent = decimal.count() - 1 - decimal.scale();
        text.append(exponent < 0 ? "e-" : "e+");
        if (Math.abs(exponent) < 10) {
            text.append('0');
        }
        text.append(Math.abs(exponent));
    }
}
