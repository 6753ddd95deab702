package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpFlow;
import dev.ferryman.hook.HttpOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Walks through several requests as a user does, such as a login: what is judged is that all went as they should. */
public final class FlowProbe implements Probe {
    private final HttpFlow flow;
    private final Threshold threshold;
    private final Control control;

    /** @param threshold of the time that all requests took together, in milliseconds */
    public FlowProbe(HttpFlow flow, Threshold threshold, Control control) {
        this.flow = flow;
        this.threshold = threshold;
        this.control = control;
    }

    @Override
    public Sample look(Clock clock) throws InterruptedException {
        Instant at = clock.instant();
        try {
            return switch (flow.walk()) {
                case HttpOutcome.Answered answered -> threshold.judge(at, answered.duration(),
                        answered.duration().toNanos() / 1e6, answered.message() + "; the time");
                case HttpOutcome.Refused refused -> new Sample(at, Sample.Kind.BREACH, Duration.ZERO,
                        refused.message() + ".");
                case HttpOutcome.Unreachable unreachable -> control.unreachable(at, unreachable.message());
            };
        } catch (BadInputException e) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO, e.getMessage() + " " + e.next());
        }
    }
}
