package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.DORA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.TESS;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.ferryman.runbook.Moves.StepMove;
import dev.ferryman.runbook.ScriptedSteps.Scripts;
import dev.ferryman.runbook.internal.EventHash;
import dev.ferryman.store.Instants;
import dev.ferryman.testing.StateStores;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

class RunbookStoreTest {
    @Import(ScriptedSteps.class)
    @TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
            "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        Templates templates;
        @Autowired
        EventChain chain;
        @Autowired
        Changes changes;
        @Autowired
        Scripts scripts;
        @Autowired
        JdbcClient jdbc;
        Crew crew;

        @BeforeEach
        void crew() {
            crew = new Crew(runbook);
        }

        @Test
        void a_cutover_read_back_is_the_one_that_was_decided() {
            Cutover decided = crew.inMigrate();
            Cutover read = runbook.get(decided.id());
            assertThat(read.version()).isEqualTo(decided.version());
            assertThat(read.template()).isEqualTo(decided.template());
            assertThat(read.parameters())
                    .isEqualTo(Map.of("tables", 12L, "health", "https://desk.example/health"));
            assertThat(read.gates()).isEqualTo(decided.gates());
            assertThat(read.headline()).isEqualTo("Waits for the DBA to start ‘Carry the rows’.");
            assertThat(runbook.list()).filteredOn(summary -> summary.id().equals(read.id())).singleElement()
                    .satisfies(summary -> {
                        assertThat(summary.name()).isEqualTo("Friday night");
                        assertThat(summary.phase()).isEqualTo(Phase.MIGRATE);
                        assertThat(summary.version()).isEqualTo(read.version());
                        assertThat(summary.headline()).isEqualTo(read.headline());
                        assertThat(summary.updated()).isEqualTo(read.updatedAt());
                    });
        }

        @Test
        void a_window_is_kept_with_the_cutover_and_in_the_list() {
            Instant start = Instant.parse("2099-03-02T21:00:00Z");
            Window first = new Window(start, start.plusSeconds(3600), ZoneId.of("Europe/Berlin"));
            String id = runbook.create(OTTO, new NewCutover("Friday night", "small-move",
                    Map.of("health", "https://desk.example/health"), Map.of("source", "s2", "target", "t2"), false,
                    first)).id();
            assertThat(runbook.get(id).window()).contains(first);

            Window later = new Window(start.plusSeconds(7200), start.plusSeconds(9000), ZoneOffset.UTC);
            runbook.setWindow(crew.by(OTTO, id), later, "the users asked");
            assertThat(runbook.get(id).window()).contains(later);
            assertThat(runbook.list()).filteredOn(summary -> summary.id().equals(id)).singleElement()
                    .extracting(CutoverSummary::window).isEqualTo(later);

            runbook.setWindow(crew.by(OTTO, id), null, "not this year");
            assertThat(runbook.get(id).window()).isEmpty();
            assertThat(runbook.list()).filteredOn(summary -> summary.id().equals(id)).singleElement()
                    .extracting(CutoverSummary::window).isNull();
            assertThat(chain.verify(id).whole()).isTrue();
        }

        @Test
        void a_cutover_is_not_created_with_a_window_that_has_closed() {
            Instant start = Instant.parse("2020-03-02T21:00:00Z");
            NewCutover late = new NewCutover("Friday night", "small-move",
                    Map.of("health", "https://desk.example/health"), Map.of(), false,
                    new Window(start, start.plusSeconds(60), ZoneOffset.UTC));
            assertThat(catchThrowableOfType(InvalidCutoverException.class, () -> runbook.create(OTTO, late)).problems())
                    .containsEntry("window.start", "The window cannot be this one: it has closed already.");
        }

