package dev.ferryman.monitor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between what bounds a figure has to stay.
 *
 * @param least below this it is a breach; null for no such bound
 * @param most above this it is a breach; null for no such bound
 * @param unit what the figure is counted in ({@code ms}, {@code s}, {@code %}, {@code bytes}), empty for plain numbers
 */
public record Threshold(@Nullable Double least, @Nullable Double most, String unit) {
    private static final MathContext SHOWN = new MathContext(4);
    private static final double KILO = 1000;
    private static final String[] SIZES = {"bytes", "kB", "MB", "GB", "TB", "PB"};

    /** Every figure is right: it is only recorded. */
    public static Threshold none(String unit) {
        return new Threshold(null, null, unit);
    }

    /** So many percent around a figure. */
    public static Threshold around(double figure, double percent, String unit) {
        double off = Math.abs(figure) * percent / 100;
        return new Threshold(figure - off, figure + off, unit);
    }

    /** Judges a figure. */
    public Sample judge(Instant at, Duration latency, double value, String what) {
        if (!Double.isFinite(value)) {
            return new Sample(at, Sample.Kind.NO_DATA, latency, what + " is no finite number.");
        }
        String seen = what + " is " + shown(value);
        return trouble(value).map(wanted -> new Sample(at, Sample.Kind.BREACH, latency, value, seen + "; " + wanted))
                .orElseGet(() -> new Sample(at, Sample.Kind.OK, latency, value, seen + "."));
    }

    private Optional<String> trouble(double value) {
        if (least != null && value < least) {
            return Optional.of("at least " + shown(least) + " is wanted.");
        }
        return most != null && value > most
                ? Optional.of("at most " + shown(most) + " is allowed.")
                : Optional.empty();
    }

    /** The bounds in words: {@code at most 5 s}; empty where there are none. */
    public String words() {
        if (least != null && most != null) {
            return "from " + shown(least) + " to " + shown(most);
        }
        return most != null ? "at most " + shown(most) : least != null ? "at least " + shown(least) : "";
    }

    /** A figure as people read it, with its unit. */
    public String shown(double value) {
        if (unit.equals("bytes")) {
            double size = value;
            int step = 0;
            while (Math.abs(size) >= KILO && step < SIZES.length - 1) {
                size /= KILO;
                step++;
            }
            return plain(size) + " " + SIZES[step];
        }
        return plain(value) + (unit.isEmpty() ? "" : " " + unit);
    }

    private static String plain(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        // Whole digits are never rounded away: 12345 stays 12345.
        BigDecimal shown = exact.precision() - exact.scale() >= SHOWN.getPrecision()
                ? exact.setScale(0, SHOWN.getRoundingMode())
                : exact.round(SHOWN);
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }
}
