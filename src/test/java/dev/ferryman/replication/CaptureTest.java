package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installing, watching, purging and removing a capture on a real file. */
class CaptureTest {
    @TempDir
    Path directory;

    private LiveFile users() {
        return LiveFile.create(directory, "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, note TEXT)",
                "CREATE TABLE log (line TEXT)", "INSERT INTO users VALUES (1, 'a', 'x'), (2, 'b', 'y')",
                "INSERT INTO log VALUES ('first')");
    }

    @Test
    void a_removed_capture_leaves_no_trace() throws Exception {
        try (LiveFile file = users()) {
            List<String> before = file.schema();
            file.install();
            file.run("INSERT INTO users VALUES (3, 'c', 'z')", "ANALYZE");
            file.capture().remove();
            file.run("DROP TABLE sqlite_stat1", "DROP TABLE IF EXISTS sqlite_stat4");
            assertThat(file.schema()).isEqualTo(before);
            assertThat(file.capture().find()).isEmpty();
            assertThat(file.scalar("PRAGMA integrity_check")).isEqualTo("ok");
            file.capture().remove();
        }
    }

    @Test
    void installing_twice_changes_nothing_and_raises_the_generation() throws Exception {
        try (LiveFile file = users()) {
            CaptureState first = file.install();
            String version = file.scalar("PRAGMA schema_version");
            CaptureState second = file.capture().install(file.plan(), new Lease("test", 2));
            assertThat(second.capture()).isEqualTo(first.capture());
            assertThat(file.scalar("PRAGMA schema_version")).isEqualTo(version);
            assertThat(file.capture().find().orElseThrow().generation()).isEqualTo(2);
        }
    }

    @Test
    void whoever_lost_its_lease_puts_nothing_into_a_source_that_remembers_nobody() throws Exception {
        try (LiveFile file = users()) {
            List<String> before = file.schema();
            assertThatThrownBy(() -> file.capture().install(file.plan(), lost(3)))
                    .isInstanceOf(IllegalStateException.class).hasMessage("lost");
            assertThat(file.schema()).isEqualTo(before);
        }
    }

    @Test
    void whoever_lost_its_lease_takes_nothing_away() throws Exception {
        try (LiveFile file = users()) {
            file.capture().install(file.plan(), new Lease("test", 5));
            List<String> captured = file.schema();
            assertThatThrownBy(() -> file.capture().remove(new Lease("test", 4)))
                    .isInstanceOf(ReplicationFailedException.class);
            assertThatThrownBy(() -> file.capture().remove(new Lease("ended", 9)))
                    .isInstanceOf(ReplicationFailedException.class).hasMessageContaining("another process or cutover");
            assertThatThrownBy(() -> file.capture().remove(lost(6))).hasMessage("lost");
            assertThat(file.schema()).isEqualTo(captured);
            file.capture().remove(new Lease("test", 6));
            assertThat(file.capture().find()).isEmpty();
        }
    }

    private static Lease lost(long generation) {
        return new Lease("test", generation, () -> {
            throw new IllegalStateException("lost");
        });
    }

    @Test
    void a_stalled_holder_changes_nothing_any_more() throws Exception {
        try (LiveFile file = users()) {
            file.capture().install(file.plan(), new Lease("test", 5));
            assertThatThrownBy(() -> file.capture().install(file.plan(), new Lease("test", 4)))
                    .isInstanceOf(ReplicationFailedException.class).hasMessageContaining("generation 4");
            file.run("DELETE FROM users");
            assertThatThrownBy(() -> file.capture().purge(Map.of(2, 100L), new Lease("test", 4)))
                    .isInstanceOf(ReplicationFailedException.class);
            assertThatThrownBy(() -> file.capture().install(file.plan(), new Lease("other", 9)))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("another cutover (test)");
        }
    }

    @Test
    void a_table_without_a_key_is_named_and_only_counted() throws Exception {
        try (LiveFile file = users()) {
            List<CapturedTable> preview = file.capture().preview(file.plan());
            assertThat(file.capture().find()).isEmpty();
            CaptureState state = file.install();
            assertThat(state.tables()).isEqualTo(preview);
            assertThat(state.withoutKey()).singleElement().satisfies(table -> {
                assertThat(table.table()).isEqualTo("log");
                assertThat(table.why()).contains("no key", "copied again");
            });
            file.run("INSERT INTO log VALUES ('second'), ('third')", "UPDATE log SET line = 'x' WHERE line = 'second'",
                    "DELETE FROM log");
            int number = LiveFile.table(state, "log").number();
            assertThat(file.query("SELECT seq FROM _ferryman_change_" + number)).containsExactly("6");
        }
    }

