package dev.ferryman.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T03:00:00Z"));
    private final LoginThrottle throttle = new LoginThrottle(clock);

    private void fail(int times, String username, String address) {
        for (int i = 0; i < times; i++) {
            throttle.failed(username, address);
        }
    }

    @Test
    void four_failures_cost_nothing_and_the_fifth_costs_half_a_minute() {
        fail(4, "dana", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).isZero();

        fail(1, "Dana ", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).hasSeconds(30);
        clock.advance(Duration.ofSeconds(29));
        assertThat(throttle.wait("dana", "10.0.0.1")).hasSeconds(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(throttle.wait("dana", "10.0.0.1")).isZero();
    }

    @Test
    void the_wait_doubles_with_every_failure_up_to_a_quarter_of_an_hour() {
        fail(6, "dana", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).hasMinutes(1);
        fail(100, "dana", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).hasMinutes(15);
    }

    @Test
    void nobody_can_lock_a_user_out_from_another_address() {
        fail(20, "dana", "10.0.0.66");

        assertThat(throttle.wait("dana", "10.0.0.1")).isZero();
    }

    @Test
    void an_address_that_tries_many_names_waits_for_all_of_them() {
        for (int i = 0; i < LoginThrottle.FAILURES_PER_ADDRESS; i++) {
            throttle.failed("user" + i, "10.0.0.66");
        }

        assertThat(throttle.wait("somebody-new", "10.0.0.66")).hasSeconds(30);
    }

    @Test
    void success_and_an_hour_without_failures_both_forget() {
        fail(4, "dana", "10.0.0.1");
        throttle.succeeded("dana", "10.0.0.1");
        fail(4, "dana", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).isZero();

        clock.advance(Duration.ofMinutes(61));
        fail(4, "dana", "10.0.0.1");
        assertThat(throttle.wait("dana", "10.0.0.1")).isZero();
    }

    @Test
    void an_attack_with_endless_names_costs_bounded_memory() {
        for (int i = 0; i < LoginThrottle.LARGEST * 2; i++) {
            throttle.failed("user" + i, "10.0." + i % 256 + "." + i / 256);
        }
        assertThat(throttle.remembered()).isEqualTo(LoginThrottle.LARGEST);
    }
}
