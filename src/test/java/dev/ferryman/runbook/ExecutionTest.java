package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.TESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.ferryman.runbook.ScriptedSteps.Script;
import dev.ferryman.runbook.ScriptedSteps.Scripts;
import dev.ferryman.testing.StateStores;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

class ExecutionTest {
    @Import(ScriptedSteps.class)
    @TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
            "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        StepLog stepLog;
        @Autowired
        Changes changes;
        @Autowired
        Scripts scripts;
        @Autowired
        JdbcClient jdbc;
        @Autowired
        Scheduler scheduler;
        @Autowired
        MeterRegistry meters;
        @Autowired
        Tracer tracer;
        Crew crew;

        @BeforeEach
        void crew() {
            crew = new Crew(runbook);
        }

        @Test
        void an_action_sees_its_arguments_resolved_and_what_earlier_steps_found() {
            String id = crew.inMigrate().id();
            Map<String, Object> seen = new ConcurrentHashMap<>();
            scripts.put(id, "carry", context -> {
                seen.putAll(context.with());
                seen.put("log", MDC.getCopyOfContextMap());
                seen.put("span", tracer.currentSpan() == null ? "none" : tracer.currentSpan().context().traceId());
                seen.put("running", meters.get("ferryman.step.running")
                        .tags("cutover", id, "step", "carry", "type", "scripted").gauge().value());
                seen.put("key", context.idempotencyKey());
                seen.put("source", context.connections().get("source"));
                return new StepResult.Passed("carried", Map.of("rows", 42, "names", List.of("a", "b")));
            });
            scripts.put(id, "counts", context -> {
                seen.putAll(context.facts("carry"));
                return new StepResult.Passed("counted");
            });
            runbook.run(crew.by(DANA, id), "carry");
            crew.until(id, "compare", StepStatus.PASSED);
            assertThat(seen).containsEntry("tables", 12L)
                    .containsEntry("text", "to https://desk.example/health as Friday night")
                    .containsEntry("key", id + "/carry/1").containsEntry("source", "s1")
                    .containsEntry("names", List.of("a", "b"));
            assertThat(seen.get("rows")).hasToString("42");
            assertThat(seen.get("log")).asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
                    .containsEntry("cutover", id).containsEntry("step", "carry").containsEntry("attempt", "1")
                    .containsEntry("traceId", String.valueOf(seen.get("span")));
            assertThat(String.valueOf(seen.get("span"))).matches("[0-9a-f]{32}");
            assertThat(seen).containsEntry("running", 1.0);
            assertThat(meters.get("ferryman.cutover.info").tags("cutover", id, "name", "Friday night", "template",
                    "small-move", "status", "active", "rehearsal", "false").gauge().value()).isEqualTo(1);
            assertThat(meters.find("ferryman.step.running").tags("cutover", id, "step", "carry").gauge()).isNull();
            assertThat(meters.get("ferryman.step").tags("type", "scripted", "verdict", "passed").timer().count())
                    .isPositive();
            assertThat(meters.get("ferryman.cutover.phase").tags("cutover", id, "phase", "verify").gauge().value())
                    .isEqualTo(1);
        }

        @Test
        void output_and_progress_are_kept_with_the_step_and_secrets_are_not() {
            String id = crew.inMigrate().id();
            scripts.put(id, "carry", context -> {
                context.conceal("hunter2");
                context.output("connecting with hunter2 to postgresql://app:geheim@db/desk?password=offen");
                context.progress("employees", 10, 100, 1_000);
                context.progress("leaves", 5, 0, 70);
                context.progress("employees", 100, 100, 9_000);
                context.intent("send hunter2 somewhere");
                context.outcome("sent");
                return new StepResult.Passed("done with hunter2", Map.of("who", "hunter2", "in", List.of("hunter2")));
            });
            runbook.run(crew.by(DANA, id), "carry");
            Cutover cutover = crew.until(id, "carry", StepStatus.PASSED);
            assertThat(stepLog.output(id, "carry", 0, 10)).extracting(StepLog.Line::text)
                    .containsExactly("connecting with *** to postgresql://app:***@db/desk?password=***");
            assertThat(stepLog.tail(id, "carry", 1)).isEqualTo(stepLog.output(id, "carry", 0, 10));
            assertThat(stepLog.progress(id, "carry")).extracting(StepLog.Progress::item)
                    .containsExactly("employees", "leaves");
            assertThat(stepLog.progress(id, "carry").getFirst().bytes()).isEqualTo(9_000);
            assertThat(stepLog.effects(id, "carry")).singleElement().satisfies(effect -> {
                assertThat(effect.intent()).isEqualTo("send *** somewhere");
                assertThat(effect.outcome()).isEqualTo("sent");
            });
            assertThat(runbook.events(id)).extracting(LoggedEvent::payload).noneMatch(text -> text.contains("hunter2"));
            assertThat(cutover.step("carry").orElseThrow().lastAttempt().orElseThrow().what())
                    .isEqualTo("done with ***");
        }

