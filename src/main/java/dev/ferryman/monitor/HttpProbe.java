package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.hook.JsonField;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches an HTTP address: status, fields of a JSON answer, latency. An application that refuses the connection or does
 * not answer is in breach. Where a control address is given, a failure to connect counts only while the control answers:
 * otherwise it is Ferryman that is cut off, and the sample is an error.
 */
public final class HttpProbe implements Probe {

    /** What a field of the answer has to be. */
    public sealed interface Expectation {
        /** Name of the field, with dots between levels. */
        String field();

        /** The field's text is this. */
        record Equal(String field, String value) implements Expectation {}

        /** The field is a number and not less than this. */
        record AtLeast(String field, BigDecimal least) implements Expectation {}
    }

    private final HttpHooks hooks;
    private final HttpCall call;
    private final List<Expectation> expectations;
    private final @Nullable Duration slowest;
    private final @Nullable HttpCall control;

    /**
     * @param hooks makes the calls
     * @param call the request; its retries count as one look
     * @param expectations what the JSON answer has to hold
     * @param slowest the latency above which an answer is a breach, null for no limit
     * @param control an address that answers whenever Ferryman itself is connected, null for none
     */
    public HttpProbe(HttpHooks hooks, HttpCall call, List<Expectation> expectations, @Nullable Duration slowest,
            @Nullable HttpCall control) {
        this.hooks = hooks;
        this.call = call;
        this.expectations = List.copyOf(expectations);
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
            case HttpOutcome.Unreachable unreachable -> unreachable(at, unreachable.message());
        };
    }

    private Sample judge(Instant at, HttpOutcome.Answered answered) {
        for (Expectation expectation : expectations) {
            Optional<String> value = JsonField.read(answered.body(), expectation.field());
            if (value.isEmpty()) {
                return new Sample(at, Sample.Kind.NO_DATA, answered.duration(),
                        "The answer has no field " + expectation.field() + ".");
            }
            Optional<Sample> trouble = trouble(at, answered.duration(), expectation, value.get());
            if (trouble.isPresent()) {
                return trouble.get();
            }
        }
        if (slowest != null && answered.duration().compareTo(slowest) > 0) {
            return new Sample(at, Sample.Kind.BREACH, answered.duration(), "The answer took "
                    + answered.duration().toMillis() + " ms; at most " + slowest.toMillis() + " ms are allowed.");
        }
        return new Sample(at, Sample.Kind.OK, answered.duration(), answered.message() + ".");
    }

    private static Optional<Sample> trouble(Instant at, Duration latency, Expectation expectation, String value) {
        return switch (expectation) {
            case Expectation.Equal(var field, var wanted) when value.equals(wanted) -> Optional.empty();
            case Expectation.Equal(var field, var wanted) -> Optional.of(new Sample(at, Sample.Kind.BREACH, latency,
                    field + " is " + shortened(value) + ", not " + wanted + "."));
            case Expectation.AtLeast(var field, var least) -> atLeast(at, latency, field, least, value);
        };
    }

    private static Optional<Sample> atLeast(Instant at, Duration latency, String field, BigDecimal least,
            String value) {
        try {
            return new BigDecimal(value).compareTo(least) >= 0
                    ? Optional.empty()
                    : Optional.of(new Sample(at, Sample.Kind.BREACH, latency,
                            field + " is " + shortened(value) + "; at least " + least.toPlainString() + " is wanted."));
        } catch (NumberFormatException e) {
            return Optional
                    .of(new Sample(at, Sample.Kind.NO_DATA, latency, field + " is no number: " + shortened(value)));
        }
    }

    private static String shortened(String value) {
        return value.length() > 80 ? value.substring(0, 80) + "…" : value;
    }

    private Sample unreachable(Instant at, String message) throws InterruptedException {
        if (control != null && hooks.call(control, "control", HookJournal.none()) instanceof HttpOutcome.Unreachable) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO,
                    message + ", and neither could the control address: Ferryman itself may be cut off.");
        }
        return new Sample(at, Sample.Kind.BREACH, Duration.ZERO, message + ".");
    }
}
