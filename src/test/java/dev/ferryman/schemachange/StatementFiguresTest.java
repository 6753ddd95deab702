package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.PrimaryAndStandby;
import dev.ferryman.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The extension {@code pg_stat_statements} of a real server, which has to be started with it. */
class StatementFiguresTest {
    private static final Duration SLOW = Duration.ofMillis(100);

    @Test
    void statements_that_were_slow_since_before_are_named_also_where_somebody_has_reset_the_statistics()
            throws Exception {
        try (var servers = PrimaryAndStandby.start()) {
            servers.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
            servers.killPrimary();
            servers.startPrimary();
            servers.execute("CREATE EXTENSION pg_stat_statements");
            PostgresTarget target = PostgresTarget.parse(servers.primaryUrl(), Secret.of(TestPostgres.PASSWORD));

            servers.execute("/* orders */ SELECT pg_sleep(1.5)");
            StatementFigures before = StatementFigures.read(target);
            assertThat(before.available()).isTrue();
            assertThat(words(StatementFigures.read(target), before))
                    .as("it was slow before and was not called since").containsExactly(
                            "No statement takes more than 100 ms on average since before (pg_stat_statements).");

            servers.execute("CREATE TABLE notes AS SELECT n FROM generate_series(1, 10) n, pg_sleep(0.2)");
            servers.execute("/* orders */ SELECT pg_sleep(0.2)");
            assertThat(words(StatementFigures.read(target), before)).as("a change of the schema is no such statement")
                    .singleElement().asString().contains("A statement takes 2", "1 call, before 1,5",
                            "/* orders */ SELECT pg_sleep($1)");

            servers.execute("SELECT pg_stat_statements_reset()");
            servers.execute("/* orders */ SELECT pg_sleep(0.2)");
            servers.execute("/* orders */ SELECT pg_sleep(0.2)");
            assertThat(words(StatementFigures.read(target), before)).singleElement().asString()
                    .contains("A statement takes 2", "2 calls, before 1,5");
        }
    }

    private static List<String> words(StatementFigures now, StatementFigures before) {
        return now.since(before, SLOW).stream().map(Observation::words).toList();
    }
}
