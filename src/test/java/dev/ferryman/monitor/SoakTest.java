package dev.ferryman.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.StateStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class SoakTest {
    abstract static class Contract {
        private static final MonitorRule RULE = new MonitorRule(Duration.ofSeconds(30), Duration.ofMinutes(10),
                Duration.ofMinutes(2), MonitorRule.SILENCE);

        @Autowired
        private MonitorLog log;
        private final Ticking clock = new Ticking();
        private final String run = UUID.randomUUID() + "/soak/1";
        private final List<Sample> seen = new ArrayList<>();

        @Test
        void it_passes_after_its_time_and_every_sample_is_kept() throws Exception {
            var result = soak().run(run, clock.now, ok(), RULE, (sample, _) -> seen.add(sample));

            assertThat(result.judgement()).isEqualTo(MonitorState.Judgement.PASSED);
            assertThat(result.state().observed()).isEqualTo(RULE.soak());
            assertThat(log.recent(run, 100)).isEqualTo(seen).hasSize(21);
            assertThat(log.recent(run, 2)).isEqualTo(seen.subList(19, 21));
        }

        @Test
        void after_a_restart_it_goes_on_where_it_was() throws Exception {
            Instant started = clock.now;
            assertThatThrownBy(() -> soak().run(run, started, dying(8), RULE, (sample, _) -> seen.add(sample)))
                    .isInstanceOf(InterruptedException.class);
            assertThat(log.state(run)).hasValueSatisfying(state -> assertThat(state.samples()).isEqualTo(8));
            clock.now = clock.now.plusSeconds(40);

            var result = soak().run(run, started, ok(), RULE, (sample, _) -> seen.add(sample));

            assertThat(result.judgement()).isEqualTo(MonitorState.Judgement.PASSED);
            assertThat(result.state().startedAt()).isEqualTo(started);
            assertThat(seen).hasSizeBetween(20, 21);
        }

        @Test
        void a_breach_that_began_before_a_restart_keeps_its_beginning() throws Exception {
            Instant started = clock.now;
            assertThatThrownBy(() -> soak().run(run, started, breaching(3), RULE, (_, _) -> {}))
                    .isInstanceOf(InterruptedException.class);

            var result = soak().run(run, started, breaching(100), RULE, (sample, _) -> seen.add(sample));

            assertThat(result.judgement()).isEqualTo(MonitorState.Judgement.FAILED);
            assertThat(result.state().breachSince()).isEqualTo(started);
            assertThat(seen).as("two minutes in all, not anew").hasSize(2);
        }

        private Soak soak() {
            return new Soak(log, clock, time -> clock.now = clock.now.plus(time));
        }

        private Probe ok() {
            return at -> new Sample(at.instant(), Sample.Kind.OK, Duration.ofMillis(7), "fine");
        }

        private Probe dying(int after) {
            return at -> {
                if (seen.size() == after) {
                    throw new InterruptedException();
                }
                return ok().look(at);
            };
        }

        private Probe breaching(int atMost) {
            int[] looks = {0};
            return at -> {
                if (looks[0]++ == atMost) {
                    throw new InterruptedException();
                }
                return new Sample(at.instant(), Sample.Kind.BREACH, Duration.ZERO, "x".repeat(600));
            };
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}

    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-03-01T02:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
