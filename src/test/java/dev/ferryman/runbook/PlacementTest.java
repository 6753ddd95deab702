package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.ferryman.store.Instants;
import dev.ferryman.testing.StateStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** Steps run where the source is. With the settings of {@link ExecutionTest}, so that both share their service. */
@StateStores.OnPostgres
@Import(ScriptedSteps.class)
@TestPropertySource(properties = {"ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
        "ferryman.execution.heartbeat=200ms", "ferryman.execution.lease=1s", "ferryman.execution.grace=500ms"})
class PlacementTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    @Autowired
    Runbook runbook;
    @Autowired
    Replicas replicas;
    @Autowired
    JdbcClient jdbc;
    @TempDir
    Path directory;
    private final Map<String, String> connections = new HashMap<>();
    private Path source;

    @BeforeEach
    void source() throws Exception {
        source = Files.writeString(directory.resolve("app.db"), "rows");
        connections.put("source", source.toString());
        connections.put("target", "t");
        connections.putAll(replicas.here());
    }

    @AfterEach
    void only_this_replica_is_left() {
        jdbc.sql("DELETE FROM replica WHERE name LIKE 'made up%'").update();
    }

    @Test
    void a_replica_is_known_by_its_label_while_it_lives() {
        assertThat(replicas.here()).containsOnlyKeys(Replicas.NODE);
        assertThat(replicas.alive()).singleElement()
                .satisfies(me -> assertThat(me.node()).isEqualTo(replicas.here().get(Replicas.NODE)));
    }

    @Test
    void a_cutover_that_cannot_be_read_does_not_make_a_replica_look_dead() {
        String id = created().id();
        jdbc.sql("SET session_replication_role = replica; DELETE FROM event WHERE cutover_id = '" + id
                + "'; UPDATE cutover SET version = 99, head_hash = 'gone' WHERE id = '" + id
                + "'; SET session_replication_role = origin").update();
        Instant changed = Instant.now();

        await().atMost(LONG_ENOUGH).until(() -> replicas.alive().stream().anyMatch(me -> me.seenAt().isAfter(changed)));
    }

    @Test
    void a_step_that_needs_the_source_waits_for_its_node_and_says_so() {
        connections.put(Replicas.NODE, "elsewhere");
        Cutover cutover = created();

        assertThat(replicas.waits(cutover)).hasValueSatisfying(why -> assertThat(why)
                .contains("Waits for node elsewhere", source.toString(), "ferryman.node=elsewhere"));
        assertThat(schedule(cutover)).containsExactly("step@elsewhere");
        join("made up 1", "elsewhere", "");
        assertThat(replicas.waits(cutover)).isEmpty();
        assertThat(jdbc.sql("SELECT count(*) FROM step_lease WHERE cutover_id = ?").param(cutover.id())
                .query(Integer.class).single()).isZero();
    }

    @Test
    void an_execution_for_everybody_that_an_older_version_left_is_put_where_it_belongs() {
        connections.put(Replicas.NODE, "elsewhere");
        Cutover cutover = created();
        // No scheduler has it: this one knows nothing of that node.
        jdbc.sql("UPDATE scheduled_tasks SET task_name = 'step' WHERE task_instance LIKE ?")
                .param(cutover.id() + "/%").update();

        await().atMost(LONG_ENOUGH).until(() -> schedule(cutover).equals(List.of("step@elsewhere")));
        assertThat(runbook.get(cutover.id()).step("reachable").orElseThrow().status()).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void a_replica_that_does_not_see_the_file_hands_the_step_back_without_using_up_an_attempt() throws Exception {
        Files.delete(source);
        Cutover cutover = created();

        await().atMost(LONG_ENOUGH).until(() -> replicas.waits(cutover).filter(why -> why.contains("is not there"))
                .isPresent());
        Files.writeString(source, "rows");
        Cutover done = new Crew(runbook).until(cutover.id(), "reachable", StepStatus.PASSED);

        assertThat(done.step("reachable").orElseThrow().attempt()).isEqualTo(1);
        await().atMost(LONG_ENOUGH).until(() -> replicas.waits(done).isEmpty());
    }

    @Test
    void another_file_under_the_same_name_is_not_worked_on() {
        connections.put("sourceNumber", "1");
        Cutover cutover = created();

        await().atMost(LONG_ENOUGH).until(() -> replicas.waits(cutover).filter(why -> why.contains("another file"))
                .isPresent());
        assertThat(runbook.get(cutover.id()).step("reachable").orElseThrow().status()).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void nobody_works_on_a_node_whose_label_two_hosts_claim() {
        String here = Objects.requireNonNull(replicas.here().get(Replicas.NODE));
        join("made up 2", here, "another kernel");
        Cutover cutover = created();

        await().atMost(LONG_ENOUGH).until(() -> {
            // It lives as long as it is looked for.
            seen("made up 2");
            return jdbc.sql("SELECT obstacles FROM replica WHERE node = ? AND name NOT LIKE 'made up%'").param(here)
                    .query(String.class).single().contains("used on two hosts");
        });
        Cutover later = created();
        seen("made up 2");
        assertThat(runbook.get(later.id()).step("reachable").orElseThrow().status()).isEqualTo(StepStatus.RUNNING);

        jdbc.sql("DELETE FROM replica WHERE name = 'made up 2'").update();
        new Crew(runbook).until(later.id(), "reachable", StepStatus.PASSED);
        new Crew(runbook).until(cutover.id(), "reachable", StepStatus.PASSED);
    }

    @Test
    void a_cutover_whose_node_never_comes_back_is_moved_to_a_living_one_and_goes_on() {
        String here = Objects.requireNonNull(replicas.here().get(Replicas.NODE));
        connections.put(Replicas.NODE, "container-4f1fb36a");
        connections.put(Replicas.SOURCE_NUMBER, "1");
        Cutover cutover = created();
        Crew crew = new Crew(runbook);

        assertThat(runbook.otherNodes(cutover, VERA)).as("for who may change nothing").isEmpty();
        assertThatExceptionOfType(RoleMissingException.class)
                .isThrownBy(() -> runbook.moveTo(crew.by(VERA, cutover.id()), here, "it is gone"));
        assertThatExceptionOfType(IllegalMoveException.class)
                .isThrownBy(() -> runbook.moveTo(crew.by(OTTO, cutover.id()), "nowhere", "it is gone"))
                .withMessageContaining("sign of life");
        assertThat(runbook.otherNodes(cutover, OTTO)).containsExactly(here);
        jdbc.sql(
                "INSERT INTO step_lease (cutover_id, step_key, attempt, generation, owner, state, effect, heartbeat_at,"
                        + " ran_millis) VALUES (?, 'reachable', 1, 0, 'stalled', 'held', 'none', ?, 0)")
                .params(cutover.id(), Instants.text(Instant.EPOCH)).update();
        jdbc.sql("UPDATE scheduled_tasks SET picked = TRUE, picked_by = 'stalled' WHERE task_instance LIKE ?")
                .param(cutover.id() + "/%").update();
        runbook.moveTo(crew.by(OTTO, cutover.id()), here, "the container has another name now");
        Cutover done = crew.until(cutover.id(), "reachable", StepStatus.PASSED);

        assertThat(done.step("reachable").orElseThrow().attempt()).isEqualTo(1);
        assertThat(replicas.waits(done)).isEmpty();
        assertThat(runbook.otherNodes(done, OTTO)).isEmpty();
        assertThat(runbook.events(done.id())).extracting(LoggedEvent::sentence).contains("Otto moved the cutover from"
                + " node ‘container-4f1fb36a’ to node ‘" + here + "’: the container has another name now");
    }

    @Test
    void a_cutover_is_not_taken_from_a_replica_that_reaches_its_files() {
        connections.put(Replicas.NODE, "elsewhere");
        join("made up 3", "elsewhere", "");
        Cutover cutover = created();

        assertThat(runbook.otherNodes(cutover, OTTO)).isEmpty();
        assertThatExceptionOfType(IllegalMoveException.class)
                .isThrownBy(() -> runbook.moveTo(new Crew(runbook).by(OTTO, cutover.id()),
                        Objects.requireNonNull(replicas.here().get(Replicas.NODE)), "because"))
                .withMessageContaining("is at work and reaches its files");
    }

    private Cutover created() {
        Crew crew = new Crew(runbook);
        String id = runbook.create(OTTO, new NewCutover("Somewhere", "small-move",
                Map.of("health", "https://desk.example/health"), connections)).id();
        runbook.complete(crew.by(OTTO, id), "window", "ticket 7");
        return runbook.complete(crew.by(DANA, id), "backup", "");
    }

    private List<String> schedule(Cutover cutover) {
        return jdbc.sql("SELECT task_name FROM scheduled_tasks WHERE task_instance LIKE ?")
                .param(cutover.id() + "/%").query((row, n) -> row.getString(1)).list();
    }

    private void join(String name, String node, String kernel) {
        jdbc.sql(
                "INSERT INTO replica (name, node, kernel, started_at, seen_at, obstacles) VALUES (?, ?, ?, ?, ?, '{}')")
                .params(name, node, kernel, Instants.text(Instant.now()), Instants.text(Instant.now())).update();
    }

    private void seen(String name) {
        jdbc.sql("UPDATE replica SET seen_at = ? WHERE name = ?").params(Instants.text(Instant.now()), name).update();
    }
}