        @Test
        void progress_moves_the_revision_while_the_step_runs() throws Exception {
            String id = crew.inMigrate().id();
            CountDownLatch enough = new CountDownLatch(1);
            scripts.put(id, "carry", context -> {
                context.progress("employees", 1, 100, 10);
                enough.await();
                return new StepResult.Passed("carried");
            });
            long before = runbook.run(crew.by(DANA, id), "carry").version();
            long revision = changes.revision(id);
            await().until(() -> changes.revision(id) > revision && !stepLog.progress(id, "carry").isEmpty());
            assertThat(runbook.get(id).version()).isEqualTo(before);
            enough.countDown();
            crew.until(id, "carry", StepStatus.PASSED);
        }

        @Test
        void a_step_that_fails_is_repeated_under_another_idempotency_key() {
            String id = crew.inMigrate().id();
            List<String> keys = java.util.Collections.synchronizedList(new ArrayList<>());
            scripts.put(id, "carry", context -> {
                keys.add(context.idempotencyKey());
                if (context.attempt() == 1) {
                    return new StepResult.Failed("the disk is full", "free some space");
                }
                if (context.attempt() == 2) {
                    throw new IllegalStateException("boom");
                }
                return new StepResult.Passed("carried");
            });
            runbook.run(crew.by(DANA, id), "carry");
            Cutover cutover = crew.until(id, "carry", StepStatus.PASSED);
            assertThat(keys).containsExactly(id + "/carry/1", id + "/carry/2", id + "/carry/3");
            assertThat(cutover.step("carry").orElseThrow().attempts()).extracting(Attempt::verdict)
                    .containsExactly(Verdict.FAILED, Verdict.ERROR, Verdict.PASSED);
            assertThat(cutover.step("carry").orElseThrow().attempts().get(1).what())
                    .isEqualTo("IllegalStateException: boom");
        }

