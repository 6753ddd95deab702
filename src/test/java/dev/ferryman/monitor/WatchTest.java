package dev.ferryman.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.monitor.MonitorRule.FailureLimit;
import dev.ferryman.monitor.MonitorRule.NoData;
import dev.ferryman.monitor.MonitorRule.Severity;
import dev.ferryman.monitor.MonitorState.Judgement;
import dev.ferryman.monitor.Sample.Kind;
import dev.ferryman.monitor.Watch.Watched;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Time is simulated: the clock goes on whenever the watch waits, and nothing else waits. */
class WatchTest {
    private static final Instant START = Instant.parse("2026-03-01T02:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    abstract static class Contract {
        private static final MonitorRule RULE = rule(Duration.ofSeconds(30), Duration.ofMinutes(10),
                MINUTE.multipliedBy(2));

        @Autowired
        private MonitorLog log;
        private final TestClock clock = new TestClock(START);
        private final String run = UUID.randomUUID() + "/soak/1";
        private final List<Sample> seen = new ArrayList<>();

        @Test
        void it_passes_after_its_time_and_every_sample_is_kept() throws Exception {
            var result = watch(probe("http", RULE, at -> Kind.OK));

            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(state(result, "http").observed()).isEqualTo(RULE.soak());
            assertThat(log.recent(run, "http", 100)).isEqualTo(seen).hasSize(21);
            assertThat(log.recent(run, "http", 2)).isEqualTo(seen.subList(19, 21));
            assertThat(log.page(run, null, 0, 5)).extracting(MonitorLog.Kept::sample).isEqualTo(seen.subList(0, 5));
            assertThat(log.curve(run, "http", 7)).hasSize(7).last().isEqualTo(seen.getLast());
        }

        @Test
        void after_a_restart_it_goes_on_where_it_was_and_makes_up_for_missed_looks_with_one() throws Exception {
            stopAfter(8, probe("http", RULE, at -> Kind.OK));
            assertThat(log.state(run, "http")).hasValueSatisfying(state -> assertThat(state.samples()).isEqualTo(8));
            clock.advance(Duration.ofSeconds(50));
            Instant again = clock.instant();

            var result = watch(probe("http", RULE, at -> Kind.OK));

            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(state(result, "http").startedAt()).isEqualTo(START);
            assertThat(seen.get(8).at()).as("at once").isEqualTo(again);
            assertThat(seen.get(9).at()).as("then when it would have been anyway").isEqualTo(START.plusSeconds(270));
        }

        @Test
        void a_breach_that_began_before_a_restart_keeps_its_beginning() throws Exception {
            stopAfter(3, probe("http", RULE, at -> Kind.BREACH));
            int before = seen.size();

            var result = watch(probe("http", RULE, at -> Kind.BREACH));

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(state(result, "http").breachSince()).isEqualTo(START);
            assertThat(Duration.between(START, clock.instant())).as("two minutes in all, not anew")
                    .isLessThanOrEqualTo(Duration.ofMinutes(2));
            assertThat(seen.size() - before).isLessThan(5);
        }

        @Test
        void forty_eight_hours_of_hourly_checks_survive_restarts_and_a_clock_that_jumps() throws Exception {
            MonitorRule hourly = rule(HOUR, Duration.ofHours(48), Duration.ofMinutes(5));
            stopAfter(10, probe("http", hourly, at -> Kind.OK));
            clock.advance(Duration.ofMinutes(100));
            stopAfter(20, probe("http", hourly, at -> Kind.OK));
            clock.advance(Duration.ofHours(5));
            stopAfter(26, probe("http", hourly, at -> Kind.OK));
            clock.advance(Duration.ofHours(-2));

            var result = watch(probe("http", hourly, at -> Kind.OK));

            MonitorState state = state(result, "http");
            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(state.observed()).isBetween(Duration.ofMinutes(48 * 60 * 80 / 100), Duration.ofHours(48));
            assertThat(state.observed()).as("five hours in which nobody looked count for nothing")
                    .isLessThan(Duration.between(START, clock.instant()));
            assertThat(seen).as("one look an hour, missed ones not made up for one by one").hasSizeLessThan(54);
        }

        @Test
        void a_clock_put_forward_by_two_days_passes_nothing() throws Exception {
            MonitorRule hourly = rule(HOUR, Duration.ofHours(48), Duration.ofMinutes(5));
            stopAfter(3, probe("http", hourly, at -> Kind.OK));
            clock.advance(Duration.ofDays(3));

            var result = watch(probe("http", hourly, at -> Kind.OK));

            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(state(result, "http").observed()).isGreaterThan(Duration.ofHours(38));
            assertThat(seen).hasSizeGreaterThan(39);
        }

        @Test
        void an_hourly_check_looks_closer_while_something_is_wrong() throws Exception {
            MonitorRule hourly = rule(HOUR, Duration.ofHours(48), Duration.ofMinutes(5));
            Instant outage = START.plus(Duration.ofHours(3));

            var result = watch(probe("http", hourly, at -> at.isBefore(outage) ? Kind.OK : Kind.BREACH));

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(clock.instant()).isEqualTo(outage.plus(Duration.ofMinutes(5)));
        }

        @Test
        void one_hourly_look_without_an_answer_calls_nobody_and_minutes_without_one_do() throws Exception {
            MonitorRule hourly = rule(HOUR, Duration.ofHours(4), Duration.ofMinutes(5));
            Instant blip = START.plus(HOUR);
            assertThat(watch(probe("http", hourly, at -> at.equals(blip) ? Kind.ERROR : Kind.OK)).judgement())
                    .isEqualTo(Judgement.PASSED);

            Instant from = clock.instant();
            var result = new Watch(log, clock, clock::advance).run(run + "b", from,
                    List.of(probe("http", hourly, at -> at.isAfter(from) ? Kind.ERROR : Kind.OK)), (_, _, _, _) -> {});
            assertThat(result.judgement()).isEqualTo(Judgement.INCONCLUSIVE);
            assertThat(Duration.between(from, clock.instant())).isLessThan(Duration.ofMinutes(67));
        }

        @Test
        void probes_keep_their_own_times_and_one_breach_that_lasts_fails_all() throws Exception {
            var errors = new Watched("errors", named(at -> at.isBefore(START.plus(MINUTE)) ? Kind.OK : Kind.BREACH),
                    rule(Duration.ofSeconds(15), Duration.ofMinutes(10), MINUTE), HOUR);
            var health = probe("health", rule(Duration.ofSeconds(10), Duration.ofMinutes(10), MINUTE.multipliedBy(5)),
                    at -> Kind.OK);
            var late = probe("late", new MonitorRule(Duration.ofSeconds(10), Duration.ofMinutes(10), MINUTE,
                    MonitorRule.SILENCE, Duration.ofSeconds(90), 0, false, null, 0, NoData.INCONCLUSIVE, Severity.FAIL),
                    at -> Kind.OK);

            var result = watch(health, errors, late);

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(result.decisive(List.of(health, errors, late))).containsExactly("errors");
            assertThat(clock.instant()).isEqualTo(START.plus(MINUTE.multipliedBy(2)));
            assertThat(log.recent(run, "errors", 99)).as("every 15 s, and closer in the breach").hasSize(4 + 6);
            assertThat(log.recent(run, "health", 99)).hasSizeBetween(12, 13);
            assertThat(log.recent(run, "late", 99).getFirst().at()).isEqualTo(START.plusSeconds(90));
        }

        @Test
        void a_warning_fails_nothing_and_a_probe_with_a_count_of_its_own_ends_by_itself() throws Exception {
            var warning = new Watched("warning", named(at -> Kind.BREACH), new MonitorRule(Duration.ofSeconds(30),
                    Duration.ofMinutes(10), MINUTE, MonitorRule.SILENCE, Duration.ZERO, 0, false, null, 0,
                    NoData.INCONCLUSIVE, Severity.WARN), HOUR);
            var three = new Watched("three", named(at -> Kind.OK), new MonitorRule(Duration.ofSeconds(30),
                    Duration.ofMinutes(10), MINUTE, MonitorRule.SILENCE, Duration.ZERO, 3, true, null, 0,
                    NoData.INCONCLUSIVE, Severity.FAIL), HOUR);

            var result = watch(probe("http", RULE, at -> Kind.OK), warning, three);

            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(result.judgements()).containsEntry("warning", Judgement.FAILED).containsEntry("three",
                    Judgement.PASSED);
            assertThat(log.recent(run, "three", 99)).hasSize(3);
            assertThat(log.recent(run, "warning", 99)).hasSizeGreaterThan(20);
        }

        @Test
        void too_many_short_breaches_within_a_time_fail_it_although_none_lasts() throws Exception {
            var flapping = new MonitorRule(Duration.ofSeconds(30), HOUR, MINUTE.multipliedBy(5), MonitorRule.SILENCE,
                    Duration.ZERO, 0, false, new FailureLimit(3, Duration.ofMinutes(10)), 0, NoData.INCONCLUSIVE,
                    Severity.FAIL);
            var result = watch(probe("http", flapping, at -> {
                boolean third = Duration.between(START, at).toSeconds() % 120 < 30;
                return third ? Kind.BREACH : Kind.OK;
            }));

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(log.count(run, "http", Kind.BREACH, START)).isEqualTo(4);
        }

        @Test
        void breaches_and_missing_data_that_counts_as_one_fail_it_together() throws Exception {
            var flapping = new MonitorRule(Duration.ofSeconds(30), HOUR, MINUTE.multipliedBy(5), MonitorRule.SILENCE,
                    Duration.ZERO, 0, false, new FailureLimit(3, Duration.ofMinutes(10)), 0, NoData.FAIL,
                    Severity.FAIL);
            var result = watch(
                    probe("http", flapping, at -> switch ((int) Duration.between(START, at).toSeconds() % 240) {
                        case 0 -> Kind.BREACH;
                        case 120 -> Kind.NO_DATA;
                        default -> Kind.OK;
                    }));

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(log.count(run, "http", Kind.BREACH, START)).isEqualTo(2);
            assertThat(log.count(run, "http", Kind.NO_DATA, START)).isEqualTo(2);
        }

        @Test
        void a_sample_without_a_figure_has_none_when_it_is_read_back() throws Exception {
            watch(probe("http", RULE, at -> at.equals(START) ? Kind.NO_DATA : Kind.OK));

            assertThat(log.page(run, "http", 0, 2)).extracting(kept -> kept.sample().value()).containsExactly(null,
                    1.5);
        }

        @Test
        void an_answer_within_a_millisecond_counts_among_the_latencies_and_no_answer_does_not() {
            Sample fast = new Sample(START, Kind.OK, Duration.ofNanos(300_000), "fast\0");
            Sample none = new Sample(START, Kind.BREACH, Duration.ZERO, "refused");
            log.record(run, "http", fast, MonitorState.begin(START).after(fast, RULE));
            log.record(run, "http", none, MonitorState.begin(START).after(none, RULE));

            assertThat(log.latencies(run, "http", START, 9)).containsExactly(Duration.ofMillis(1));
        }

        @Test
        void who_was_overtaken_and_keeps_a_sample_all_the_same_does_not_break_the_watch_of_who_took_over()
                throws Exception {
            Sample sample = sample(START, Kind.OK);
            MonitorState after = MonitorState.begin(START).after(sample, RULE);
            try (var both = Executors.newFixedThreadPool(2)) {
                Callable<Boolean> keeps = () -> {
                    for (int i = 0; i < 100; i++) {
                        log.record(run, "http", sample, after);
                        log.note(run, "http", "1");
                    }
                    return true;
                };
                for (Future<Boolean> done : both.invokeAll(List.of(keeps, keeps))) {
                    assertThat(done.get()).isTrue();
                }
            }
        }

        @Test
        void errors_in_a_row_hold_at_once_where_a_limit_says_so_and_a_counted_breach_comes_to_its_end_first()
                throws Exception {
            var strict = new MonitorRule(Duration.ofSeconds(30), HOUR, MINUTE, MonitorRule.SILENCE, Duration.ZERO, 0,
                    false, null, 2, NoData.INCONCLUSIVE, Severity.FAIL);

            var result = watch(probe("prometheus", strict, at -> Kind.ERROR),
                    probe("health", rule(Duration.ofSeconds(10), HOUR, MINUTE), at -> Kind.BREACH));

            assertThat(result.judgement()).isEqualTo(Judgement.FAILED);
            assertThat(result.judgements()).containsEntry("prometheus", Judgement.INCONCLUSIVE);
        }

        @Test
        void no_data_fails_is_ignored_or_holds_as_the_rule_says() throws Exception {
            assertThat(judged(NoData.FAIL, at -> Kind.NO_DATA)).isEqualTo(Judgement.FAILED);
            assertThat(judged(NoData.INCONCLUSIVE, at -> Kind.NO_DATA)).isEqualTo(Judgement.INCONCLUSIVE);
            Instant from = clock.instant();
            assertThat(judged(NoData.IGNORE,
                    at -> Duration.between(from, at).toSeconds() % 120 == 0 ? Kind.OK : Kind.NO_DATA))
                    .isEqualTo(Judgement.PASSED);
            assertThat(judged(NoData.IGNORE, at -> Kind.LOW_TRAFFIC)).as("never anything to see")
                    .isEqualTo(Judgement.INCONCLUSIVE);
            assertThat(judged(NoData.INCONCLUSIVE, at -> Kind.LOW_TRAFFIC)).as("a night without traffic proves nothing")
                    .isEqualTo(Judgement.INCONCLUSIVE);
        }

        @Test
        void what_a_probe_knows_of_the_past_fills_the_gap() throws Exception {
            MonitorRule rule = rule(Duration.ofSeconds(30), HOUR, MINUTE.multipliedBy(2));
            stopAfter(4, probe("promql", rule, at -> Kind.OK));
            clock.advance(Duration.ofMinutes(55));

            var result = watch(new Watched("promql", new Probe() {
                @Override
                public Sample look(Clock now) {
                    return sample(now.instant(), Kind.OK);
                }

                @Override
                public List<Sample> past(Instant after, Instant before, Duration apart) {
                    List<Sample> samples = new ArrayList<>();
                    for (Instant at = after.plus(apart); at.isBefore(before); at = at.plus(apart)) {
                        samples.add(sample(at, Kind.OK));
                    }
                    return samples;
                }
            }, rule, HOUR));

            assertThat(result.judgement()).isEqualTo(Judgement.PASSED);
            assertThat(state(result, "promql").observed()).isEqualTo(HOUR);
            assertThat(clock.instant()).isEqualTo(START.plus(HOUR));
        }

        @Test
        void a_slow_probe_holds_up_no_other_and_is_given_up() throws Exception {
            CountDownLatch never = new CountDownLatch(1);
            MonitorRule quick = rule(Duration.ofMillis(20), Duration.ofMillis(400), Duration.ofSeconds(30));
            MonitorRule once = new MonitorRule(SECOND, Duration.ZERO, MINUTE, MonitorRule.SILENCE, Duration.ZERO, 0,
                    false, null, 1, NoData.INCONCLUSIVE, Severity.FAIL);
            var slow = new Watched("slow", _ -> {
                never.await();
                throw new AssertionError("unreachable");
            }, once, SECOND);

            var result = new Watch(log, Clock.systemUTC(), Thread::sleep).run(run, Clock.systemUTC().instant(),
                    List.of(slow, new Watched("quick", named(at -> Kind.OK), quick, MINUTE)), (_, _, _, _) -> {});

            assertThat(result.judgement()).isEqualTo(Judgement.INCONCLUSIVE);
            assertThat(result.judgements()).containsEntry("quick", Judgement.PASSED);
            assertThat(log.recent(run, "slow", 9)).singleElement()
                    .satisfies(sample -> assertThat(sample.detail()).isEqualTo("There was no answer within 1 s."));
        }

        @Test
        void old_samples_go_good_ones_are_thinned_and_what_they_amounted_to_stays() throws Exception {
            watch(probe("http", rule(MINUTE, HOUR, MINUTE.multipliedBy(9)),
                    at -> at.equals(START.plus(Duration.ofMinutes(7))) ? Kind.BREACH : Kind.OK));
            int all = log.recent(run, "http", 999).size();

            log.thinOlderThan(clock.instant().plus(HOUR));
            assertThat(log.recent(run, "http", 999)).hasSizeLessThan(all / 5)
                    .anyMatch(sample -> sample.kind() == Kind.BREACH);
            log.removeOlderThan(clock.instant().plus(HOUR));

            assertThat(log.recent(run, "http", 999)).isEmpty();
            assertThat(log.state(run, "http")).hasValueSatisfying(state -> {
                assertThat(state.samples()).isEqualTo(all);
                assertThat(state.last()).isNotNull();
            });
        }

        private Judgement judged(NoData noData, Function<Instant, Kind> kinds) throws InterruptedException {
            var rule = new MonitorRule(Duration.ofSeconds(30), Duration.ofMinutes(20), MINUTE, MonitorRule.SILENCE,
                    Duration.ZERO, 0, false, null, 0, noData, Severity.FAIL);
            return new Watch(log, clock, clock::advance).run(UUID.randomUUID() + "/soak/1", clock.instant(),
                    List.of(probe("http", rule, kinds)), (_, _, _, _) -> {}).judgement();
        }

        private Watch.Result watch(Watched... probes) throws InterruptedException {
            return new Watch(log, clock, clock::advance).run(run, START, List.of(probes),
                    (_, sample, _, _) -> seen.add(sample));
        }

        /** Runs until so many samples were seen in all, as a process does that is stopped then. */
        private void stopAfter(int samples, Watched probe) {
            assertThatThrownBy(() -> new Watch(log, clock, clock::advance).run(run, START, List.of(probe),
                    (_, sample, _, _) -> {
                        seen.add(sample);
                        if (seen.size() == samples) {
                            throw new IllegalStateException("stopped");
                        }
                    })).hasMessage("stopped");
        }

        private static MonitorState state(Watch.Result result, String probe) {
            return Objects.requireNonNull(result.states().get(probe));
        }

        private static Watched probe(String name, MonitorRule rule, Function<Instant, Kind> kinds) {
            return new Watched(name, named(kinds), rule, HOUR);
        }

        private static Probe named(Function<Instant, Kind> kinds) {
            return now -> sample(now.instant(), kinds.apply(now.instant()));
        }

        private static Sample sample(Instant at, Kind kind) {
            return new Sample(at, kind, Duration.ofMillis(7), kind == Kind.OK ? 1.5 : null, kind.key());
        }
    }

    private static MonitorRule rule(Duration every, Duration soak, Duration breachFor) {
        return new MonitorRule(every, soak, breachFor, MonitorRule.SILENCE);
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
