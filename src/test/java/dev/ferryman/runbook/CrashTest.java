package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.runbook.internal.EventLog;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Real processes, killed and stopped in the middle of a step (DESIGN.md § 1, I3). */
class CrashTest {
    abstract static class Contract {
        @TempDir
        Path stage;
        String storeUrl = "";
        EventLog log = new EventLog(new JdbcTemplate());
        EventChain chain = new EventChain(new DriverManagerDataSource());
        final List<RunbookChild> children = new ArrayList<>();

        abstract String freshStoreUrl();

        @BeforeEach
        void store() {
            storeUrl = freshStoreUrl();
            var store = new DriverManagerDataSource(storeUrl);
            log = new EventLog(new JdbcTemplate(store));
            chain = new EventChain(store);
        }

        @AfterEach
        void nobodyIsLeft() throws IOException {
            for (RunbookChild child : children) {
                child.close();
            }
        }

        @Test
        void what_a_killed_process_was_doing_goes_on_and_ends_exactly_once() throws Exception {
            RunbookChild killed = start();
            String repeatable = create(killed, "carry", "hold-before");
            String happened = create(killed, "switch", "hold-after", "probe-passed");
            String didNotHappen = create(killed, "switch", "hold-after", "probe-failed");
            String nobodyKnows = create(killed, "switch", "hold-after");
            String justOrdered = create(killed, "carry");
            killed.order("carry " + repeatable);
            awaitNote(repeatable, "carry", "begun");
            for (String id : List.of(happened, didNotHappen, nobodyKnows)) {
                killed.order("switch " + id);
                awaitNote(id, "switch", "acted");
            }
            killed.order("carry " + justOrdered);
            killed.kill();
            letGo(repeatable, "carry", "hold-before");
            RunbookChild second = start();

            Cutover continued = until(repeatable, "carry", StepStatus.PASSED);
            assertThat(continued.step("carry").orElseThrow().attempt()).isEqualTo(1);
            assertThat(notes(repeatable, "carry", "begun")).extracting(Note::key)
                    .containsExactly(repeatable + "/carry/1", repeatable + "/carry/1");
            assertThat(notes(repeatable, "carry", "begun")).extracting(Note::pid).containsExactly(killed.pid(),
                    second.pid());
            assertThat(notes(repeatable, "carry", "begun").getLast().generation())
                    .isGreaterThan(notes(repeatable, "carry", "begun").getFirst().generation());
            assertThat(notes(repeatable, "carry", "acted")).hasSize(1);
            endedExactlyOnce(repeatable, "carry");

            assertThat(until(happened, "switch", StepStatus.PASSED).switched()).isTrue();
            assertThat(until(didNotHappen, "switch", StepStatus.FAILED).side()).isEqualTo(SwitchSide.UNCERTAIN);
            assertThat(until(nobodyKnows, "switch", StepStatus.UNKNOWN).headline()).isEqualTo(
                    "‘Switch the application’ was cut off and may or may not have taken effect; the Operator must find out"
                            + " and complete or retry it.");
            for (String id : List.of(happened, didNotHappen, nobodyKnows)) {
                assertThat(notes(id, "switch", "acted")).as("what may not be repeated was not").hasSize(1);
                endedExactlyOnce(id, "switch");
            }

            until(justOrdered, "carry", StepStatus.PASSED);
            endedExactlyOnce(justOrdered, "carry");
            second.order("idle");
            assertThat(chain.verifyAll()).hasSize(5).allMatch(EventChain.Report::whole);
        }

        RunbookChild start() throws IOException {
            RunbookChild child = RunbookChild.start(storeUrl, stage);
            children.add(child);
            return child;
        }

        /** A cutover in phase migrate; of the step, these files say what it does. */
        String create(RunbookChild child, String step, String... files) throws IOException {
            String id = child.order("create");
            for (String file : files) {
                Files.createFile(stage.resolve(id + "-" + step + "-" + file));
            }
            return id;
        }

        void letGo(String id, String step, String hold) throws IOException {
            Files.delete(stage.resolve(id + "-" + step + "-" + hold));
        }

        Cutover until(String id, String step, StepStatus status) {
            return await().atMost(Duration.ofSeconds(60)).until(() -> log.load(id),
                    cutover -> cutover.step(step).orElseThrow().status() == status);
        }