        @Test
        void cancel_interrupts_the_step_and_a_retry_waits_until_it_has_stopped() {
            String id = crew.inMigrate().id();
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch letGo = new CountDownLatch(1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            AtomicReference<Throwable> after = new AtomicReference<>();
            scripts.put(id, "carry", context -> {
                if (inside.incrementAndGet() > 1) {
                    overlaps.incrementAndGet();
                }
                try {
                    if (context.attempt() > 1) {
                        return new StepResult.Passed("carried");
                    }
                    running.countDown();
                    stubbornUntil(letGo);
                    try {
                        context.ensureOwner();
                    } catch (LeaseLostException e) {
                        after.set(e);
                    }
                    return new StepResult.Passed("too late");
                } finally {
                    inside.decrementAndGet();
                }
            });
            runbook.run(crew.by(DANA, id), "carry");
            awaitLatch(running);
            runbook.cancel(crew.by(OTTO, id), "carry", "wrong night");
            assertThat(crew.until(id, "carry", StepStatus.CANCELLED).headline())
                    .isEqualTo("‘Carry the rows’ was cancelled; the DBA can retry it.");
            runbook.retry(crew.by(DANA, id), "carry");
            letGo.countDown();
            Cutover cutover = crew.until(id, "carry", StepStatus.PASSED);
            assertThat(overlaps).hasValue(0);
            assertThat(after.get()).isInstanceOf(LeaseLostException.class);
            assertThat(cutover.step("carry").orElseThrow().attempts()).extracting(Attempt::what)
                    .containsExactly("wrong night", "carried");
        }

        @Test
        void a_rollback_lets_what_runs_stop_before_its_own_steps_begin() {
            String id = crew.inMigrate().id();
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch letGo = new CountDownLatch(1);
            List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
            scripts.put(id, "carry", context -> {
                running.countDown();
                stubbornUntil(letGo);
                order.add("carry stopped");
                return new StepResult.Passed("too late");
            });
            scripts.put(id, "drop-target", context -> {
                order.add("drop-target began");
                return new StepResult.Passed("dropped");
            });
            runbook.run(crew.by(DANA, id), "carry");
            awaitLatch(running);
            double before = meters.get("ferryman.rollbacks").counter().count();
            runbook.rollback(crew.by(TESS, id), "wrong night");
            letGo.countDown();
            crew.until(id, "tell", StepStatus.READY);
            assertThat(order).containsExactly("carry stopped", "drop-target began");
            runbook.complete(crew.by(OTTO, id), "tell", "");
            assertThat(runbook.get(id).status()).isEqualTo(Status.ROLLED_BACK);
            assertThat(meters.get("ferryman.rollbacks").counter().count()).isEqualTo(before + 1);
        }

        @Test
        void a_step_beyond_its_time_limit_is_stopped_and_in_error() {
            String id = crew.inMigrate().id();
            crew.inCutover(id);
            CountDownLatch never = new CountDownLatch(1);
            scripts.put(id, "freeze", context -> {
                never.await();
                return new StepResult.Passed("frozen");
            });
            runbook.run(crew.by(OTTO, id), "freeze");
            assertTimedOut(crew.until(id, "freeze", StepStatus.FAILED));
        }

        @Test
        void a_step_that_does_not_stop_when_its_time_is_up_is_given_up_and_its_answer_not_heard() {
            String id = crew.inMigrate().id();
            crew.inCutover(id);
            CountDownLatch letGo = new CountDownLatch(1);
            CountDownLatch atLast = new CountDownLatch(1);
            scripts.put(id, "freeze", context -> {
                stubbornUntil(letGo);
                atLast.countDown();
                return new StepResult.Passed("frozen");
            });
            runbook.run(crew.by(OTTO, id), "freeze");
            assertTimedOut(crew.until(id, "freeze", StepStatus.FAILED));
            letGo.countDown();
            awaitLatch(atLast);
            assertTimedOut(runbook.get(id));
        }

        @Test
        void a_step_that_was_forced_to_failed_is_not_heard_any_more() {
            String id = crew.inMigrate().id();
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch letGo = new CountDownLatch(1);
            CountDownLatch returned = new CountDownLatch(1);
            scripts.put(id, "carry", context -> {
                running.countDown();
                stubbornUntil(letGo);
                returned.countDown();
                return new StepResult.Passed("too late");
            });
            runbook.run(crew.by(DANA, id), "carry");
            awaitLatch(running);
            runbook.forceFail(crew.by(TESS, id), "carry", "it hangs");
            letGo.countDown();
            awaitLatch(returned);
            runbook.retry(crew.by(DANA, id), "carry");
            crew.until(id, cutover -> cutover.step("carry").orElseThrow().attempt() == 2);
            assertThat(runbook.get(id).step("carry").orElseThrow().attempts().getFirst().what())
                    .isEqualTo("Forced to failed: it hangs");
            crew.until(id, "carry", StepStatus.PASSED);
        }

        @Test
        void what_is_not_idempotent_is_unknown_after_an_error_unless_its_probe_can_tell() {
            assertThat(switchThat(new Broken(Optional.empty())).step("switch").orElseThrow()).satisfies(step -> {
                assertThat(step.status()).isEqualTo(StepStatus.UNKNOWN);
                assertThat(step.attempt()).isEqualTo(1);
            });
            assertThat(switchThat(new Broken(Optional.of(new StepResult.Passed("it is switched")))).switched())
                    .isTrue();
            assertThat(switchThat(new Broken(Optional.of(new StepResult.Failed("nothing happened", "retry"))))
                    .step("switch").orElseThrow().status()).isEqualTo(StepStatus.FAILED);
        }

        @Test
        void what_is_not_idempotent_is_unknown_when_it_is_cancelled_in_the_middle() {
            String id = crew.inMigrate().id();
            crew.inCutover(id);
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            scripts.put(id, "switch", context -> {
                running.countDown();
                never.await();
                return new StepResult.Passed("switched");
            });
            runbook.run(crew.by(OTTO, id), "freeze");
            crew.until(id, "freeze", StepStatus.PASSED);
            runbook.run(crew.by(OTTO, id), "switch");
            awaitLatch(running);
            runbook.cancel(crew.by(OTTO, id), "switch", "not now");
            assertThat(crew.until(id, "switch", StepStatus.UNKNOWN).side()).isEqualTo(SwitchSide.UNCERTAIN);
        }

        @Test
        void an_owner_that_was_overtaken_cannot_finish() {
            String id = crew.inMigrate().id();
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch wakeUp = new CountDownLatch(1);
            AtomicReference<Throwable> refused = new AtomicReference<>();
            scripts.put(id, "carry", context -> {
                if (context.generation() > 1_000) {
                    return new StepResult.Passed("by the new owner");
                }
                running.countDown();
                awaitLatch(wakeUp);
                try {
                    context.intent("write something");
                } catch (LeaseLostException e) {
                    refused.set(e);
                }
                return new StepResult.Passed("by the old owner");
            });
            runbook.run(crew.by(DANA, id), "carry");
            awaitLatch(running);
            double lost = meters.get("ferryman.leases.lost").counter().count();
            // Another process takes over, as it would after the heart-beats of a stalled one were missed.
            jdbc.sql("UPDATE cutover SET generation = 1001 WHERE id = ?").param(id).update();
            jdbc.sql("UPDATE step_lease SET generation = 1001, owner = 'other' WHERE cutover_id = ? AND step_key = ?")
                    .params(id, "carry").update();
            wakeUp.countDown();
            await().until(() -> refused.get() != null);
            await().until(() -> scheduler.getCurrentlyExecuting().isEmpty());
            assertThat(runbook.get(id).step("carry").orElseThrow().status()).isEqualTo(StepStatus.RUNNING);
            assertThat(meters.get("ferryman.leases.lost").counter().count()).isEqualTo(lost + 1);
            runbook.forceFail(crew.by(OTTO, id), "carry", "the other owner is made up");
        }

        @Test
        void a_step_whose_owner_died_is_continued_with_a_higher_generation() {
            String id = crew.inMigrate().id();
            List<Long> generations = java.util.Collections.synchronizedList(new ArrayList<>());
            scripts.put(id, "carry", context -> {
                generations.add(context.generation());
                return new StepResult.Passed("carried");
            });
            leaveBehindADeadOwner(id, DANA, "carry", "none");
            Cutover cutover = crew.until(id, "carry", StepStatus.PASSED);
            assertThat(cutover.step("carry").orElseThrow().attempt()).isEqualTo(1);
            assertThat(generations).singleElement().satisfies(generation -> assertThat(generation).isGreaterThan(500));
        }

        @Test
        void a_step_that_is_not_idempotent_is_not_run_again_after_its_owner_died() {
            String id = crew.inMigrate().id();
            crew.inCutover(id);
            runbook.run(crew.by(OTTO, id), "freeze");
            crew.until(id, "freeze", StepStatus.PASSED);
            AtomicInteger runs = new AtomicInteger();
            scripts.put(id, "switch", context -> {
                runs.incrementAndGet();
                return new StepResult.Passed("switched");
            });
            leaveBehindADeadOwner(id, OTTO, "switch", "open");
            crew.until(id, "switch", StepStatus.UNKNOWN);
            assertThat(runs).hasValue(0);
            runbook.complete(crew.by(OTTO, id), "switch", "the application says postgresql");
            assertThat(runbook.get(id).switched()).isTrue();
        }

        @Test
        void only_the_latest_lines_of_much_output_are_kept() {
            String id = crew.inMigrate().id();
            scripts.put(id, "carry", context -> {
                for (int i = 1; i <= 5_600; i++) {
                    context.output("line " + i);
                }
                context.output("x".repeat(5_000));
                return new StepResult.Passed("carried");
            });
            runbook.run(crew.by(DANA, id), "carry");
            crew.until(id, "carry", StepStatus.PASSED);
            List<StepLog.Line> lines = stepLog.output(id, "carry", 0, 10_000);
            assertThat(lines).hasSize(5_000);
            assertThat(lines.getLast().text()).hasSizeLessThan(2_010).endsWith("…");
            assertThat(lines.get(lines.size() - 2).text()).isEqualTo("line 5600");
        }

        @Test
        void an_intent_by_whoever_may_not_act_is_not_written() {
            String id = crew.inMigrate().id();
            AtomicReference<StepContext> kept = new AtomicReference<>();
            scripts.put(id, "carry", context -> {
                kept.set(context);
                return new StepResult.Passed("carried");
            });
            runbook.run(crew.by(DANA, id), "carry");
            crew.until(id, "carry", StepStatus.PASSED);
            assertThatThrownBy(() -> kept.get().intent("one more")).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> runbook.setPlan(kept.get(), "late", "late"))
                    .isInstanceOf(LeaseLostException.class);
            assertThat(stepLog.effects(id, "carry")).isEmpty();
        }