        @Test
        void the_log_tells_who_did_what() {
            String id = crew.inMigrate().id();
            assertThat(runbook.events(id)).extracting(LoggedEvent::sentence).contains(
                    "Otto created the cutover ‘Friday night’ from template ‘A small move’ version 1.",
                    "Otto completed ‘Window booked’: ticket 7", "Ferryman started ‘Target reachable’.",
                    "‘Target reachable’ passed: fine", "Tess signed gate ‘Go’ as Tech lead.",
                    "Phase ‘Migrate’ began.");
        }

        @Test
        void a_command_on_an_older_state_changes_nothing_and_tells_who_was_faster() {
            String id = crew.created().id();
            Command old = crew.by(DANA, id);
            runbook.complete(crew.by(OTTO, id), "window", "ticket 7");
            long version = runbook.get(id).version();
            StaleVersionException stale = catchThrowableOfType(StaleVersionException.class,
                    () -> runbook.complete(old, "backup", ""));
            assertThat(stale.since()).isEqualTo("Otto completed ‘Window booked’: ticket 7");
            assertThat(stale.actual()).isEqualTo(version);
            assertThat(runbook.get(id).version()).isEqualTo(version);
        }

        @Test
        void a_command_that_is_refused_changes_nothing() {
            String id = crew.inMigrate().id();
            Cutover before = runbook.get(id);
            long revision = changes.revision(id);
            assertThatThrownBy(() -> runbook.run(Command.on(before, TESS), "carry"))
                    .isInstanceOf(IllegalMoveException.class);
            assertThat(runbook.get(id).version()).isEqualTo(before.version());
            assertThat(changes.revision(id)).isEqualTo(revision);
        }