        void awaitNote(String id, String step, String what) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !notes(id, step, what).isEmpty());
        }

        List<Note> notes(String id, String step, String what) throws IOException {
            Path file = stage.resolve(id + "-" + step + "-" + what);
            return Files.exists(file) ? Files.readAllLines(file).stream().map(Note::parse).toList() : List.of();
        }

        void endedExactlyOnce(String id, String step) {
            assertThat(log.events(id)).filteredOn(event -> ends(event.recorded().event(), step)).hasSize(1);
        }

        private static boolean ends(CutoverEvent event, String step) {
            return switch (event) {
                case CutoverEvent.StepPassed passed -> passed.step().equals(step);
                case CutoverEvent.StepFailed failed -> failed.step().equals(step);
                case CutoverEvent.StepUnknown unknown -> unknown.step().equals(step);
                default -> false;
            };
        }

        record Note(String key, long generation, long pid) {
            static Note parse(String line) {
                String[] parts = line.split(" ");
                return new Note(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            }
        }
    }

    @Nested
    class OnSqlite extends Contract {
        @Override
        String freshStoreUrl() {
            return StateStores.freshSqliteUrl();
        }

        @Test
        void a_process_stopped_past_its_lease_keeps_others_out_and_goes_on_where_it_was() throws Exception {
            RunbookChild stopped = start();
            String repeatable = create(stopped, "carry", "hold-before");
            String once = create(stopped, "switch", "hold-after", "probe-failed");
            stopped.order("carry " + repeatable);
            awaitNote(repeatable, "carry", "begun");
            stopped.order("switch " + once);
            awaitNote(once, "switch", "acted");
            stopped.freeze();
            assertThat(RunbookChild.refused(storeUrl, stage)).as("it takes longer to start than a lease lasts")
                    .contains("is in use by process " + stopped.pid());
            stopped.wakeUp();
            letGo(repeatable, "carry", "hold-before");
            letGo(once, "switch", "hold-after");
            until(repeatable, "carry", StepStatus.PASSED);
            until(once, "switch", StepStatus.PASSED);
            stopped.order("idle");
            assertThat(notes(repeatable, "carry", "acted")).hasSize(1);
            assertThat(notes(once, "switch", "acted")).hasSize(1);
            endedExactlyOnce(repeatable, "carry");
            endedExactlyOnce(once, "switch");
            assertThat(chain.verifyAll()).hasSize(2).allMatch(EventChain.Report::whole);
        }
    }

    @Nested
    class OnPostgres extends Contract {
        @Override
        @SuppressWarnings("resource") // The database goes with the server.
        String freshStoreUrl() {
            return TestPostgres.newest().freshDatabase().jdbcUrl();
        }

        @Test
        void a_process_stopped_past_its_lease_is_replaced_and_can_change_nothing_when_it_wakes_up() throws Exception {
            RunbookChild stopped = start();
            String repeatable = create(stopped, "carry", "hold-before");
            String once = create(stopped, "switch", "hold-after");
            stopped.order("carry " + repeatable);
            awaitNote(repeatable, "carry", "begun");
            stopped.order("switch " + once);
            awaitNote(once, "switch", "acted");
            stopped.freeze();
            RunbookChild replica = start();
            await().atMost(Duration.ofSeconds(60)).until(() -> notes(repeatable, "carry", "begun").size() == 2);
            letGo(repeatable, "carry", "hold-before");
            until(repeatable, "compare", StepStatus.PASSED);
            until(once, "switch", StepStatus.UNKNOWN);
            long repeatableVersion = log.load(repeatable).version();
            long onceVersion = log.load(once).version();

            letGo(once, "switch", "hold-after");
            stopped.wakeUp();
            awaitNote(repeatable, "carry", "stopped");
            awaitNote(once, "switch", "stopped");
            stopped.order("idle");
            assertThat(notes(repeatable, "carry", "stopped")).extracting(Note::pid).containsExactly(stopped.pid());
            assertThat(notes(repeatable, "carry", "acted")).extracting(Note::pid).containsExactly(replica.pid());
            assertThat(log.load(repeatable).version()).isEqualTo(repeatableVersion);
            assertThat(log.load(once).version()).isEqualTo(onceVersion);
            endedExactlyOnce(repeatable, "carry");
            endedExactlyOnce(once, "switch");
            assertThat(chain.verifyAll()).hasSize(2).allMatch(EventChain.Report::whole);
        }
    }
}
