package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.monitor.Sample;
import dev.ferryman.runbook.StepContext;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DataPlaneMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Set<String> over = new HashSet<>();
    private final DataPlaneMetrics metrics = new DataPlaneMetrics(registry, over::contains,
            java.time.Clock.systemUTC());

    private void move(String cutover) {
        metrics.copied(cutover, "employees", 10, 100);
        metrics.copied(cutover, "employees", 30, 300);
        metrics.compared(cutover, "employees", 30);
        metrics.differing(cutover, "employees", 2);
        metrics.probe(cutover, "soak", "http", new Sample(Instant.EPOCH, Sample.Kind.OK, Duration.ZERO, 12.5, ""));
    }

    private double value(String name, String cutover) {
        return registry.get(name).tag("cutover", cutover).meter().measure().iterator().next().getValue();
    }

    @Test
    void totals_that_are_told_again_after_a_restart_of_the_copy_are_counted_once() {
        move("a");
        metrics.copied("a", "employees", 20, 200);

        assertThat(value("ferryman.copy.rows", "a")).isEqualTo(30);
        assertThat(value("ferryman.copy.bytes", "a")).isEqualTo(300);
        assertThat(value("ferryman.verify.rows", "a")).isEqualTo(30);
        assertThat(value("ferryman.verify.mismatches", "a")).isEqualTo(2);
        assertThat(value("ferryman.probe.up", "a")).isEqualTo(1);
        assertThat(value("ferryman.probe.value", "a")).isEqualTo(12.5);
        metrics.probe("a", "soak", "http", new Sample(Instant.EPOCH, Sample.Kind.ERROR, Duration.ZERO, ""));
        assertThat(value("ferryman.probe.value", "a")).isNaN();
        assertThat(value("ferryman.probe.up", "a")).isZero();
    }

    @Test
    void a_hundred_cutovers_one_after_another_leave_the_series_of_the_last() {
        for (int i = 0; i < 100; i++) {
            move("cutover-" + i);
            over.add("cutover-" + i);
        }

        assertThat(registry.getMeters()).extracting(Meter::getId).extracting(id -> id.getTag("cutover"))
                .containsOnly("cutover-99").hasSize(6);
    }

    @Test
    void a_breach_counts_for_as_long_as_the_watch_lasts() {
        metrics.standing("a", "soak", "http", Duration.ofSeconds(30), Duration.ofMinutes(2));
        assertThat(value("ferryman.probe.breach.seconds", "a")).isEqualTo(30);
        assertThat(value("ferryman.probe.silent.seconds", "a")).isEqualTo(120);
        metrics.standing("a", "soak", "http", Duration.ZERO, Duration.ZERO);
        assertThat(value("ferryman.probe.breach.seconds", "a")).isZero();
    }

    @Test
    void who_no_longer_follows_tells_no_lag_that_grows_old() {
        metrics.lag("a", replication(ReplicationView.State.STOPPED));
        assertThat(value("ferryman.replication.stopped", "a")).isEqualTo(1);
        assertThat(value("ferryman.capture.lag.changes", "a")).isEqualTo(7);
        metrics.lag("a", replication(ReplicationView.State.FOLLOWING));
        assertThat(value("ferryman.replication.stopped", "a")).isZero();

        metrics.followedElsewhere("a");
        assertThat(registry.getMeters()).isEmpty();

        metrics.lag("a", replication(ReplicationView.State.FOLLOWING));
        assertThat(value("ferryman.capture.lag.changes", "a")).isEqualTo(7);
    }

    @Test
    void a_handover_called_off_at_the_end_of_its_budget_is_counted_each_time_and_one_before_it_is_not() {
        var record = new HandoverRecord(mock(JdbcClient.class), mock(ReplicationStore.class), metrics);
        StepContext step = mock(StepContext.class);
        when(step.cutoverId()).thenReturn("a");

        record.cancelled(step, Direction.FORWARD, Duration.ofMillis(9_999), Duration.ofSeconds(10));
        assertThat(registry.getMeters()).isEmpty();

        record.cancelled(step, Direction.FORWARD, Duration.ofSeconds(10), Duration.ofSeconds(10));
        record.cancelled(step, Direction.FORWARD, Duration.ofSeconds(11), Duration.ofSeconds(10));
        assertThat(value("ferryman.freeze.overruns", "a")).isEqualTo(2);
    }

    private static ReplicationView replication(ReplicationView.State state) {
        return new ReplicationView(Direction.FORWARD, state, Instant.EPOCH, Instant.EPOCH, 7, Duration.ZERO, 0, 0, 0,
                List.of(), List.of(), null, null);
    }

    @Test
    void a_cutover_that_goes_on_keeps_its_series() {
        move("a");
        move("b");

        assertThat(value("ferryman.copy.rows", "a")).isEqualTo(30);
        assertThat(value("ferryman.copy.rows", "b")).isEqualTo(30);
    }
}