        @Test
        void many_people_clicking_at_once_have_exactly_one_effect() throws Exception {
            String id = crew.inMigrate().id();
            AtomicInteger runs = new AtomicInteger();
            scripts.put(id, "carry", context -> {
                runs.incrementAndGet();
                return new StepResult.Passed("carried");
            });
            Cutover seen = runbook.get(id);
            int people = 8;
            CountDownLatch ready = new CountDownLatch(people);
            List<Callable<String>> clicks = new ArrayList<>();
            for (int i = 0; i < people; i++) {
                Actor actor = i % 2 == 0 ? DANA : DORA;
                clicks.add(() -> {
                    ready.countDown();
                    ready.await();
                    try {
                        runbook.run(Command.on(seen, actor), "carry");
                        return "done";
                    } catch (StaleVersionException e) {
                        return "stale";
                    }
                });
            }
            List<String> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(people)) {
                for (Future<String> answer : threads.invokeAll(clicks)) {
                    answers.add(answer.get());
                }
            }
            assertThat(answers).filteredOn("done"::equals).hasSize(1);
            assertThat(answers).filteredOn("stale"::equals).hasSize(people - 1);
            crew.until(id, "compare", StepStatus.PASSED);
            assertThat(runs).hasValue(1);
            assertThat(chain.verify(id).whole()).isTrue();
        }

        @Test
        void the_database_refuses_to_change_or_remove_an_event() {
            String id = crew.created().id();
            assertThatThrownBy(() -> jdbc.sql("UPDATE event SET actor = 'x' WHERE cutover_id = ?").param(id).update())
                    .isInstanceOf(DataAccessException.class).hasMessageContaining("append-only");
            assertThatThrownBy(() -> jdbc.sql("DELETE FROM event WHERE cutover_id = ?").param(id).update())
                    .isInstanceOf(DataAccessException.class).hasMessageContaining("append-only");
        }

        @Test
        void creation_names_every_field_that_is_wrong() {
            long before = runbook.list().size();
            InvalidCutoverException invalid = catchThrowableOfType(InvalidCutoverException.class,
                    () -> runbook.create(OTTO, new NewCutover(" ", "small-move",
                            Map.of("tables", "many", "health", "ftp://x", "colour", "red"), Map.of())));
            assertThat(invalid.problems()).containsOnlyKeys("name", "parameters.tables", "parameters.health",
                    "parameters.colour");
            assertThatThrownBy(() -> runbook.create(OTTO, new NewCutover("x", "nothing", Map.of(), Map.of())))
                    .isInstanceOf(InvalidCutoverException.class).hasMessageContaining("no usable template ‘nothing’");
            assertThat(runbook.list()).hasSize((int) before);
        }

        @Test
        void a_broken_template_is_listed_with_its_errors_and_does_no_harm() {
            assertThat(templates.all()).anySatisfy(entry -> assertThat(entry)
                    .isInstanceOfSatisfying(TemplateEntry.Broken.class, broken -> {
                        assertThat(broken.file()).isEqualTo("broken.yaml");
                        assertThat(broken.errors()).extracting(TemplateError::toString)
                                .contains(
                                        "broken.yaml:4:9: ‘engine’ of the template must be one of data-cutover, schema-change,"
                                                + " found ‘rocket’");
                    }));
            assertThat(templates.find("small-move")).isPresent();
            assertThat(templates.find("broken")).isEmpty();
        }

        @Test
        void a_gate_that_todays_people_cannot_sign_is_told_before_creation() {
            Template template = templates.find("small-move").orElseThrow();
            assertThat(runbook.unstaffed(template)).isEmpty();
            String text = Drive.smallMoveText().replace("signoffs: [qa-lead]", "signoffs: [qa-lead, sre]")
                    .replace("roles: [operator", "roles: [sre, operator");
            assertThat(runbook.unstaffed(new TemplateParser().parse(text, "t.yaml")))
                    .containsExactly("Gate ‘Verified’ cannot be signed: nobody holds the role sre.");
        }

        @Test
        void whoever_must_start_a_step_does_not_count_among_those_who_can_sign_for_it() {
            String compare = "kind: check, role: dba, uses: scripted, on-failure: rollback}";
            String byTheOnlySigner = Drive.smallMoveText().replace(compare,
                    "kind: check, start: manual, role: qa-lead, uses: scripted}");
            assertThat(runbook.unstaffed(new TemplateParser().parse(byTheOnlySigner, "t.yaml"))).containsExactly(
                    "Gate ‘Verified’ cannot be signed: whoever starts ‘Compare every value’ may not sign, and without"
                            + " them there are not enough people for its roles QA lead.");
            String withAStandIn = byTheOnlySigner.replace("role: qa-lead, uses",
                    "role: qa-lead, stand-ins: [operator], uses");
            assertThat(runbook.unstaffed(new TemplateParser().parse(withAStandIn, "t.yaml"))).isEmpty();
            String oneOfTwo = Drive.smallMoveText().replace(compare,
                    "kind: check, start: manual, role: dba, uses: scripted}")
                    .replace("signoffs: [qa-lead]", "signoffs: [dba, qa-lead]");
            assertThat(runbook.unstaffed(new TemplateParser().parse(oneOfTwo, "t.yaml"))).isEmpty();
        }

        @Test
        void the_moves_of_a_person_are_those_that_would_be_accepted() {
            Cutover cutover = crew.inMigrate();
            assertThat(runbook.moves(cutover, DANA).on("carry")).isEqualTo(Set.of(StepMove.RUN, StepMove.NOTE));
            assertThat(runbook.moves(cutover, DANA).rollback()).isTrue();
            assertThat(runbook.moves(cutover, DANA).abort()).isFalse();
            assertThat(runbook.moves(cutover, VERA).any()).isFalse();
            Cutover created = crew.created();
            assertThat(runbook.moves(created, OTTO).on("window")).contains(StepMove.COMPLETE);
            assertThat(runbook.moves(created, DANA).abort()).isTrue();
        }

        @Test
        void whoever_listens_is_told_of_every_change() {
            Cutover cutover = crew.created();
            AtomicLong told = new AtomicLong();
            AtomicLong toldOfAny = new AtomicLong();
            try (var one = changes.subscribe(cutover.id(), told::set); var any = changes.subscribe(toldOfAny::set)) {
                runbook.note(Command.on(cutover, OTTO), "window", "called them");
                await().untilAsserted(() -> {
                    assertThat(told.get()).isEqualTo(changes.revision(cutover.id())).isPositive();
                    assertThat(toldOfAny.get()).isEqualTo(changes.revision());
                });
                jdbc.sql("UPDATE change_counter SET revision = revision + 1 WHERE cutover_id = ?")
                        .param(cutover.id()).update();
                await().untilAsserted(() -> assertThat(told.get()).as("as if another replica had done something")
                        .isEqualTo(changes.revision(cutover.id())));
            }
        }

        @Test
        void there_is_no_cutover_without_its_id() {
            assertThatThrownBy(() -> runbook.get("nothing")).isInstanceOf(NoSuchCutoverException.class);
            assertThatThrownBy(() -> runbook.rollback(new Command("nothing", 1, OTTO), "why"))
                    .isInstanceOf(NoSuchCutoverException.class);
            assertThatThrownBy(() -> chain.verify("nothing")).isInstanceOf(NoSuchCutoverException.class);
            assertThat(changes.revision("nothing")).isZero();
        }

        @Test
        void a_gate_that_demands_a_rehearsal_is_signed_only_after_one_of_the_same_template_and_source() {
            Cutover real = rehearsed("Sunday night", "s7", false);
            Cutover elsewhere = rehearse("Of another source", "s8");
            assertThat(elsewhere.rehearsal()).isTrue();
            String takenBack = rehearsed("Taken back", "s7", true).id();
            crew.until(takenBack, "switch", StepStatus.READY);
            runbook.rollback(crew.by(OTTO, takenBack), "a drill");

            assertThat(runbook.moves(real, TESS).sign()).isEmpty();
            assertThat(runbook.moves(real, TESS).requestBreakGlass()).isTrue();
            String gate = real.gate("go").flatMap(open -> runbook.unrehearsed(real, open)).orElseThrow();
            assertThat(gate).isEqualTo("it asks for a rehearsal of the same template and source completed within the"
                    + " last 7 days, and none was ever completed. Create a rehearsal from the template ‘A rehearsed move’"
                    + " with the source s7 and a staging database as its target, complete it, then sign.");
            assertThatThrownBy(() -> runbook.sign(crew.by(TESS, real.id()), "go", "tech-lead", ""))
                    .isInstanceOf(IllegalMoveException.class).hasMessageContaining("none was ever completed");

            Cutover rehearsal = rehearse("Friday's rehearsal", "s7");
            jdbc.sql("UPDATE cutover SET updated = '2026-01-05T20:30:00.000000Z' WHERE id = ?").param(rehearsal.id())
                    .update();
            assertThatThrownBy(() -> runbook.sign(crew.by(TESS, real.id()), "go", "tech-lead", ""))
                    .isInstanceOf(IllegalMoveException.class)
                    .hasMessageContaining("the latest, ‘Friday's rehearsal’, was completed on 5 Jan 2026 20:30 UTC");

            rehearse("Saturday's rehearsal", "s7");
            assertThat(runbook.moves(real, TESS).sign()).containsExactly("tech-lead");
            assertThat(runbook.sign(crew.by(TESS, real.id()), "go", "tech-lead", "").phase())
                    .isEqualTo(Phase.MIGRATE);
        }

        @Test
        void a_rehearsal_runs_no_action_that_does_not_say_it_may() {
            Cutover rehearsal = rehearse("Only told", "s9");

            for (String step : List.of("reachable", "carry", "compare")) {
                Attempt attempt = rehearsal.step(step).orElseThrow().lastAttempt().orElseThrow();
                assertThat(attempt.what()).startsWith("Rehearsal: not done. It would run ‘scripted");
                assertThat(attempt.carriedOut()).isFalse();
            }
            assertThat(runbook.events(rehearsal.id()).getFirst().sentence())
                    .contains("created the rehearsal ‘Only told’");
            assertThat(runbook.list()).filteredOn(CutoverSummary::rehearsal).extracting(CutoverSummary::id)
                    .contains(rehearsal.id());
            assertThat(chain.verify(rehearsal.id()).whole()).isTrue();
        }

        @Test
        void a_log_from_before_there_were_rehearsals_is_whole_and_of_the_real_thing() {
            String id = crew.created().id();
            String old = "old" + id.substring(3);
            String hash = EventHash.GENESIS;
            List<LoggedEvent> events = runbook.events(id);
            jdbc.sql("INSERT INTO cutover (id, name, template_key, template_title, status, phase, headline, version,"
                    + " head_hash, generation, created, updated) SELECT ?, name, template_key, template_title, status,"
                    + " phase, headline, ?, '', 0, created, updated FROM cutover WHERE id = ?")
                    .params(old, events.size(), id).update();
            for (LoggedEvent event : events) {
                RecordedEvent recorded = event.recorded();
                String payload = event.payload().replace(",\"rehearsal\":false", "")
                        .replace("\"requiresRehearsal\":null,", "");
                assertThat(payload).doesNotContainIgnoringCase("rehearsal");
                String at = Instants.text(recorded.at());
                String next = EventHash.of(old, recorded.seq(), at, recorded.actor(), recorded.actorName(),
                        event.type(), payload, hash);
                jdbc.sql("INSERT INTO event (cutover_id, seq, at, actor, actor_name, type, payload, prev_hash, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").params(old, recorded.seq(), at, recorded.actor(),
                                recorded.actorName(), event.type(), payload, hash, next)
                        .update();
                hash = next;
            }
            jdbc.sql("UPDATE cutover SET head_hash = ? WHERE id = ?").params(hash, old).update();

            assertThat(chain.verify(old).whole()).isTrue();
            assertThat(runbook.get(old).rehearsal()).isFalse();
            assertThat(runbook.get(old).template()).isEqualTo(runbook.get(id).template());
            assertThat(runbook.list()).filteredOn(summary -> summary.id().equals(old)).singleElement()
                    .satisfies(summary -> assertThat(summary.rehearsal()).isFalse());
        }

        /** Its checks are done, and its first gate waits. */
        private Cutover rehearsed(String name, String source, boolean rehearsal) {
            String id = runbook.create(OTTO, new NewCutover(name, "rehearsed-move", Map.of(),
                    Map.of("source", source, "target", "t"), rehearsal, null)).id();
            Cutover checked = crew.until(id, "reachable", StepStatus.PASSED);
            return rehearsal ? runbook.sign(crew.by(TESS, id), "go", "tech-lead", "") : checked;
        }

        /** A rehearsal that is completed. */
        private Cutover rehearse(String name, String source) {
            String id = rehearsed(name, source, true).id();
            crew.until(id, "switch", StepStatus.READY);
            runbook.complete(crew.by(OTTO, id), "switch", "");
            runbook.complete(crew.by(OTTO, id), "watched", "");
            return runbook.complete(crew.by(OTTO, id));
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {
        @Autowired
        Replicas replicas;

        @Test
        void its_only_process_waits_for_no_node_whatever_its_host_was_called() {
            assertThat(replicas.here()).isEmpty();
            assertThat(replicas.alive()).isEmpty();
            assertThat(replicas.waits(crew.created())).isEmpty();
        }

        @Test
        void an_event_is_not_replaced_either() {
            String id = crew.created().id();
            assertThatThrownBy(() -> jdbc.sql("INSERT OR REPLACE INTO event SELECT * FROM event WHERE cutover_id = ?")
                    .param(id).update()).hasMessageContaining("append-only");
        }
    }

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {
        @Test
        void the_log_is_not_truncated_either() {
            assertThatThrownBy(() -> jdbc.sql("TRUNCATE event").update()).hasMessageContaining("append-only");
        }
    }
}
