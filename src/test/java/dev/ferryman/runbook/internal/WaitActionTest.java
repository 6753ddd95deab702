package dev.ferryman.runbook.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitActionTest {
    private static final Instant SWITCHED = Instant.parse("2026-03-01T20:00:00Z");
    private static final Map<String, Object> A_DAY = Map.of("for", "24h", "since", "switch");

    private final WaitAction action = new WaitAction();
    private final TestClock clock = new TestClock(SWITCHED.plus(Duration.ofHours(20)));

    /** Time flies while somebody waits: each look at it finds an hour gone. */
    private StepContext context(Map<String, Object> with, Optional<Instant> switched) {
        StepContext context = mock(StepContext.class);
        when(context.with()).thenReturn(with);
        when(context.clock()).thenReturn(clock);
        when(context.startedAt()).thenReturn(clock.instant());
        when(context.switchedAt()).thenReturn(switched);
        doAnswer(_ -> {
            clock.advance(Duration.ofHours(1).minusMillis(1));
            return null;
        }).when(context).progress(any(), anyLong(), anyLong(), anyLong());
        return context;
    }

    @Test
    void it_waits_for_what_is_left_since_the_switch() throws Exception {
        assertThat(action.run(context(A_DAY, Optional.of(SWITCHED))))
                .isEqualTo(new StepResult.Passed("Waited until 2026-03-02T20:00:00Z."));
        assertThat(clock.instant()).isBetween(SWITCHED.plus(Duration.ofHours(24)), SWITCHED.plus(Duration.ofHours(26)));
    }

    @Test
    void a_retention_that_has_passed_already_is_not_waited_for_again() throws Exception {
        clock.advance(Duration.ofDays(3));
        Instant before = clock.instant();
        assertThat(action.run(context(A_DAY, Optional.of(SWITCHED)))).isInstanceOf(StepResult.Passed.class);
        assertThat(clock.instant()).isBefore(before.plus(Duration.ofHours(2)));
    }

    @Test
    void without_a_switch_there_is_nothing_to_count_from() throws Exception {
        assertThat(action.run(context(A_DAY, Optional.empty()))).isInstanceOf(StepResult.Failed.class);
    }

    @Test
    void what_it_does_not_know_is_told() {
        assertThat(action.check(Map.of("for", "1d"))).isEmpty();
        assertThat(action.check(Map.of("for", "${parameters.keep}", "since", "switch"))).isEmpty();
        assertThat(action.check(Map.of("for", "long", "since", "yesterday", "until", "noon"))).hasSize(3);
    }
}
