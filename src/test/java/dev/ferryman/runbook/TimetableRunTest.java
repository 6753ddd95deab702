package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.TESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** What the passing of time does to stored cutovers. Their time is simulated; the scheduler's own is real. */
class TimetableRunTest {
    @TestConfiguration(proxyBeanMethods = false)
    static class Simulated {
        /** Long past, so that everything scheduled for a simulated moment is due in real time. */
        @Bean
        @Primary
        Clock testClock() {
            return new TestClock(Instant.parse("2020-03-01T12:00:00Z"));
        }
    }

    @Import({ScriptedSteps.class, Simulated.class})
    @TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
            "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        TestClock clock;
        @Autowired
        Scheduler scheduler;
        @Autowired
        JdbcClient jdbc;

        private Window windowIn(Duration from, Duration length) {
            Instant start = clock.instant().plus(from);
            return new Window(start, start.plus(length), ZoneId.of("Europe/Berlin"));
        }

        private String created(@Nullable Window window) {
            return runbook.create(OTTO, new NewCutover("Friday night", "scheduled-move", Map.of(),
                    Map.of("source", "s1", "target", "t1"), false, window)).id();
        }

        private String inCutover(Window window) {
            Crew crew = new Crew(runbook);
            String id = created(null);
            runbook.complete(crew.by(OTTO, id), "booked", "");
            runbook.complete(crew.by(OTTO, id), "told", "");
            runbook.sign(crew.by(TESS, id), "go", "tech-lead", "");
            runbook.run(crew.by(DANA, id), "carry");
            crew.until(id, "freeze", StepStatus.READY);
            setWindow(id, window);
            return id;
        }

        /** Again where a reminder was faster. */
        private void setWindow(String id, Window window) {
            while (true) {
                try {
                    runbook.setWindow(new Crew(runbook).by(OTTO, id), window, "agreed");
                    return;
                } catch (StaleVersionException e) {
                    assertThat(e.since()).contains("due");
                }
            }
        }

        private List<String> told(String id) {
            return runbook.events(id).stream().map(LoggedEvent::type)
                    .filter(List.of("due-soon", "overdue", "waiting-too-long")::contains).toList();
        }

        @Test
        void when_the_window_opens_its_step_starts() {
            String id = inCutover(windowIn(Duration.ofHours(3), Duration.ofHours(2)));
            clock.advance(Duration.ofHours(3));
            new Crew(runbook).until(id, "freeze", StepStatus.PASSED);
        }

        @Test
        void a_window_moved_to_later_starts_nothing_at_its_first_time() {
            Window first = windowIn(Duration.ofHours(3), Duration.ofHours(2));
            String id = inCutover(first);
            String other = inCutover(first);
            Crew crew = new Crew(runbook);
            setWindow(id, windowIn(Duration.ofHours(30), Duration.ofHours(2)));
            clock.advance(Duration.ofHours(3));
            crew.until(other, "freeze", StepStatus.PASSED);
            assertThat(runbook.get(id).step("freeze").orElseThrow().status()).isEqualTo(StepStatus.READY);
            clock.advance(Duration.ofHours(27));
            crew.until(id, "freeze", StepStatus.PASSED);
        }

        @Test
        void a_window_that_opened_while_nothing_ran_lets_its_step_start_late_but_not_after_its_end() {
            String late = inCutover(windowIn(Duration.ofHours(3), Duration.ofHours(2)));
            String tooLate = inCutover(windowIn(Duration.ofHours(1), Duration.ofHours(1)));
            scheduler.pause();
            clock.advance(Duration.ofHours(4));
            scheduler.resume();
            new Crew(runbook).until(late, "freeze", StepStatus.PASSED);
            until(tooLate, List.of());
            assertThat(runbook.get(tooLate).step("freeze").orElseThrow().status()).isEqualTo(StepStatus.READY);
        }

        @Test
        void what_is_due_is_told_once_and_the_row_says_when_to_look_again() {
            String id = created(windowIn(Duration.ofDays(10), Duration.ofHours(2)));
            clock.advance(Duration.ofHours(4));
            until(id, List.of("waiting-too-long"));
            clock.advance(Duration.ofDays(2));
            until(id, List.of("waiting-too-long", "due-soon"));
            clock.advance(Duration.ofDays(1));
            until(id, List.of("waiting-too-long", "due-soon", "overdue"));
            assertThat(runbook.events(id).getLast().sentence()).startsWith("‘Window booked’ is overdue: it was due");
            assertThat(jdbc.sql("SELECT look_at FROM cutover WHERE id = ?").param(id).query(String.class).single())
                    .isGreaterThan(clock.instant().toString());
        }

        /** Nothing is left to be done for the passing of time, and this was told. */
        private void until(String id, List<String> told) {
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50))
                    .until(() -> told(id).equals(told) && jdbc
                            .sql("SELECT count(*) FROM cutover WHERE id = ? AND look_at <= ?")
                            .params(id, dev.ferryman.store.Instants.text(clock.instant())).query(Long.class)
                            .single() == 0);
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
