package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Long histories of every kind of write, brought over in pieces while they go on: both sides end equal, on the way there and
 * on the way back. Compared by the product's verification and by plain SQL. More histories:
 * {@code ./mvnw test -Dtest=ConvergenceTest -Dconvergence.seeds=20 -Dconvergence.first=1}.
 */
class ConvergenceTest {
    private static final int OPERATIONS = 10_000;
    private static final long FIRST = Long.getLong("convergence.first", 1);
    static final List<Long> SEEDS = java.util.stream.LongStream
            .range(FIRST, FIRST + Long.getLong("convergence.seeds", 1)).boxed().toList();

    @TempDir
    Path directory;

    @ParameterizedTest(name = "history {0}")
    @FieldSource("SEEDS")
    void whatever_an_application_writes_to_sqlite_both_sides_end_equal(long seed) throws Exception {
        var random = new Random(seed);
        try (Replica replica = Replica.of(LiveFile.create(directory, ShopHistory.SCHEMA), directory)) {
            Map<String, Integer> worked = writeToSqlite(replica, random, OPERATIONS);
            assertThat(worked.values()).as("how often each kind of write worked: " + worked)
                    .hasSize(ShopHistory.SQLITE_KINDS).allMatch(times -> times >= OPERATIONS / 200);
            requireEqual(replica);
            switchOver(replica);
            requireEqual(replica);
        }
    }

    @ParameterizedTest(name = "history {0}")
    @FieldSource("SEEDS")
    void whatever_an_application_writes_to_postgresql_both_sides_end_equal(long seed) throws Exception {
        var random = new Random(seed);
        try (Replica replica = Replica.of(LiveFile.create(directory, ShopHistory.SCHEMA), directory)) {
            writeToSqlite(replica, random, 500);
            switchOver(replica);
            replica.database.execute(ShopHistory.POSTGRES_TRIGGERS);
            Map<String, Integer> worked = writeToPostgres(replica, random, OPERATIONS);
            assertThat(worked.values()).as("how often each kind of write worked: " + worked)
                    .hasSize(ShopHistory.POSTGRES_KINDS).allMatch(times -> times >= OPERATIONS / 200);
            requireEqual(replica);
            try (ReverseSync reverse = reverse(replica, 100); var proof = new Verified(replica)) {
                assertThat(new SwitchBack(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                        Clock.systemUTC(), FaultPoint.NONE).switchBack(reverse, FreezeOptions.defaults(), proof))
                        .isInstanceOf(FreezeOutcome.Switched.class);
            }
            requireEqual(replica);
            replica.file.run("INSERT INTO purchase(customer) SELECT max(id) FROM customer");
            assertThat(replica.file.scalar("SELECT count(*) FROM tag WHERE name = 'bought'")).isEqualTo("1");
        }
    }

    private static Map<String, Integer> writeToSqlite(Replica replica, Random random, int operations)
            throws InterruptedException {
        Map<String, Integer> worked = new TreeMap<>();
        LiveFile file = replica.file;
        int done = 0;
        while (done < operations) {
            file.run("PRAGMA foreign_keys = 1", "PRAGMA recursive_triggers = " + random.nextInt(2));
            int until = Math.min(operations, done + 1 + random.nextInt(operations / 4));
            try (CatchUp catchUp = replica.catchUp(pieces(random))) {
                while (done < until) {
                    boolean transaction = random.nextInt(4) == 0;
                    if (transaction) {
                        file.run("BEGIN");
                    }
                    Map<String, Integer> now = new TreeMap<>();
                    for (int i = transaction ? 1 + random.nextInt(6) : 1; i > 0; i--) {
                        ShopHistory.Write write = ShopHistory.toSqlite(random);
                        if (file.attempt(write.sql())) {
                            now.merge(write.kind(), 1, Integer::sum);
                        }
                    }
                    if (!transaction || file.attempt(random.nextInt(5) == 0 ? "ROLLBACK" : "COMMIT")) {
                        now.forEach((kind, times) -> worked.merge(kind, times, Integer::sum));
                        done += now.values().stream().mapToInt(Integer::intValue).sum();
                    }
                    if (random.nextInt(40) == 0) {
                        catchUp.step();
                    }
                }
            }
        }
        replica.catchUpNow();
        return worked;
    }

    /** Two sessions, whose transactions overlap and end in any order. */
    private static Map<String, Integer> writeToPostgres(Replica replica, Random random, int operations)
            throws InterruptedException, SQLException {
        Map<String, Integer> worked = new TreeMap<>();
        try (Connection one = session(replica); Connection two = session(replica)) {
            int done = 0;
            while (done < operations) {
                int until = Math.min(operations, done + 1 + random.nextInt(operations / 4));
                try (ReverseSync reverse = reverse(replica, 1 + random.nextInt(200))) {
                    while (done < until) {
                        Connection session = random.nextInt(5) == 0 ? two : one;
                        ShopHistory.Write write = ShopHistory.toPostgres(random);
                        if (attempt(session, write.sql())) {
                            worked.merge(write.kind(), 1, Integer::sum);
                            done++;
                        }
                        // A TRUNCATE keeps readers out until it ends, and the reader is this very thread.
                        int ending = write.kind().equals("truncate") ? random.nextInt(9) : random.nextInt(30);
                        if (ending < 8) {
                            session.commit();
                        } else if (ending == 8) {
                            session.rollback();
                        }
                        if (random.nextInt(80) == 0) {
                            reverse.step();
                        }
                    }
                }
            }
            one.commit();
            two.commit();
        }
        try (ReverseSync reverse = reverse(replica, 100)) {
            while (!reverse.step().complete()) {
                // Batch by batch.
            }
        }
        return worked;
    }

    private static CatchUpOptions pieces(Random random) {
        return new CatchUpOptions(1 + random.nextInt(200), 1, Duration.ofMillis(1), Duration.ZERO);
    }

    private static ReverseSync reverse(Replica replica, int most) throws InterruptedException {
        return ReverseSync.open(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                new CatchUpOptions(most, 1, Duration.ofMillis(1), Duration.ZERO), Clock.systemUTC(), FaultPoint.NONE);
    }

    private static void switchOver(Replica replica) throws Exception {
        new ReverseCapture(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE)
                .prepare(replica.snapshot);
        try (CatchUp catchUp = replica.catchUp(); var proof = new Verified(replica)) {
            assertThat(new Freeze(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE,
                    Clock.systemUTC(), FaultPoint.NONE).switchOver(catchUp, FreezeOptions.defaults(), proof))
                    .isInstanceOf(FreezeOutcome.Switched.class);
        }
    }

    private static Connection session(Replica replica) throws SQLException {
        Connection connection = replica.database.connect();
        try (var statement = connection.createStatement()) {
            // A lock that the other session holds is one more write that did not work.
            statement.execute("SET lock_timeout = '2ms'");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static boolean attempt(Connection session, String sql) throws SQLException {
        var before = session.setSavepoint();
        try (var statement = session.createStatement()) {
            statement.execute(sql);
            session.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            session.rollback(before);
            return false;
        }
    }

    private static void requireEqual(Replica replica) throws InterruptedException {
        ShopHistory.ROWS.forEach((sqlite, postgres) -> assertThat(replica.file.query(sqlite)).as(sqlite)
                .isEqualTo(
                        String.valueOf(replica.database.scalar("SELECT coalesce(string_agg(line, E'\\n' ORDER BY line"
                                + " COLLATE \"C\"), '') FROM (" + postgres + ") AS lines(line)")).lines().toList()));
        assertThat(replica.differences()).isEmpty();
    }
}