    @Test
    void a_column_that_is_no_key_can_still_be_dropped() throws Exception {
        try (LiveFile file = users()) {
            file.install();
            file.run("ALTER TABLE users DROP COLUMN note");
            assertThat(file.capture().drift()).singleElement().satisfies(drift -> {
                assertThat(drift.kind()).isEqualTo(Drift.Kind.SCHEMA_CHANGED);
                assertThat(drift.what()).contains("Table users was altered");
            });
        }
    }

    @Test
    void lookups_of_displaced_rows_use_the_unique_index() throws Exception {
        try (LiveFile file = LiveFile.create(directory,
                "CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, email TEXT, a, b INTEGER)",
                "CREATE UNIQUE INDEX one ON t(lower(email))", "CREATE UNIQUE INDEX two ON t(a) WHERE b = 1",
                "CREATE UNIQUE INDEX three ON t(email COLLATE NOCASE, b DESC)")) {
            file.install();
            List<String> triggers = file.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE"
                    + " '%displaced%'");
            assertThat(triggers).hasSize(5);
            List<String> plans = file.query("SELECT 1").isEmpty() ? List.of() : planOf(file, triggers);
            assertThat(plans).isNotEmpty().allMatch(line -> !line.matches("SCAN t\\b.*"));
        }
    }

    /** What SQLite would do for the SELECTs of the BEFORE INSERT trigger. */
    private static List<String> planOf(LiveFile file, List<String> triggers) throws SQLException {
        String insert = triggers.stream().filter(sql -> sql.contains("BEFORE INSERT")).findFirst().orElseThrow();
        try (var statement = file.application.createStatement()) {
            String body = insert.substring(insert.indexOf("BEGIN") + 5, insert.lastIndexOf("END"));
            var lines = new java.util.ArrayList<String>();
            for (String part : body.split(";", -1)) {
                if (part.contains("SELECT")) {
                    String select = part.substring(part.indexOf("SELECT")).replaceAll("new\\.\"?\\w+\"?", "'x'");
                    try (var rows = statement.executeQuery("EXPLAIN QUERY PLAN " + select)) {
                        while (rows.next()) {
                            // The constant row of an expression index's sub-query is called as the table is.
                            if (rows.getInt("parent") == 0) {
                                lines.add(rows.getString("detail"));
                            }
                        }
                    }
                }
            }
            return lines;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void installing_and_removing_work_while_the_application_writes(String journal) throws Exception {
        try (LiveFile file = LiveFile.inMode(journal, directory, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
                var executor = Executors.newFixedThreadPool(3)) {
            var stop = new AtomicBoolean();
            var written = new AtomicInteger();
            var plan = file.plan();
            var writers = List.of(1, 2, 3).stream().map(_ -> executor.submit(() -> {
                try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file.path);
                        var statement = connection.createStatement()) {
                    statement.execute("PRAGMA busy_timeout = 30000");
                    while (!stop.get()) {
                        statement.execute("INSERT INTO t(v) VALUES ('x')");
                        written.incrementAndGet();
                    }
                }
                return null;
            })).toList();
            try {
                file.run("PRAGMA busy_timeout = 30000");
                installAndRemove(file, plan, written);
            } finally {
                stop.set(true);
            }
            for (var writer : writers) {
                writer.get();
            }
            assertThat(file.scalar("SELECT count(*) FROM t")).isEqualTo(String.valueOf(written.get()));
        }
    }

    private static void installAndRemove(LiveFile file, dev.ferryman.schema.Plan plan, AtomicInteger written)
            throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            CaptureState state = file.capture().install(plan, LiveFile.LEASE);
            int start = written.get();
            while (written.get() < start + 20) {
                Thread.onSpinWait();
            }
            assertThat(state.tables()).hasSize(1);
            assertThat(Integer.parseInt(file.scalar("SELECT count(*) FROM _ferryman_change_1"))).isPositive();
            file.capture().remove();
        }
    }

    @Test
    void purging_leaves_the_last_key_so_that_numbers_never_start_over() throws Exception {
        try (LiveFile file = users()) {
            CaptureState state = file.install();
            int number = LiveFile.table(state, "users").number();
            for (int i = 0; i < 12; i++) {
                file.run("UPDATE users SET note = " + i + " WHERE id = 1");
            }
            assertThat(file.capture().purge(Map.of(number, 5L), LiveFile.LEASE)).isEqualTo(5);
            assertThat(file.capture().purge(Map.of(number, 12L), LiveFile.LEASE)).isEqualTo(6);
            file.run("UPDATE users SET note = 'last' WHERE id = 1");
            assertThat(file.query("SELECT seq FROM _ferryman_change_" + number)).containsExactly("12", "13");
        }
    }

    @Test
    void a_rebuilt_table_is_found_because_its_triggers_are_gone() throws Exception {
        try (LiveFile file = users()) {
            file.install();
            assertThat(file.capture().drift()).isEmpty();
            file.run("VACUUM", "ANALYZE");
            assertThat(file.capture().drift()).isEmpty();
            file.run("CREATE TABLE fresh AS SELECT * FROM users", "DROP TABLE users",
                    "ALTER TABLE fresh RENAME TO users");
            assertThat(file.capture().drift()).extracting(Drift::kind).contains(Drift.Kind.TRIGGER_MISSING,
                    Drift.Kind.SCHEMA_CHANGED);
            assertThat(file.capture().drift()).anyMatch(d -> d.what().contains("after the application rebuilt"));
        }
    }

    @Test
    void a_new_table_and_a_new_unique_index_are_drift_and_a_plain_index_is_none() throws Exception {
        try (LiveFile file = users()) {
            file.install();
            file.run("CREATE INDEX plain ON users(note)", "CREATE VIEW v AS SELECT 1");
            assertThat(file.capture().drift()).isEmpty();
            file.run("CREATE TABLE extra (id INTEGER PRIMARY KEY)", "CREATE UNIQUE INDEX u ON users(note)");
            assertThat(file.capture().drift()).extracting(Drift::kind).containsExactlyInAnyOrder(
                    Drift.Kind.TABLE_ADDED, Drift.Kind.SCHEMA_CHANGED);
        }
    }

    @Test
    void a_replaced_file_is_found_by_its_inode() throws Exception {
        Path path;
        try (LiveFile file = users()) {
            path = file.path;
            file.install();
            file.run("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Path copy = directory.resolve("copy.db");
        Files.copy(path, copy);
        Files.move(copy, path, StandardCopyOption.REPLACE_EXISTING);
        var capture = new Capture(dev.ferryman.endpoint.SqliteSource.live(path), Clock.systemUTC(),
                Duration.ofSeconds(5));
        assertThat(capture.drift()).extracting(Drift::kind).containsExactly(Drift.Kind.FILE_REPLACED);
    }

    @Test
    void a_busy_lock_is_reported_and_nothing_is_changed() throws Exception {
        try (LiveFile file = users()) {
            var plan = file.plan();
            file.run("BEGIN IMMEDIATE");
            var impatient = new Capture(file.source(), Clock.systemUTC(), Duration.ofMillis(50));
            assertThatThrownBy(() -> impatient.install(plan, LiveFile.LEASE))
                    .isInstanceOf(ReplicationFailedException.class).hasMessageContaining("was not free within");
            file.run("COMMIT");
            assertThat(file.capture().find()).isEmpty();
        }
    }

    @Test
    void what_it_costs_is_tried_on_a_file_of_its_own_and_nothing_of_the_trial_stays() throws Exception {
        try (LiveFile file = users()) {
            List<String> before = file.schema();
            CaptureCost cost = file.capture().cost(file.plan(), directory.resolve("trial")).orElseThrow();
            assertThat(cost.table()).isEqualTo("users");
            assertThat(cost.rows()).isEqualTo(2);
            assertThat(cost.without()).isPositive();
            assertThat(cost.with()).isPositive();
            assertThat(cost.percent()).isBetween(0L, 100L);
            assertThat(file.schema()).isEqualTo(before);
            assertThat(directory.resolve("trial")).isEmptyDirectory();
        }
    }
}
