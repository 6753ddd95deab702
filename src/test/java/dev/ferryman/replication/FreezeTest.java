package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The freeze hands writes over completely, or changes nothing. */
class FreezeTest {
    @TempDir
    Path directory;

    private Replica accounts(String journal) throws Exception {
        Replica replica = Replica.of(LiveFile.inMode(journal, directory,
                "CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT UNIQUE, balance INTEGER)",
                "CREATE TABLE log (line TEXT)", "INSERT INTO account(owner, balance) VALUES ('a', 100), ('b', 100)",
                "INSERT INTO account(id, owner, balance) VALUES (500, 'gone', 1)", "DELETE FROM account WHERE id = 500",
                "CREATE TRIGGER own AFTER INSERT ON log BEGIN UPDATE account SET balance = balance + 1 WHERE id = 1; END"),
                directory);
        replica.catchUpNow();
        return replica;
    }

    private static Freeze freeze(Replica replica, FaultPoint faults) {
        return new Freeze(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE, Clock.systemUTC(),
                faults);
    }

    private static void prepare(Replica replica) {
        new ReverseCapture(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE)
                .prepare(replica.snapshot);
    }

    private static FreezeOutcome switchOver(Replica replica, FreezeOptions options, FaultPoint faults)
            throws Exception {
        try (var proof = new Verified(replica)) {
            return switchOver(replica, options, faults, proof);
        }
    }

    private static FreezeOutcome switchOver(Replica replica, FreezeOptions options, FaultPoint faults, RowProof proof)
            throws InterruptedException {
        try (CatchUp catchUp = replica.catchUp()) {
            return freeze(replica, faults).switchOver(catchUp, options, proof);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void a_switchover_fences_the_source_and_opens_the_target(String journal) throws Exception {
        try (Replica replica = accounts(journal)) {
            prepare(replica);
            assertThatThrownBy(() -> replica.database.execute("UPDATE account SET balance = 0"))
                    .hasRootCauseInstanceOf(SQLException.class).hasStackTraceContaining("fenced by Ferryman");
            replica.file.run("UPDATE account SET balance = 7 WHERE id = 2", "INSERT INTO log VALUES ('x')");
            FreezeOutcome outcome = switchOver(replica, FreezeOptions.defaults(), FaultPoint.NONE);
            assertThat(outcome).asInstanceOf(type(FreezeOutcome.Switched.class)).satisfies(switched -> {
                assertThat(switched.token()).isNotEmpty();
                assertThat(switched.opened()).isGreaterThanOrEqualTo(switched.held());
            });
            assertThat(freeze(replica, FaultPoint.NONE).pointOfNoReturn()).isPresent();
            for (String write : List.of("INSERT OR IGNORE INTO account(owner) VALUES ('c')",
                    "UPDATE account SET owner = 1",
                    "DELETE FROM account", "REPLACE INTO log VALUES ('z')")) {
                assertThatThrownBy(() -> replica.file.run(write))
                        .hasStackTraceContaining("this database has moved to PostgreSQL (Ferryman)");
            }
            assertThat(replica.file.scalar("SELECT count(*) FROM account")).isEqualTo("2");
            assertThat(replica.differences()).isEmpty();
            replica.database
                    .execute("UPDATE account SET balance = 8 WHERE id = 2; INSERT INTO account(owner) VALUES ('n')");
            assertThat(replica.database.scalar("SELECT max(id) FROM account")).isEqualTo("501");
            assertThat(replica.database.scalar("SELECT count(*) FROM ferryman.change_1")).isEqualTo("2");
            freeze(replica, FaultPoint.NONE).finish();
        }
    }

    @Test
    void what_is_not_ready_is_listed_and_nothing_waits() throws Exception {
        try (Replica replica = accounts("wal")) {
            replica.file.run("CREATE TABLE extra (id INTEGER PRIMARY KEY)");
            FreezeOutcome outcome = switchOver(replica, FreezeOptions.defaults(), FaultPoint.NONE);
            assertThat(outcome).asInstanceOf(type(FreezeOutcome.Refused.class))
                    .satisfies(refused -> assertThat(refused.failed()).extracting(Guardrail::name)
                            .containsExactly("capture intact", "way back ready", "target shut"));
            replica.file.run("UPDATE account SET balance = 1");
        }
    }

    @Test
    void differences_cancel_it_and_the_application_goes_on() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            replica.file.run("UPDATE account SET balance = 3 WHERE id = 1");
            List<ChangedKeys> asked = new ArrayList<>();
            FreezeOutcome outcome = switchOver(replica, FreezeOptions.defaults(), FaultPoint.NONE, (changed, limit) -> {
                asked.addAll(changed);
                return List.of("account 1: balance");
            });
            assertThat(outcome).asInstanceOf(type(FreezeOutcome.Cancelled.class)).satisfies(cancelled -> {
                assertThat(cancelled.what()).contains("1 row differs, the first: account 1: balance");
                assertThat(cancelled.next()).contains("goes on with SQLite");
            });
            assertThat(asked).singleElement().satisfies(keys -> assertThat(keys.table()).isEqualTo("account"));
            assertUntouched(replica);
            assertThat(switchOver(replica, FreezeOptions.defaults(), FaultPoint.NONE))
                    .isInstanceOf(FreezeOutcome.Switched.class);
        }
    }

