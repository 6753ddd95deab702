package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.hook.JsonField;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches an HTTP address: status, fields of a JSON answer, a figure in it, latency. An application that refuses the
 * connection or does not answer is in breach, unless it is Ferryman that is cut off ({@link Control}).
 */
public final class HttpProbe implements Probe {
    private static final double PERCENT = 100;

    /**
     * A field of the answer that has to have a value.
     *
     * @param field its name with dots between levels, or a JSONPath beginning with {@code $}
     */
    public record Expectation(String field, String value) {}

    /**
     * A figure of the answer.
     *
     * @param field where it is, as in {@link Expectation}
     * @param of where the whole is of which the figure is shown in percent; null for the figure itself
     * @param threshold between what bounds it has to stay
     */
    public record Figure(String field, @Nullable String of, Threshold threshold) {}

    private final HttpHooks hooks;
    private final HttpCall call;
    private final List<Expectation> expectations;
    private final @Nullable Figure figure;
    private final @Nullable Duration slowest;
    private final Control control;

    /**
     * @param hooks makes the calls
     * @param call the request; its retries count as one look
     * @param expectations what the JSON answer has to hold
     * @param figure the figure that is judged; null for none, and the latency is recorded
     * @param slowest the latency above which an answer is a breach, null for no limit
     */
    public HttpProbe(HttpHooks hooks, HttpCall call, List<Expectation> expectations, @Nullable Figure figure,
            @Nullable Duration slowest, Control control) {
        this.hooks = hooks;
        this.call = call;
        this.expectations = List.copyOf(expectations);
        this.figure = figure;
        this.slowest = slowest;
        this.control = control;
    }

    @Override
    public Sample look(Clock clock) throws InterruptedException {
        Instant at = clock.instant();
        HttpOutcome outcome;
        try {
            outcome = hooks.call(call, "probe", HookJournal.none());
        } catch (BadInputException e) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO, e.getMessage() + " " + e.next());
        }
        return switch (outcome) {
            case HttpOutcome.Answered answered -> judge(at, answered);
            case HttpOutcome.Refused refused -> new Sample(at, Sample.Kind.BREACH, Duration.ZERO, refused.message());
            case HttpOutcome.Unreachable unreachable -> control.unreachable(at, unreachable.message());
        };
    }

    private Sample judge(Instant at, HttpOutcome.Answered answered) {
        Duration latency = answered.duration();
        for (Expectation expectation : expectations) {
            Optional<String> value = JsonField.read(answered.body(), expectation.field());
            if (value.isEmpty()) {
                return missing(at, latency, expectation.field());
            }
            if (!value.get().equals(expectation.value())) {
                return new Sample(at, Sample.Kind.BREACH, latency, expectation.field() + " is "
                        + shortened(value.get()) + ", not " + expectation.value() + ".");
            }
        }
        double millis = latency.toNanos() / 1e6;
        if (slowest != null && latency.compareTo(slowest) > 0) {
            return new Sample(at, Sample.Kind.BREACH, latency, millis, "The answer took " + latency.toMillis()
                    + " ms; at most " + slowest.toMillis() + " ms are allowed.");
        }
        return figure == null
                ? new Sample(at, Sample.Kind.OK, latency, millis, answered.message() + ".")
                : judge(at, answered, figure);
    }

    private static Sample judge(Instant at, HttpOutcome.Answered answered, Figure figure) {
        Duration latency = answered.duration();
        Optional<String> value = JsonField.read(answered.body(), figure.field());
        Optional<String> whole = figure.of() == null
                ? Optional.of("1")
                : JsonField.read(answered.body(), figure.of());
        if (value.isEmpty() || whole.isEmpty()) {
            return missing(at, latency, value.isEmpty() ? figure.field() : String.valueOf(figure.of()));
        }
        try {
            double number = Double.parseDouble(value.get());
            return figure.of() == null
                    ? figure.threshold().judge(at, latency, number, figure.field())
                    : figure.threshold().judge(at, latency, number / Double.parseDouble(whole.get()) * PERCENT,
                            figure.field() + " of " + figure.of());
        } catch (NumberFormatException e) {
            return new Sample(at, Sample.Kind.NO_DATA, latency,
                    figure.field() + " is no number: " + shortened(value.get()));
        }
    }

    private static Sample missing(Instant at, Duration latency, String field) {
        return new Sample(at, Sample.Kind.NO_DATA, latency, "The answer has no field " + field + ".");
    }

    private static String shortened(String value) {
        return value.length() > 80 ? value.substring(0, 80) + "…" : value;
    }
}
