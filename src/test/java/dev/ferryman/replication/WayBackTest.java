package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to PostgreSQL after the switchover comes back to SQLite, as the application had written it. */
class WayBackTest {
    @TempDir
    Path directory;

    private Replica switched(String... statements) throws Exception {
        Replica replica = Replica.of(LiveFile.create(directory, statements), directory);
        replica.catchUpNow();
        new ReverseCapture(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE)
                .prepare(replica.snapshot);
        try (CatchUp catchUp = replica.catchUp(); var proof = new Verified(replica)) {
            assertThat(new Freeze(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                    Clock.systemUTC(), FaultPoint.NONE).switchOver(catchUp, FreezeOptions.defaults(), proof))
                    .isInstanceOf(FreezeOutcome.Switched.class);
        }
        return replica;
    }

    private static ReverseSync reverse(Replica replica) throws InterruptedException {
        return ReverseSync.open(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                new CatchUpOptions(50, 1, Duration.ofMillis(1), Duration.ZERO), Clock.systemUTC(), FaultPoint.NONE);
    }

    private static void bringBack(Replica replica) throws InterruptedException {
        try (ReverseSync reverse = reverse(replica)) {
            bringOver(reverse);
        }
    }

    private static void bringOver(ReverseSync reverse) throws InterruptedException {
        while (!reverse.step().complete()) {
            // Batch by batch.
        }
        assertThat(reverse.standing().backlog()).isZero();
    }

    private static SwitchBack switchBack(Replica replica) {
        return new SwitchBack(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE, Clock.systemUTC(),
                FaultPoint.NONE);
    }

    private static FreezeOutcome back(Replica replica, FreezeOptions options) throws Exception {
        try (var proof = new Verified(replica)) {
            return back(replica, options, proof);
        }
    }

    private static FreezeOutcome back(Replica replica, FreezeOptions options, RowProof proof)
            throws InterruptedException {
        try (ReverseSync reverse = reverse(replica)) {
            return switchBack(replica).switchBack(reverse, options, proof);
        }
    }

    private static List<String> row(Replica replica, String columns, int id) {
        return List.of(replica.file.scalar("SELECT " + String.join(" || ' ' || ",
                List.of(columns.split(",")).stream().map(c -> "quote(" + c.strip() + ")").toList())
                + " FROM v WHERE id = " + id).split(" (?=(?:[^']*'[^']*')*[^']*$)"));
    }

    @Test
    void values_return_in_the_form_the_column_has() throws Exception {
        try (Replica replica = switched(
                "CREATE TABLE v (id INTEGER PRIMARY KEY, flag BOOLEAN, at DATETIME, iso DATETIME, stamp TIMESTAMP,"
                        + " price DECIMAL(10,2), amount REAL, note TEXT, data BLOB, day DATE, big INTEGER)",
                "INSERT INTO v VALUES (1, 1, '2024-01-02 03:04:05', '2024-01-02T03:04:05.120Z', 1704164645, 12.5, 0.1,"
                        + " 'é', x'00ff', '2024-02-29', 9007199254740993)")) {
            replica.database.execute(
                    """
                    INSERT INTO v SELECT 2, false, '2025-06-07 08:09:10', '2025-06-07 08:09:10.5', stamp, 99.99,
                        1e300, 'a''b
                    ü', '\\x01', '2025-06-07', -9223372036854775808 FROM v WHERE id = 1;
                    UPDATE v SET note = NULL, data = NULL WHERE id = 1""");
            bringBack(replica);
            assertThat(row(replica, "flag, at, iso, stamp, price, amount, day, big", 1)).containsExactly("1",
                    "'2024-01-02 03:04:05'", "'2024-01-02T03:04:05.120Z'", "1704164645", "12.5", "0.1",
                    "'2024-02-29'", "9007199254740993");
            assertThat(row(replica, "note, data", 1)).containsExactly("NULL", "NULL");
            assertThat(row(replica, "flag, at, iso, stamp, price, day, big, data", 2)).containsExactly("0",
                    "'2025-06-07 08:09:10'", "'2025-06-07T08:09:10.500Z'", "1704164645", "99.99", "'2025-06-07'",
                    "-9223372036854775808", "X'01'");
            assertThat(replica.file.scalar("SELECT note = 'a''b' || char(10) || 'ü' AND amount = 1e300 FROM v"
                    + " WHERE id = 2")).isEqualTo("1");
            assertThat(replica.differences()).isEmpty();
        }
    }

