package dev.ferryman.runbook.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.runbook.internal.Leases.Lease;
import dev.ferryman.testing.HttpReceiver;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Steps as spans, sent to a collector on loopback by what Spring Boot configures of the service's own settings. */
class StepTracesTest {
    private static final Lease LEASE = new Lease("c-17", "backfill", 2, 5, false, Duration.ZERO);

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withConfiguration(AutoConfigurations.of(OpenTelemetrySdkAutoConfiguration.class,
                    OpenTelemetryTracingAutoConfiguration.class, OtlpTracingAutoConfiguration.class,
                    MicrometerTracingAutoConfiguration.class));

    @Test
    void an_attempt_is_a_span_with_the_ids_of_cutover_and_step_and_what_it_came_to() throws Exception {
        try (var collector = new HttpReceiver()) {
            service.withPropertyValues(
                    "management.opentelemetry.tracing.export.otlp.endpoint=" + collector.url("/v1/traces"),
                    "management.opentelemetry.tracing.export.schedule-delay=100ms").run(context -> {
                        StepTraces traces = new StepTraces(() -> context.getBean(Tracer.class));
                        try (StepTraces.Run _ = traces.attempt(LEASE, "engine.backfill")) {
                            traces.ended("passed");
                        }
                        await().until(() -> !collector.requests().isEmpty());
                    });
            assertThat(collector.requests()).singleElement().satisfies(request -> {
                assertThat(request.path()).isEqualTo("/v1/traces");
                assertThat(request.body()).contains("step engine.backfill", "ferryman.cutover", "c-17",
                        "ferryman.step", "backfill", "ferryman.attempt", "ferryman.verdict", "passed",
                        "service.name");
            });
        }
    }

    @Test
    void without_an_address_nothing_is_there_to_send_traces() {
        service.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Tracer.class).doesNotHaveBean(SpanExporter.class);
            StepTraces traces = new StepTraces(() -> context.getBean(Tracer.class));
            try (StepTraces.Run _ = traces.attempt(LEASE, "engine.backfill")) {
                assertThat(MDC.get("cutover")).isEqualTo("c-17");
            }
        });
    }

    @Test
    void log_lines_carry_the_ids_for_as_long_as_the_run_lasts_and_what_they_carried_before_afterwards() {
        StepTraces traces = new StepTraces(() -> null);
        MDC.put("cutover", "another");
        try {
            try (StepTraces.Run _ = traces.companion(LEASE)) {
                assertThat(MDC.getCopyOfContextMap()).containsEntry("cutover", "c-17").containsEntry("step", "backfill")
                        .containsEntry("attempt", "2");
            }
            assertThat(MDC.getCopyOfContextMap()).containsEntry("cutover", "another").doesNotContainKeys("step",
                    "attempt");
        } finally {
            MDC.clear();
        }
    }
}
