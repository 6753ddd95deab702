package dev.ferryman.monitor;

import static dev.ferryman.monitor.MonitorState.Judgement.BREACHING;
import static dev.ferryman.monitor.MonitorState.Judgement.FAILED;
import static dev.ferryman.monitor.MonitorState.Judgement.INCONCLUSIVE;
import static dev.ferryman.monitor.MonitorState.Judgement.PASSED;
import static dev.ferryman.monitor.MonitorState.Judgement.RUNNING;
import static dev.ferryman.monitor.Sample.Kind.BREACH;
import static dev.ferryman.monitor.Sample.Kind.ERROR;
import static dev.ferryman.monitor.Sample.Kind.NO_DATA;
import static dev.ferryman.monitor.Sample.Kind.OK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MonitorStateTest {
    private static final Instant START = Instant.parse("2026-03-01T02:00:00Z");
    private static final MonitorRule RULE = new MonitorRule(Duration.ofMinutes(1), Duration.ofMinutes(20),
            Duration.ofMinutes(10), MonitorRule.SILENCE);

    private MonitorState state = MonitorState.begin(START);
    private Instant now = START;

    @Test
    void ended_before_its_first_sample_it_has_proved_nothing() {
        assertThat(state.judge(START.plus(Duration.ofDays(1)), RULE)).isEqualTo(RUNNING);
    }

    @Test
    void it_passes_when_it_went_well_for_the_whole_time_and_not_before() {
        minutes(20, OK);
        assertThat(judge()).isEqualTo(RUNNING);
        minutes(1, OK);
        assertThat(judge()).isEqualTo(PASSED);
    }

    @Test
    void a_breach_fails_when_it_has_lasted_long_enough() {
        minutes(10, BREACH);
        assertThat(judge()).isEqualTo(BREACHING);
        assertThat(state.breachSince()).isEqualTo(START);
        minutes(1, BREACH);
        assertThat(judge()).isEqualTo(FAILED);
    }

    @Test
    void one_ok_does_not_reset_a_breach_and_two_in_a_row_do() {
        minutes(6, BREACH);
        minutes(1, OK);
        assertThat(state.breachSince()).isEqualTo(START);
        minutes(4, BREACH);
        assertThat(judge()).isEqualTo(BREACHING);
        minutes(2, OK);
        assertThat(state.breachSince()).isNull();
        assertThat(state.breached()).isZero();
        assertThat(judge()).isEqualTo(RUNNING);
    }

    @Test
    void missing_data_and_errors_freeze_the_breach() {
        minutes(6, BREACH);
        Duration before = state.breached();
        minutes(2, NO_DATA);
        minutes(2, ERROR);
        minutes(1, BREACH);
        assertThat(state.breached()).isEqualTo(before);
        assertThat(judge()).isEqualTo(BREACHING);
        minutes(5, BREACH);
        assertThat(judge()).isEqualTo(FAILED);
    }

    @Test
    void more_than_five_minutes_without_data_prove_nothing_either_way() {
        minutes(1, OK);
        minutes(5, ERROR);
        assertThat(judge()).isEqualTo(RUNNING);
        minutes(1, NO_DATA);
        assertThat(judge()).isEqualTo(INCONCLUSIVE);
    }

    @Test
    void an_end_of_time_without_enough_observation_passes_nothing() {
        for (int round = 0; round < 6; round++) {
            minutes(2, OK);
            minutes(3, NO_DATA);
        }
        minutes(1, OK);
        assertThat(now).isAfter(START.plus(RULE.soak()));
        assertThat(judge()).isEqualTo(RUNNING);
    }

    @Test
    void time_in_which_nobody_looked_counts_for_nothing() {
        minutes(3, BREACH);
        now = now.plus(Duration.ofHours(3));
        minutes(1, BREACH);
        assertThat(state.breached()).isEqualTo(Duration.ofMinutes(2));
        assertThat(judge()).isEqualTo(BREACHING);
        minutes(2, OK);
        assertThat(state.observed()).isEqualTo(Duration.ofMinutes(4));
        assertThat(judge()).isEqualTo(RUNNING);
    }

    @Test
    void with_no_time_to_last_the_first_sample_decides() {
        var once = new MonitorRule(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, MonitorRule.SILENCE);
        var begun = MonitorState.begin(START);
        assertThat(begun.after(sample(OK), once).judge(START, once)).isEqualTo(PASSED);
        assertThat(begun.after(sample(BREACH), once).judge(START, once)).isEqualTo(FAILED);
        assertThat(begun.after(sample(NO_DATA), once).judge(START, once)).isEqualTo(RUNNING);
    }

    private MonitorState.Judgement judge() {
        return state.judge(now.minus(Duration.ofMinutes(1)), RULE);
    }

    private void minutes(int count, Sample.Kind kind) {
        for (int i = 0; i < count; i++) {
            state = state.after(sample(kind), RULE);
            now = now.plus(Duration.ofMinutes(1));
        }
    }

    private Sample sample(Sample.Kind kind) {
        return new Sample(now, kind, Duration.ofMillis(5), kind.key());
    }
}
