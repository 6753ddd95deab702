package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes arrive in PostgreSQL once, in whatever order they were made. */
class CatchUpTest {
    @TempDir
    Path directory;

    private LiveFile shop() {
        return LiveFile.create(directory,
                "CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, score INTEGER)",
                "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer(id)"
                        + " ON DELETE CASCADE, amount REAL)",
                "CREATE TABLE note (line TEXT)", "PRAGMA foreign_keys = 1",
                "INSERT INTO customer(email, score) VALUES ('a', 1), ('b', 2), ('c', 3)",
                "INSERT INTO purchase VALUES (1, 1, 1.5), (2, 1, 2.5), (3, 2, 3.5)", "INSERT INTO note VALUES ('x')");
    }

    @Test
    void inserts_updates_deletes_and_cascades_arrive() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            replica.file.run("INSERT INTO customer(email, score) VALUES ('d', 4)",
                    "UPDATE customer SET score = 20 WHERE id = 2", "DELETE FROM customer WHERE id = 1",
                    "INSERT INTO purchase VALUES (9, 4, 0.1)", "UPDATE purchase SET id = 30 WHERE id = 3",
                    "REPLACE INTO customer(id, email, score) VALUES (7, 'c', 5)", "UPDATE note SET line = 'y'",
                    "INSERT INTO note VALUES ('z')");
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
            assertThat(replica.database.scalar("SELECT string_agg(id || email, ',' ORDER BY id) FROM customer"))
                    .isEqualTo("2b,4d,7c");
            assertThat(replica.database.scalar("SELECT string_agg(line, ',' ORDER BY line) FROM note"))
                    .isEqualTo("y,z");
        }
    }

    @Test
    void unique_values_that_change_places_arrive_even_over_several_batches() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            replica.file.run("BEGIN", "UPDATE customer SET email = '?' WHERE id = 1",
                    "UPDATE customer SET email = 'a' WHERE id = 2", "UPDATE customer SET email = 'b' WHERE id = 3",
                    "UPDATE customer SET email = 'c' WHERE id = 1", "COMMIT");
            var oneByOne = new CatchUpOptions(1, 1, Duration.ofMillis(1), Duration.ZERO);
            try (CatchUp catchUp = replica.catchUp(oneByOne)) {
                assertThat(catchUp.standing().backlog()).isEqualTo(4);
                assertThat(catchUp.step().changes()).isPositive();
                while (catchUp.step().changes() > 0) {
                    // One key at a time, widened where it has to be.
                }
                assertThat(catchUp.standing().backlog()).isZero();
                assertThat(catchUp.standing().lag()).isEqualTo(Duration.ZERO);
            }
            assertThat(replica.differences()).isEmpty();
        }
    }

    @Test
    void the_snapshot_says_where_the_catch_up_begins_and_nothing_is_applied_twice() throws Exception {
        try (LiveFile file = shop()) {
            file.install();
            file.run("UPDATE customer SET score = 100");
            try (Replica replica = Replica.of(file, directory)) {
                try (CatchUp catchUp = replica.catchUp()) {
                    assertThat(catchUp.standing().backlog()).isZero();
                    assertThat(catchUp.step().changes()).isZero();
                    file.run("UPDATE customer SET score = 101 WHERE id = 1");
                    assertThat(catchUp.step().changes()).isEqualTo(1);
                    assertThat(catchUp.step().changes()).isZero();
                }
                try (CatchUp again = replica.catchUp()) {
                    assertThat(again.step().changes()).isZero();
                }
                assertThat(replica.differences()).isEmpty();
            }
        }
    }

    @Test
    void triggers_and_cascades_of_the_target_do_not_fire() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            replica.database
                    .execute("""
                             CREATE TABLE seen (what text);
                             CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS
                             'BEGIN INSERT INTO public.seen VALUES (tg_op); RETURN NULL; END';
                             CREATE TRIGGER look AFTER INSERT OR UPDATE OR DELETE ON customer FOR EACH ROW
                             EXECUTE FUNCTION look();
                             CREATE TRIGGER always AFTER DELETE ON customer FOR EACH ROW EXECUTE FUNCTION look();
                             ALTER TABLE customer ENABLE ALWAYS TRIGGER always""");
            replica.file.run("PRAGMA foreign_keys = 0", "DELETE FROM customer WHERE id = 1",
                    "UPDATE customer SET score = 9 WHERE id = 2");
            replica.catchUpNow();
            assertThat(replica.database.scalar("SELECT count(*) FROM seen")).isEqualTo("0");
            assertThat(replica.database.scalar("SELECT count(*) FROM purchase WHERE customer = 1")).isEqualTo("2");
            assertThat(replica.differences()).isEmpty();
            assertThat(replica.database.scalar("SELECT string_agg(tgenabled::text, '' ORDER BY tgname) FROM pg_trigger"
                    + " WHERE NOT tgisinternal")).isEqualTo("AO");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_role_that_may_not_replay_falls_back_to_order_and_switched_off_triggers(int version) throws Exception {
        var server = version == 15 ? TestPostgres.fifteen() : TestPostgres.newest();
        var database = server.freshDatabase();
        String role = "plain_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'test-password'; GRANT ALL ON DATABASE "
                + database.name() + " TO " + role + "; GRANT ALL ON SCHEMA public TO " + role);
        LiveFile file = shop();
        var target = PostgresTarget.parse(
                database.url().replace("postgresql://postgres:", "postgresql://" + role + ":"), null);
        try (Replica replica = Replica.of(file, file.plan(), database, target, directory)) {
            try (var connection = target.connect(); var statement = connection.createStatement()) {
                statement.execute("""
                                  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                                  'BEGIN RAISE EXCEPTION ''fired''; END';
                                  CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON customer FOR EACH ROW
                                  EXECUTE FUNCTION refuse()""");
            }
            file.run("INSERT INTO customer VALUES (9, 'n', 1)", "UPDATE purchase SET customer = 9 WHERE id = 3",
                    "DELETE FROM customer WHERE id = 2", "DELETE FROM customer WHERE id = 1",
                    "UPDATE customer SET email = 'zz' WHERE id = 3", "INSERT INTO customer VALUES (10, 'c', 0)");
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
            assertThat(database.scalar("SELECT tgenabled FROM pg_trigger WHERE tgname = 'refuse'")).isEqualTo("O");
            file.run("PRAGMA foreign_keys = 0", "DELETE FROM customer WHERE id = 9");
            assertThatThrownBy(replica::catchUpNow).isInstanceOf(ReplicationFailedException.class)
                    .hasMessageContaining("a row of purchase refers to a row of");
            assertThat(database.scalar("SELECT count(*) FROM purchase WHERE customer = 9")).isEqualTo("1");
        }
    }

    @Test
    void a_column_the_plan_knows_otherwise_stops_with_table_row_and_column() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            replica.file.run("UPDATE customer SET score = 'high' WHERE id = 2");
            assertThatThrownBy(replica::catchUpNow).isInstanceOf(ReplicationFailedException.class)
                    .hasMessage("Table customer, row with id = 2, column score: text where an integer is expected.");
            replica.file.run("UPDATE customer SET score = 5 WHERE id = 2");
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
        }
    }

    @Test
    void a_stalled_process_commits_nothing_after_another_took_over() throws Exception {
        try (Replica replica = Replica.of(shop(), directory); CatchUp stalled = replica.catchUp()) {
            try (CatchUp next = CatchUp.open(replica.file.source(), replica.target, replica.plan, new Lease("test", 2),
                    CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE)) {
                replica.file.run("UPDATE customer SET score = 50");
                assertThatThrownBy(stalled::step).isInstanceOf(ReplicationFailedException.class);
                assertThat(next.step().changes()).isEqualTo(3);
            }
            assertThatThrownBy(replica::catchUp).isInstanceOf(ReplicationFailedException.class)
                    .hasMessageContaining("generation 1");
        }
    }

    @Test
    void a_file_that_was_set_back_is_refused() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            replica.file.run("UPDATE customer SET score = 50");
            replica.catchUpNow();
            replica.file.run("DELETE FROM _ferryman_change_1");
            assertThatThrownBy(replica::catchUpNow).isInstanceOf(ReplicationFailedException.class)
                    .hasMessageContaining("the file was set back");
        }
    }

    @Test
    void a_snapshot_without_capture_is_refused() throws Exception {
        try (Replica replica = Replica.of(shop(), directory); LiveFile other = shop()) {
            var snapshot = dev.ferryman.endpoint.SqliteSource.snapshot(other.path);
            assertThatThrownBy(() -> CatchUp.begin(replica.file.source(), snapshot, replica.target, replica.plan,
                    LiveFile.LEASE, CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("holds no capture");
        }
    }

    @Test
    void keys_of_every_shape_arrive() throws Exception {
        LiveFile file = LiveFile.create(directory,
                "CREATE TABLE nocase (name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, v INTEGER)",
                "CREATE TABLE pair (a TEXT NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
                "CREATE TABLE loose (k NOT NULL PRIMARY KEY, v TEXT)",
                "CREATE TABLE bytes (k BLOB NOT NULL PRIMARY KEY, v TEXT)",
                "CREATE TABLE only (k TEXT NOT NULL PRIMARY KEY)",
                "INSERT INTO nocase VALUES ('bob', 1), ('eve', 2)",
                "INSERT INTO pair VALUES ('x', 1, 'p'), ('y', 2, 'q')",
                "INSERT INTO loose VALUES (1, 'one'), ('1', 'text'), (2.5, 'half'), ('b', 'bee')",
                "INSERT INTO bytes VALUES (x'00ff', 'raw')", "INSERT INTO only VALUES ('a'), ('b')");
        try (Replica replica = Replica.of(file, directory)) {
            file.run("UPDATE nocase SET name = 'Bob' WHERE name = 'bob'", "REPLACE INTO nocase VALUES ('EVE', 9)",
                    "UPDATE pair SET a = 'y', b = 3 WHERE a = 'x'", "DELETE FROM pair WHERE b = 2",
                    "REPLACE INTO loose VALUES ('b', 'again'), (7, 'new')", "DELETE FROM loose WHERE k = 2.5",
                    "UPDATE bytes SET k = x'01'", "DELETE FROM only WHERE k = 'a'", "INSERT INTO only VALUES ('c')");
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
        }
    }

    @Test
    void an_existing_schema_with_identities_and_generated_columns_is_followed() throws Exception {
        LiveFile file = LiveFile.create(directory,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, done INTEGER, at TEXT)",
                "INSERT INTO t VALUES (1, 'a', 0, '2024-01-02 03:04:05'), (2, 'b', 1, NULL)");
        var database = TestPostgres.newest().freshDatabase();
        database.execute("""
                         CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code varchar(10) NOT NULL
                         UNIQUE, done boolean, at timestamp, size int GENERATED ALWAYS AS (length(code)) STORED,
                         extra text DEFAULT 'kept')""");
        var plan = file.plan(PlanOptions.existing(TargetSchema.read(database.connect(), "public")));
        try (Replica replica = Replica.of(file, plan, database, directory)) {
            database.execute("UPDATE t SET extra = 'mine' WHERE id = 1");
            file.run("UPDATE t SET code = 'aa', done = 1 WHERE id = 1",
                    "INSERT INTO t VALUES (5, 'e', 0, '2024-05-05')",
                    "DELETE FROM t WHERE id = 2");
            replica.catchUpNow();
            assertThat(database.scalar("SELECT string_agg(t::text, ' ' ORDER BY id) FROM t"))
                    .isEqualTo("(1,aa,t,\"2024-01-02 03:04:05\",2,mine) (5,e,f,\"2024-05-05 00:00:00\",1,kept)");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_histories_end_equal(long seed) throws Exception {
        var random = new Random(seed);
        try (Replica replica = Replica.of(shop(), directory)) {
            LiveFile file = replica.file;
            var options = new CatchUpOptions(1 + random.nextInt(20), 1, Duration.ofMillis(1), Duration.ZERO);
            try (CatchUp catchUp = replica.catchUp(options)) {
                for (int i = 0; i < 1_500; i++) {
                    file.attempt(statement(random));
                    if (random.nextInt(30) == 0) {
                        catchUp.step();
                    }
                }
                while (!catchUp.step().complete() || catchUp.standing().backlog() > 0) {
                    // Until nothing is pending.
                }
            }
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
        }
    }

    private static String statement(Random random) {
        List<String> kinds = new ArrayList<>();
        String email = "'" + (char) ('a' + random.nextInt(20)) + "'";
        int id = random.nextInt(40);
        kinds.add("INSERT OR REPLACE INTO customer(id, email, score) VALUES (" + id + ", " + email + ", " + id + ")");
        kinds.add("INSERT INTO customer(email, score) VALUES (" + email + ", 1)"
                + " ON CONFLICT(email) DO UPDATE SET score = score + 1");
        kinds.add("UPDATE OR REPLACE customer SET email = " + email + " WHERE id = " + id);
        kinds.add("UPDATE OR REPLACE customer SET id = id + 1 WHERE id > " + id);
        kinds.add("DELETE FROM customer WHERE id = " + id);
        kinds.add("INSERT OR IGNORE INTO purchase SELECT " + id + ", max(id), 0.5 FROM customer");
        kinds.add("UPDATE purchase SET id = " + id + " WHERE customer = " + random.nextInt(40));
        kinds.add("DELETE FROM purchase WHERE id = " + id);
        kinds.add("INSERT INTO note VALUES (" + id + ")");
        kinds.add("DELETE FROM note WHERE line = " + id);
        return kinds.get(random.nextInt(kinds.size()));
    }

    @Test
    void a_password_never_shows_in_a_failure() throws Exception {
        try (Replica replica = Replica.of(shop(), directory)) {
            PostgresTarget wrong = PostgresTarget.parse("postgresql://postgres:hunter2@127.0.0.1:1/none", null);
            assertThatThrownBy(() -> CatchUp.open(replica.file.source(), wrong, replica.plan, LiveFile.LEASE,
                    CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE))
                    .isInstanceOf(ReplicationFailedException.class).hasCauseInstanceOf(SQLException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }
}