    private static void assertUntouched(Replica replica) throws Exception {
        replica.file.run("UPDATE account SET balance = balance + 1", "INSERT INTO log VALUES ('on')");
        assertThatThrownBy(() -> replica.database.execute("DELETE FROM account"))
                .hasStackTraceContaining("fenced by Ferryman");
        replica.catchUpNow();
        assertThat(replica.differences()).isEmpty();
        assertThat(replica.file.capture().drift()).isEmpty();
    }

    @Test
    void a_row_that_somebody_changed_in_the_target_is_found_before_it_is_too_late() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            replica.file.run("UPDATE account SET balance = 7 WHERE id = 2");
            replica.catchUpNow();
            replica.database.execute(
                    "SET session_replication_role = replica; UPDATE account SET balance = 8 WHERE id = 2");
            assertThat(switchOver(replica, FreezeOptions.defaults(), FaultPoint.NONE))
                    .asInstanceOf(type(FreezeOutcome.Cancelled.class)).satisfies(cancelled -> assertThat(
                            cancelled.what()).contains("1 row differs")
                            .contains("account 2 balance: CHANGED, 7 and 8"));
            assertUntouched(replica);
        }
    }

    @Test
    void an_overrun_cancels_everything() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            var tight = new FreezeOptions(Duration.ofNanos(1), Duration.ofSeconds(5), 100, Duration.ofSeconds(5));
            assertThat(switchOver(replica, tight, FaultPoint.NONE))
                    .asInstanceOf(type(FreezeOutcome.Cancelled.class))
                    .satisfies(c -> assertThat(c.what()).contains("longer than its budget"));
            assertUntouched(replica);
        }
    }

    @Test
    void a_lock_that_is_not_free_in_time_cancels_it() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            replica.file.run("BEGIN IMMEDIATE");
            var hasty = new FreezeOptions(Duration.ofSeconds(5), Duration.ofMillis(30), 100, Duration.ofSeconds(5));
            assertThat(switchOver(replica, hasty, FaultPoint.NONE))
                    .asInstanceOf(type(FreezeOutcome.Cancelled.class))
                    .satisfies(c -> assertThat(c.what()).contains("was not free within"));
            replica.file.run("COMMIT");
            assertUntouched(replica);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"freeze-locked", "apply-staged", "apply-before-commit", "apply-after-commit",
            "freeze-drained", "freeze-proved", "freeze-before-commit"})
    void a_target_that_is_lost_before_the_point_of_no_return_cancels_it(String point) throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            replica.file.run("UPDATE account SET balance = 55 WHERE id = 1");
            FaultPoint cut = name -> {
                if (name.equals(point)) {
                    replica.database.scalar("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                            + " application_name LIKE 'ferryman repl%'");
                }
            };
            FreezeOutcome outcome;
            try (CatchUp catchUp = CatchUp.open(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                    CatchUpOptions.defaults(), Clock.systemUTC(), cut); var proof = new Verified(replica)) {
                outcome = freeze(replica, cut).switchOver(catchUp, FreezeOptions.defaults(), proof);
            }
            if (point.equals("freeze-before-commit")) {
                // The gate was only waiting for its commit: it is opened with another connection.
                assertThat(outcome).isInstanceOf(FreezeOutcome.Switched.class);
                replica.database.execute("UPDATE account SET balance = 56 WHERE id = 1");
            } else {
                assertThat(outcome).isInstanceOf(FreezeOutcome.Cancelled.class);
                assertUntouched(replica);
            }
        }
    }

    @Test
    void a_crash_after_the_point_of_no_return_is_finished_by_the_next_process() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            FaultPoint crash = name -> {
                if (name.equals("freeze-committed")) {
                    throw new IllegalStateException("crash");
                }
            };
            assertThatThrownBy(() -> switchOver(replica, FreezeOptions.defaults(), crash)).hasMessage("crash");
            assertThatThrownBy(() -> replica.file.run("DELETE FROM account")).hasStackTraceContaining("has moved");
            assertThatThrownBy(() -> replica.database.execute("DELETE FROM account"))
                    .hasStackTraceContaining("fenced by Ferryman");
            var next = new Freeze(replica.file.source(), replica.target, replica.plan, new Lease("test", 2),
                    Clock.systemUTC(), FaultPoint.NONE);
            assertThat(next.pointOfNoReturn()).isPresent();
            next.finish();
            next.finish();
            replica.database.execute("DELETE FROM account");
        }
    }

    @Test
    void finishing_without_a_point_of_no_return_is_refused() throws Exception {
        try (Replica replica = accounts("wal")) {
            prepare(replica);
            assertThatThrownBy(() -> freeze(replica, FaultPoint.NONE).finish())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_waiting_writer_of_another_connection_meets_the_fence() throws Exception {
        try (Replica replica = accounts("wal");
                var other = DriverManager.getConnection("jdbc:sqlite:" + replica.file.path);
                var statement = other.createStatement()) {
            prepare(replica);
            statement.execute("PRAGMA busy_timeout = 20000");
            var prepared = other.prepareStatement("UPDATE account SET balance = 9999");
            var failure = new Throwable[1];
            var writer = new Thread(() -> {
                try {
                    prepared.executeUpdate();
                } catch (SQLException e) {
                    failure[0] = e;
                }
            });
            FaultPoint start = name -> {
                if (name.equals("freeze-locked")) {
                    writer.start();
                }
            };
            assertThat(switchOver(replica, FreezeOptions.defaults(), start))
                    .isInstanceOf(FreezeOutcome.Switched.class);
            writer.join();
            assertThat(failure[0]).hasMessageContaining("has moved to PostgreSQL");
            assertThat(replica.differences()).isEmpty();
        }
    }
}
