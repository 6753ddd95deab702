package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.internal.Leases.Lease;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Tells log lines and traces what they belong to. While a run is under way its thread's log lines carry the ids of the
 * cutover and the step, and an attempt at a step is a span of its own with the same ids. Without an address to send traces
 * to, spans go nowhere.
 */
final class StepTraces {
    /** Names of the ids in log lines; a span has them with {@code ferryman.} before. */
    static final String CUTOVER = "cutover";
    static final String STEP = "step";
    private static final String ATTEMPT = "attempt";
    private static final String PREFIX = "ferryman.";

    private final Supplier<@Nullable Tracer> tracer;

    /** @param tracer null where the service was built without one */
    StepTraces(Supplier<@Nullable Tracer> tracer) {
        this.tracer = tracer;
    }

    /** A run under way in the thread that opened it; closed in the same thread. */
    final class Run implements AutoCloseable {
        private final Map<String, String> before;
        private final @Nullable Span span;
        private final Tracer.@Nullable SpanInScope scope;

        private Run(Lease lease, @Nullable Span span, Tracer.@Nullable SpanInScope scope) {
            this.before = Optional.ofNullable(MDC.getCopyOfContextMap()).orElse(Map.of());
            this.span = span;
            this.scope = scope;
            MDC.put(CUTOVER, lease.cutoverId());
            MDC.put(STEP, lease.stepKey());
            MDC.put(ATTEMPT, String.valueOf(lease.attempt()));
        }

        @Override
        public void close() {
            MDC.setContextMap(before);
            if (scope != null) {
                scope.close();
            }
            if (span != null) {
                span.end();
            }
        }
    }

    /** Opens an attempt at a step: log lines and a span. */
    Run attempt(Lease lease, String type) {
        Tracer found = tracer.get();
        if (found == null) {
            return new Run(lease, null, null);
        }
        Span span = found.spanBuilder().setNoParent().name("step " + type).tag(PREFIX + "step.type", type)
                .tag(PREFIX + CUTOVER, lease.cutoverId()).tag(PREFIX + STEP, lease.stepKey())
                .tag(PREFIX + ATTEMPT, lease.attempt()).start();
        return new Run(lease, span, found.withSpan(span));
    }

    /** What the attempt whose span is open in this thread came to, in a word; told of no other thread's. */
    void ended(String verdict) {
        Tracer found = tracer.get();
        Span span = found == null ? null : found.currentSpan();
        if (span != null) {
            span.tag(PREFIX + "verdict", verdict);
        }
    }

    /** Opens what runs beside steps, for days perhaps: log lines only, since a span is sent when it ends. */
    Run companion(Lease lease) {
        return new Run(lease, null, null);
    }
}
