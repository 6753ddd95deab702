package dev.ferryman.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.internal.LoginThrottle.Attempt;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** On both state stores; two throttles on one store are two replicas. */
class LoginThrottleTest {
    abstract static class Contract {
        private static final String HERE = "10.0.0.1";

        @Autowired
        JdbcClient jdbc;

        private final TestClock clock = new TestClock(Instant.parse("2026-03-01T03:00:00Z"));
        private LoginThrottle throttle;
        private LoginThrottle otherReplica;

        @BeforeEach
        void two_replicas() {
            jdbc.sql("DELETE FROM access_login_failure").update();
            throttle = replica();
            otherReplica = replica();
        }

        private LoginThrottle replica() {
            var lock = new AccessProperties.Lock(50, Duration.ofMinutes(30));
            var session = new AccessProperties.Session(Duration.ofHours(1), Duration.ofHours(2),
                    Duration.ofMinutes(15));
            return new LoginThrottle(jdbc, clock, new AccessProperties(List.of(), null, session, lock,
                    new AccessProperties.Rate(1, 1, 1, 1), true, "admin", null));
        }

        private static Attempt by(String username, String address) {
            return new Attempt(username, address, "");
        }

        private void fail(int times, String username, String address) {
            for (int i = 0; i < times; i++) {
                (i % 2 == 0 ? throttle : otherReplica).failed(by(username, address));
            }
        }

        /** From so many addresses that no single one has to wait. */
        private void failFromEverywhere(int times) {
            for (int i = 0; i < times; i++) {
                throttle.failed(by("dana", "10.1.0." + i));
            }
        }

        @Test
        void four_failures_cost_nothing_and_the_fifth_costs_half_a_minute_whichever_replica_is_asked() {
            fail(4, "dana", HERE);
            assertThat(throttle.wait(by("dana", HERE))).isZero();

            fail(1, "Dana ", HERE);
            assertThat(otherReplica.wait(by("dana", HERE))).hasSeconds(30);
            clock.advance(Duration.ofSeconds(29));
            assertThat(throttle.wait(by("dana", HERE))).hasSeconds(1);
            clock.advance(Duration.ofSeconds(1));
            assertThat(throttle.wait(by("dana", HERE))).isZero();
        }

        @Test
        void the_wait_doubles_with_every_failure_up_to_a_quarter_of_an_hour() {
            fail(6, "dana", HERE);
            assertThat(throttle.wait(by("dana", HERE))).hasMinutes(1);
            fail(25, "dana", HERE);
            assertThat(throttle.wait(by("dana", HERE))).hasMinutes(15);
        }

        @Test
        void one_address_alone_cannot_lock_a_user_out_elsewhere() {
            fail(20, "dana", "10.0.0.66");

            assertThat(throttle.wait(by("dana", HERE))).isZero();
        }

        @Test
        void an_address_that_tries_many_names_waits_for_all_of_them() {
            for (int i = 0; i < LoginThrottle.FAILURES_PER_ADDRESS; i++) {
                throttle.failed(by("user" + i, "10.0.0.66"));
            }

            assertThat(otherReplica.wait(by("somebody-new", "10.0.0.66"))).hasSeconds(30);
        }

        @Test
        void success_and_an_hour_without_failures_both_forget() {
            fail(4, "dana", HERE);
            throttle.succeeded(by("dana", HERE));
            fail(4, "dana", HERE);
            assertThat(throttle.wait(by("dana", HERE))).isZero();

            clock.advance(Duration.ofMinutes(61));
            fail(4, "dana", HERE);
            assertThat(throttle.wait(by("dana", HERE))).isZero();
        }

        @Test
        void an_account_guessed_at_from_everywhere_is_locked_for_new_browsers_only_until_the_lock_is_over_or_lifted() {
            failFromEverywhere(49);
            assertThat(throttle.wait(by("dana", HERE))).isZero();
            failFromEverywhere(1);

            assertThat(otherReplica.wait(by("dana", HERE))).hasMinutes(30);
            assertThat(throttle.wait(new Attempt("dana", HERE, "a-browser-of-hers"))).isZero();
            assertThat(throttle.wait(by("dora", HERE))).as("others").isZero();
            assertThat(throttle.lockedUntil("Dana")).hasValue(clock.instant().plus(Duration.ofMinutes(30)));

            throttle.unlock("dana");
            assertThat(throttle.wait(by("dana", HERE))).isZero();

            failFromEverywhere(50);
            clock.advance(Duration.ofMinutes(30));
            assertThat(throttle.wait(by("dana", HERE))).isZero();
            throttle.failed(by("dana", "10.2.0.1"));
            assertThat(throttle.lockedUntil("dana")).as("one more failure does not lock it again").isEmpty();
        }

        @Test
        void a_known_browser_is_counted_for_itself_and_has_to_wait_for_its_own_failures() {
            fail(40, "dana", HERE);
            var known = new Attempt("dana", HERE, "a-browser-of-hers");

            assertThat(throttle.wait(known)).as("somebody behind the same proxy").isZero();
            for (int i = 0; i < 5; i++) {
                throttle.failed(known);
            }
            assertThat(throttle.wait(known)).hasSeconds(30);
        }

        @Test
        void nothing_that_was_typed_is_kept_and_what_is_old_goes() {
            throttle.failed(by("my secret password", HERE));
            assertThat(jdbc.sql("SELECT id FROM access_login_failure").query(String.class).list()).hasSize(3)
                    .allSatisfy(id -> assertThat(id).matches("[0-9a-f]{64}"));

            clock.advance(Duration.ofHours(25));
            throttle.failed(by("dora", HERE));
            assertThat(jdbc.sql("SELECT COUNT(*) FROM access_login_failure").query(Integer.class).single())
                    .isEqualTo(3);
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