        private record Broken(Optional<StepResult> known) implements Script {
            @Override
            public StepResult run(StepContext context) {
                throw new IllegalStateException("connection reset");
            }

            @Override
            public Optional<StepResult> probe(StepContext context) {
                return known;
            }
        }

        private Cutover switchThat(Script script) {
            String id = crew.inMigrate().id();
            crew.inCutover(id);
            scripts.put(id, "switch", script);
            runbook.run(crew.by(OTTO, id), "freeze");
            crew.until(id, "freeze", StepStatus.PASSED);
            runbook.run(crew.by(OTTO, id), "switch");
            return crew.until(id, cutover -> cutover.step("switch").orElseThrow().status() != StepStatus.RUNNING);
        }

        /** What a killed process leaves: a picked execution without heart-beats, a held lease. */
        private void leaveBehindADeadOwner(String id, Actor actor, String step, String effect) {
            scheduler.pause();
            await().until(() -> scheduler.getCurrentlyExecuting().isEmpty());
            runbook.run(crew.by(actor, id), step);
            jdbc.sql("UPDATE cutover SET generation = 500 WHERE id = ?").param(id).update();
            jdbc.sql("INSERT INTO step_lease (cutover_id, step_key, attempt, generation, owner, state, effect,"
                    + " heartbeat_at, ran_millis) VALUES (?, ?, 1, 500, 'dead', 'held', ?,"
                    + " '2026-01-01T00:00:00.000000Z', 0)").params(id, step, effect).update();
            jdbc.sql("UPDATE scheduled_tasks SET picked = ?, picked_by = 'dead', last_heartbeat = execution_time,"
                    + " version = version + 1 WHERE task_instance = ?").params(true, id + "/" + step + "/1").update();
            scheduler.resume();
        }

        private void assertTimedOut(Cutover cutover) {
            assertThat(cutover.step("freeze").orElseThrow().lastAttempt().orElseThrow()).satisfies(attempt -> {
                assertThat(attempt.verdict()).isEqualTo(Verdict.ERROR);
                assertThat(attempt.what()).startsWith("It did not finish within its time limit");
            });
            assertThat(cutover.status()).isEqualTo(Status.ACTIVE);
        }

        private static void awaitLatch(CountDownLatch latch) {
            await().until(() -> latch.getCount() == 0);
        }

        /** Keeps a thread busy through any number of interrupts. */
        private static void stubbornUntil(CountDownLatch latch) {
            while (latch.getCount() > 0) {
                try {
                    latch.await();
                } catch (InterruptedException ignored) {
                    // Stubborn.
                }
            }
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