    /** SQLite makes numbers of the JSON texts 2.5 and 3 where JSON is declared. */
    @Test
    void numbers_in_columns_of_json_return_as_numbers() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, declared JSON)",
                "INSERT INTO v VALUES (1, '2.5'), (2, '{\"a\": 1}'), (3, 3)")) {
            assertThat(replica.database.scalar("SELECT pg_typeof(declared) FROM v LIMIT 1")).isEqualTo("json");
            replica.database.execute("UPDATE v SET declared = '2.75' WHERE id = 1; UPDATE v SET declared = '4' WHERE"
                    + " id = 2; INSERT INTO v VALUES (5, '\"text\"'), (6, '[1, 2.50]')");
            bringBack(replica);
            assertThat(replica.file.query("SELECT id || ' ' || typeof(declared) || ' ' || declared FROM v ORDER BY id"))
                    .containsExactly("1 real 2.75", "2 integer 4", "3 integer 3", "5 text \"text\"",
                            "6 text [1, 2.50]");
            assertThat(replica.differences()).isEmpty();
        }
    }

    @Test
    void a_table_that_somebody_holds_against_readers_is_left_for_the_next_time() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n TEXT)",
                "INSERT INTO v VALUES (1, 'x')");
                ReverseSync reverse = reverse(replica)) {
            replica.database.execute("UPDATE v SET n = 'y'");
            try (Connection storm = replica.database.connect(); var statement = storm.createStatement()) {
                storm.setAutoCommit(false);
                statement.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE");
                assertThat(reverse.step()).satisfies(put -> {
                    assertThat(put.complete()).isFalse();
                    assertThat(put.changes()).isZero();
                });
                storm.rollback();
            }
            bringOver(reverse);
            assertThat(replica.file.scalar("SELECT n FROM v")).isEqualTo("y");
        }
    }

    @Test
    void a_column_that_did_not_change_keeps_the_form_it_was_written_in() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, at DATETIME, n TEXT)",
                "INSERT INTO v VALUES (1, '2024-01-02T03:04:05Z', 'x'), (2, '2024-01-02 03:04:05.000', 'x'),"
                        + " (3, '2024-01-02', 'x')")) {
            replica.database.execute("UPDATE v SET n = 'y'");
            bringBack(replica);
            assertThat(replica.file.query("SELECT at || ' ' || n FROM v ORDER BY id")).containsExactly(
                    "2024-01-02T03:04:05Z y", "2024-01-02 03:04:05.000 y", "2024-01-02 y");
        }
    }

    @Test
    void a_value_that_sqlite_cannot_hold_is_named_and_nothing_of_its_batch_is_written() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, amount REAL)",
                "INSERT INTO v VALUES (1, 1.5)"); ReverseSync reverse = reverse(replica)) {
            replica.database.execute("UPDATE v SET amount = 'NaN'; INSERT INTO v VALUES (2, 2.5)");
            assertThatThrownBy(reverse::step).isInstanceOf(ReplicationFailedException.class)
                    .hasMessageContaining("Table v").hasMessageContaining("[1]").hasMessageContaining("amount")
                    .hasMessageContaining("NaN");
            assertThat(replica.file.query("SELECT id || ' ' || amount FROM v")).containsExactly("1 1.5");
            replica.database.execute("UPDATE v SET amount = 3 WHERE id = 1");
            reverse.step();
            assertThat(replica.file.query("SELECT id || ' ' || amount FROM v")).containsExactly("1 3.0", "2 2.5");
        }
    }

    @Test
    void unique_values_may_move_between_rows_and_keys_may_change() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, name TEXT UNIQUE, extra)",
                "CREATE TABLE pair (a TEXT, b INTEGER, w TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
                "INSERT INTO v VALUES (1, 'one', x'ff'), (2, 'two', 'keep'), (3, 'three', x'05'), (4, 'four', 1.5)",
                "INSERT INTO pair VALUES ('x', 1, 'w'), ('x', 2, 'w')")) {
            replica.database.execute("UPDATE v SET name = 'tmp' WHERE id = 1; UPDATE v SET name = 'one' WHERE id = 2;"
                    + " UPDATE v SET name = 'two' WHERE id = 1; UPDATE v SET id = 30 WHERE id = 3;"
                    + " DELETE FROM v WHERE id = 4; INSERT INTO v(id, name) VALUES (5, 'four');"
                    + " UPDATE pair SET b = b + 10; DELETE FROM pair WHERE b = 12; INSERT INTO pair VALUES ('y', 9, '')");
            bringBack(replica);
            assertThat(replica.file.query("SELECT id || ' ' || name || ' ' || quote(extra) FROM v ORDER BY id"))
                    .containsExactly("1 two X'FF'", "2 one 'keep'", "5 four NULL", "30 three X'05'");
            assertThat(replica.file.query("SELECT a || b || w FROM pair ORDER BY a, b")).containsExactly("x11w", "y9");
            assertThat(replica.differences()).isEmpty();
        }
    }

    @Test
    void a_transaction_that_commits_late_is_not_missed() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0), (2, 0)"); Connection late = replica.database.connect()) {
            late.setAutoCommit(false);
            late.createStatement().execute("UPDATE v SET n = 1 WHERE id = 1");
            replica.database.execute("UPDATE v SET n = 2 WHERE id = 2");
            bringBack(replica);
            assertThat(replica.file.query("SELECT n FROM v ORDER BY id")).containsExactly("0", "2");
            late.commit();
            bringBack(replica);
            assertThat(replica.file.query("SELECT n FROM v ORDER BY id")).containsExactly("1", "2");
        }
    }

    @Test
    void tables_without_a_key_and_truncated_ones_come_back_whole() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "CREATE TABLE log (line TEXT, at DATETIME)", "INSERT INTO v VALUES (1, 0), (2, 0)",
                "INSERT INTO log VALUES ('a', '2024-01-01 00:00:00'), ('a', '2024-01-01 00:00:00')")) {
            replica.database.execute("TRUNCATE v; INSERT INTO v VALUES (7, 7); INSERT INTO log SELECT 'b', at FROM log"
                    + " LIMIT 1; DELETE FROM log WHERE ctid = (SELECT min(ctid) FROM log)");
            bringBack(replica);
            assertThat(replica.file.query("SELECT id || ' ' || n FROM v")).containsExactly("7 7");
            assertThat(replica.file.query("SELECT line || at FROM log ORDER BY 1")).containsExactly(
                    "a2024-01-01 00:00:00", "b2024-01-01 00:00:00");
            assertThat(replica.differences()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatever_is_written_to_postgresql_both_sides_end_equal(long seed) throws Exception {
        var random = new Random(seed);
        try (Replica replica = switched(
                "CREATE TABLE v (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER, at DATETIME, r REAL, b BLOB)",
                "CREATE TABLE child (id INTEGER PRIMARY KEY, v INTEGER REFERENCES v(id) ON DELETE CASCADE ON UPDATE"
                        + " CASCADE, t TEXT)",
                "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 200) INSERT INTO v SELECT i,"
                        + " 'name ' || i, i, datetime(1700000000 + i, 'unixepoch'), i / 7.0, randomblob(3) FROM i",
                "INSERT INTO child SELECT id, id, 'c' FROM v WHERE id % 3 = 0");
                ReverseSync reverse = reverse(replica);
                Connection postgres = replica.database.connect()) {
            postgres.setAutoCommit(false);
            int done = 0;
            for (int i = 0; i < 1_500; i++) {
                done += attempt(postgres, statement(random)) ? 1 : 0;
                if (random.nextInt(4) == 0) {
                    postgres.commit();
                }
                if (random.nextInt(100) == 0) {
                    reverse.step();
                }
            }
            postgres.commit();
            assertThat(done).isGreaterThan(700);
            while (!reverse.step().complete()) {
                // Batch by batch.
            }
            assertThat(replica.differences()).isEmpty();
            assertThat(reverse.unverified()).isNotEmpty();
        }
    }

    private static boolean attempt(Connection postgres, String sql) throws Exception {
        var before = postgres.setSavepoint();
        try (var statement = postgres.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (java.sql.SQLException e) {
            postgres.rollback(before);
            return false;
        }
    }

    private static String statement(Random random) {
        int id = 1 + random.nextInt(250);
        int other = 1 + random.nextInt(250);
        return switch (random.nextInt(9)) {
            case 0, 1 -> "INSERT INTO v(id, name, n) VALUES (" + id + ", 'name " + other + "', 1)";
            case 2 -> "UPDATE v SET n = n + 1, r = random(), at = at + interval '1 day 0.25 s' WHERE id = " + id;
            case 3 ->
                "UPDATE v SET name = 'name " + other + "', b = '\\x00" + (10 + random.nextInt(80)) + "' WHERE id = "
                        + id;
            case 4 -> "UPDATE v SET id = " + other + " WHERE id = " + id;
            case 5 -> "DELETE FROM v WHERE id = " + id;
            case 6 ->
                "UPDATE v SET name = CASE id WHEN " + id + " THEN 'x" + other + "' ELSE NULL END WHERE id IN (" + id
                        + ", " + other + ")";
            case 7 -> "INSERT INTO child(v, t) VALUES (" + id + ", NULL) ";
            default -> "INSERT INTO v(id, name) VALUES (" + id + ", 'u') ON CONFLICT (id) DO UPDATE SET name = 'z"
                    + id + "'";
        };
    }

    @Test
    void switching_back_returns_the_file_with_everything_and_shuts_the_target() throws Exception {
        try (Replica replica = switched(
                "CREATE TABLE doc (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)",
                "CREATE VIRTUAL TABLE found USING fts5(body, content='doc', content_rowid='id')",
                "CREATE TRIGGER doc_in AFTER INSERT ON doc BEGIN INSERT INTO found(rowid, body) VALUES (new.id,"
                        + " new.body); END",
                "INSERT INTO doc(body) VALUES ('old words')");
                Connection session = replica.database.connect()) {
            List<String> schema = replica.file.schema();
            replica.database.execute("INSERT INTO doc(body) VALUES ('new words'), ('gone')");
            replica.database.execute("DELETE FROM doc WHERE body = 'gone'");
            session.setAutoCommit(false);
            session.createStatement().executeQuery("SELECT 1 FROM doc");

            assertThat(back(replica, FreezeOptions.defaults())).isInstanceOf(FreezeOutcome.Switched.class);

            assertThat(switchBack(replica).pointOfNoReturn()).isPresent();
            assertThatThrownBy(() -> session.createStatement().execute("INSERT INTO doc(body) VALUES ('late')"))
                    .hasMessageContaining("fenced by Ferryman");
            replica.file.run("INSERT INTO doc(body) VALUES ('newest words')");
            assertThat(replica.file.query("SELECT id || body FROM doc ORDER BY id")).containsExactly("1old words",
                    "2new words", "4newest words");
            assertThat(replica.file.query("SELECT rowid FROM found WHERE found MATCH 'words' ORDER BY rowid"))
                    .containsExactly("1", "2", "4");
            switchBack(replica).settle();
            replica.file.capture().remove();
            assertThat(replica.file.schema()).allMatch(object -> !object.contains("_ferryman")).hasSizeLessThan(
                    schema.size()).anyMatch(object -> object.startsWith("trigger doc_in"));
        }
    }

    @Test
    void differences_or_a_spent_budget_leave_the_application_on_postgresql() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0)")) {
            replica.database.execute("UPDATE v SET n = 1");
            assertThat(back(replica, FreezeOptions.defaults(), (changed, limit) -> List.of("v 1: n")))
                    .asInstanceOf(type(FreezeOutcome.Cancelled.class))
                    .satisfies(cancelled -> assertThat(cancelled.what()).contains("1 row differs: v 1: n"));
            replica.database.execute("UPDATE v SET n = 2");
            assertThatThrownBy(() -> replica.file.run("UPDATE v SET n = 9")).hasStackTraceContaining("has moved");
            assertThat(back(replica, new FreezeOptions(Duration.ofMillis(200), Duration.ofSeconds(5), 5_000,
                    Duration.ofSeconds(5)), (changed, limit) -> {
                        Thread.sleep(300);
                        return List.of();
                    })).isInstanceOf(FreezeOutcome.Cancelled.class);
            replica.database.execute("UPDATE v SET n = 3");
            assertThat(back(replica, FreezeOptions.defaults())).isInstanceOf(FreezeOutcome.Switched.class);
            assertThat(replica.file.scalar("SELECT n FROM v")).isEqualTo("3");
        }
    }

    @Test
    void a_row_that_did_not_arrive_as_it_is_leaves_the_application_on_postgresql() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0), (2, 0)")) {
            replica.database.execute("UPDATE v SET n = 1");
            bringBack(replica);
            replica.file.run("UPDATE _ferryman_state SET pass = 1", "UPDATE v SET n = 5 WHERE id = 2",
                    "UPDATE _ferryman_state SET pass = 0");
            assertThat(back(replica, FreezeOptions.defaults())).asInstanceOf(type(FreezeOutcome.Cancelled.class))
                    .satisfies(cancelled -> assertThat(cancelled.what()).contains("1 row differs: v 2 n: CHANGED, 5"));
            replica.database.execute("UPDATE v SET n = 6 WHERE id = 2");
            assertThat(back(replica, FreezeOptions.defaults())).isInstanceOf(FreezeOutcome.Switched.class);
        }
    }

    @Test
    void a_transaction_that_does_not_end_is_ended_and_changed_columns_are_told() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0)"); Connection open = replica.database.connect()) {
            replica.database.execute("ALTER TABLE v ADD COLUMN extra text");
            assertThat(back(replica, FreezeOptions.defaults())).asInstanceOf(type(FreezeOutcome.Refused.class))
                    .satisfies(refused -> assertThat(refused.failed()).singleElement()
                            .satisfies(guard -> assertThat(guard.sentence()).contains("v")));
            replica.database.execute("ALTER TABLE v DROP COLUMN extra");
            open.setAutoCommit(false);
            open.createStatement().execute("UPDATE v SET n = 77");
            assertThat(back(replica, new FreezeOptions(Duration.ofSeconds(4), Duration.ofSeconds(5), 5_000,
                    Duration.ofSeconds(5)))).isInstanceOf(FreezeOutcome.Switched.class);
            assertThat(replica.file.scalar("SELECT n FROM v")).isEqualTo("0");
            assertThatThrownBy(open::commit).isInstanceOf(java.sql.SQLException.class);
        }
    }

    @Test
    void a_transaction_that_lets_nobody_read_does_not_keep_the_way_back_shut() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, a TEXT)",
                "INSERT INTO v VALUES (1, 'x')");
                Connection holder = replica.database.connect();
                var statement = holder.createStatement()) {
            replica.database.execute("INSERT INTO v VALUES (2, 'y')");
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE v IN ACCESS EXCLUSIVE MODE");
            assertThat(back(replica, new FreezeOptions(Duration.ofSeconds(4), Duration.ofSeconds(2), 1000,
                    Duration.ofSeconds(60)))).isInstanceOf(FreezeOutcome.Switched.class);
            assertThat(replica.file.scalar("SELECT count(*) FROM v")).isEqualTo("2");
        }
    }

    @Test
    void a_target_that_is_gone_for_good_is_given_up_with_what_is_known_of_the_loss() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0)")) {
            replica.database.execute("UPDATE v SET n = 1");
            bringBack(replica);
            assertThatThrownBy(() -> switchBack(replica).withoutTarget(Duration.ofSeconds(5)))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("answers");
            var gone = new SwitchBack(replica.file.source(),
                    PostgresTarget.parse("postgresql://nobody@127.0.0.1:1/none", null), replica.plan, LiveFile.LEASE,
                    Clock.systemUTC(), FaultPoint.NONE);
            Loss loss = gone.withoutTarget(Duration.ofSeconds(5));
            assertThat(loss.broughtOver()).isAfter(loss.switchedAt());
            assertThat(loss.backlog()).isZero();
            replica.file.run("UPDATE v SET n = n + 1");
            assertThat(replica.file.scalar("SELECT n FROM v")).isEqualTo("2");
        }
    }

    @Test
    void after_it_is_over_nothing_of_ferryman_is_left_on_either_side() throws Exception {
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "CREATE TRIGGER own AFTER UPDATE ON v BEGIN SELECT 1; END", "INSERT INTO v VALUES (1, 0)")) {
            for (int i = 0; i < 2; i++) {
                new TargetRemoval(replica.target, LiveFile.LEASE).run();
                replica.file.capture().remove();
            }
            replica.database.execute("UPDATE v SET n = 1");
            assertThat(replica.database.scalar("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"))
                    .isEqualTo("0");
            assertThat(replica.database.scalar("SELECT string_agg(relname, ' ') FROM pg_class c JOIN pg_namespace n"
                    + " ON n.oid = c.relnamespace WHERE nspname = 'ferryman' AND relname ~ '^(change|repl|water)'"))
                    .isNull();
            assertThat(replica.file.schema()).hasSize(2);
        }
    }

    @Test
    void a_second_process_takes_over_and_the_first_changes_nothing_any_more() throws Exception {
        List<String> lines = new ArrayList<>();
        try (Replica replica = switched("CREATE TABLE v (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO v VALUES (1, 0)"); ReverseSync first = reverse(replica)) {
            replica.database.execute("UPDATE v SET n = 1");
            try (ReverseSync second = ReverseSync.open(replica.file.source(), replica.target, replica.plan,
                    new Lease("test", 2), CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE)) {
                assertThatThrownBy(first::step).isInstanceOf(ReplicationFailedException.class);
                second.step();
            }
            lines.addAll(replica.file.query("SELECT n FROM v"));
        }
        assertThat(lines).containsExactly("1");
    }
}
