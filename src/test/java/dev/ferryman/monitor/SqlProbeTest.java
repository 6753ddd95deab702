package dev.ferryman.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Threshold NONE = Threshold.none("");

    private final HttpHooks hooks = new HttpHooks(Map.of(), reference -> "", AllowedHosts.of("127.0.0.1"));
    private TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    /** Kept in memory, as the state store keeps them. */
    private static final class Kept implements SqlProbe.Counters {
        private @Nullable String text;

        @Override
        public Optional<String> last() {
            return Optional.ofNullable(text);
        }

        @Override
        public void note(String counters) {
            text = counters;
        }
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void every_figure_can_be_had_from_the_newest_server_and_the_oldest(boolean newest) {
        database.close();
        database = newest ? TestPostgres.newest().freshDatabase() : TestPostgres.fifteen().freshDatabase();
        database.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
        for (SqlLook look : SqlLook.values()) {
            var probe = probe(look, NONE, new Kept());
            look(probe);
            Sample sample = look(probe);
            switch (look) {
                case REPLICATION_LAG -> assertThat(sample.detail()).contains("No standby");
                case QUERY_MEAN, QUERY_P99 -> assertThat(sample.detail()).contains("pg_stat_statements");
                case CACHE_HIT -> assertThat(sample.kind()).isIn(Sample.Kind.OK, Sample.Kind.LOW_TRAFFIC);
                default -> assertThat(sample.kind()).as(look.key() + ": " + sample.detail()).isEqualTo(Sample.Kind.OK);
            }
        }
        assertThat(SqlLook.keys()).hasSize(SqlLook.values().length).allMatch(key -> SqlLook.of(key).isPresent());
    }

    @Test
    void a_lock_that_somebody_waits_for_an_idle_transaction_and_a_long_query_are_seen() throws Exception {
        database.execute("CREATE TABLE t (n int)");
        try (Connection holder = database.connect(); var hold = holder.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("LOCK TABLE t");
            Thread waiter = Thread.ofVirtual().start(() -> database.execute("SELECT count(*) FROM t"));
            var locks = probe(SqlLook.LOCKS_NOT_GRANTED, new Threshold(null, 0.0, ""), new Kept());
            await().atMost(Duration.ofSeconds(30)).until(() -> look(locks).kind() == Sample.Kind.BREACH);

            assertThat(look(locks).detail()).isEqualTo("locks-not-granted is 1; at most 0 is allowed.");
            assertThat(look(probe(SqlLook.IDLE_IN_TRANSACTION, NONE, new Kept())).value()).isEqualTo(1.0);
            assertThat(look(probe(SqlLook.CONNECTIONS, NONE, new Kept())).value()).isEqualTo(2.0);
            assertThat(look(probe(SqlLook.LONGEST_QUERY, NONE, new Kept())).value()).isPositive();
            holder.rollback();
            waiter.join();
        }
    }

    @Test
    void rollbacks_count_from_when_the_watch_began_across_restarts() throws Exception {
        database.execute("CREATE TABLE t (n int)");
        Kept counters = new Kept();
        assertThat(look(probe(SqlLook.ROLLBACKS, NONE, counters)).value()).isZero();
        try (Connection connection = database.connect(); var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 3; i++) {
                statement.execute("INSERT INTO t VALUES (1)");
                connection.rollback();
            }
        }
        var restarted = probe(SqlLook.ROLLBACKS, new Threshold(null, 2.0, ""), counters);
        Sample seen = await().atMost(Duration.ofSeconds(30)).until(() -> look(restarted),
                sample -> sample.kind() == Sample.Kind.BREACH);
        assertThat(seen.detail()).isEqualTo("rollbacks is 3; at most 2 is allowed.");
    }

    @Test
    void who_may_not_see_other_sessions_gets_no_data_and_not_zero() throws Exception {
        database.execute(
                "DO $$ BEGIN CREATE ROLE blind LOGIN PASSWORD 'blind'; EXCEPTION WHEN duplicate_object THEN END $$");
        try (Connection other = database.connect(); var hold = other.createStatement()) {
            other.setAutoCommit(false);
            hold.execute("SELECT 1");
            var blind = SqlProbe.of(
                    () -> PostgresTarget.parse(database.url().replaceFirst("//[^@]*@", "//blind:blind@"), null),
                    SqlLook.IDLE_IN_TRANSACTION, NONE, LIMIT, new Kept(), new Control(hooks, null));
            assertThat(look(blind).kind()).isEqualTo(Sample.Kind.NO_DATA);
            assertThat(look(blind).detail()).contains("pg_read_all_stats");
        }
    }

    @Test
    void a_query_of_ones_own_gives_one_figure_and_can_change_nothing() {
        database.execute("CREATE TABLE jobs AS SELECT generate_series(1, 12) AS id");
        assertThat(look(own("SELECT count(*) FROM jobs;", new Threshold(null, 10.0, ""))))
                .satisfies(sample -> {
                    assertThat(sample.kind()).isEqualTo(Sample.Kind.BREACH);
                    assertThat(sample.value()).isEqualTo(12.0);
                });
        assertThat(look(own("DELETE FROM jobs RETURNING id", NONE)).detail()).contains("SQLSTATE 25006");
        assertThat(database.scalar("SELECT count(*) FROM jobs")).isEqualTo("12");
        assertThat(look(own("SELECT id FROM jobs", NONE)).kind()).isEqualTo(Sample.Kind.ERROR);
        assertThat(look(own("SELECT max(id) FROM jobs WHERE id > 99", NONE)).kind()).isEqualTo(Sample.Kind.NO_DATA);
        assertThat(look(own("SELECT id FROM jobs WHERE id > 99", NONE)).kind()).isEqualTo(Sample.Kind.NO_DATA);
        assertThat(look(own("SELECT nothing", NONE)).kind()).isEqualTo(Sample.Kind.ERROR);
        assertThatThrownBy(() -> own("SELECT 1; DELETE FROM jobs", NONE)).isInstanceOf(BadInputException.class);
        var slow = SqlProbe.own(this::target, "SELECT 1 FROM pg_sleep(60)", NONE, Duration.ofSeconds(1),
                new Control(hooks, null));
        assertThat(look(slow).detail()).isEqualTo("The query was given up after 1 s.");
    }

    @Test
    void a_server_that_is_away_is_a_breach_unless_ferryman_is_cut_off_and_a_wrong_password_is_an_error() {
        PostgresTarget away = PostgresTarget.parse("postgresql://postgres:x@127.0.0.1:1/none", null);
        assertThat(look(SqlProbe.own(() -> away, "SELECT 1", NONE, LIMIT, new Control(hooks, null))).kind())
                .isEqualTo(Sample.Kind.BREACH);
        assertThat(look(SqlProbe.own(() -> away, "SELECT 1", NONE, LIMIT,
                new Control(hooks, HttpCall.of("GET", "http://127.0.0.1:1/")))).kind()).isEqualTo(Sample.Kind.ERROR);
        PostgresTarget wrong = PostgresTarget.parse(database.url().replaceFirst(":[^:/@]*@", ":wrong@"), null);
        assertThat(look(SqlProbe.own(() -> wrong, "SELECT 1", NONE, LIMIT, new Control(hooks, null))))
                .satisfies(sample -> assertThat(sample.detail()).doesNotContain("wrong"));
    }

    private PostgresTarget target() {
        return PostgresTarget.parse(database.url(), null);
    }

    private SqlProbe probe(SqlLook look, Threshold threshold, SqlProbe.Counters counters) {
        return SqlProbe.of(this::target, look, threshold, LIMIT, counters, new Control(hooks, null));
    }

    private SqlProbe own(String query, Threshold threshold) {
        return SqlProbe.own(this::target, query, threshold, LIMIT, new Control(hooks, null));
    }

    private static Sample look(SqlProbe probe) {
        try {
            return probe.look(Clock.systemUTC());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
