package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Queries are run by the server before and after a change. */
class QueryPlanTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    abstract static class Contract {
        private final TestPostgres.Database database;
        private final PostgresTarget target;

        Contract(TestPostgres server) {
            database = server.freshDatabase();
            target = PostgresTarget.parse(database.url(), null);
            database.execute("""
                             CREATE TABLE orders (id int PRIMARY KEY, customer int, note text);
                             INSERT INTO orders SELECT n, n % 1000, repeat('x', 100) FROM generate_series(1, 100000) n;
                             CREATE INDEX by_customer ON orders (customer);
                             ANALYZE""");
        }

        @AfterEach
        void drop() {
            database.close();
        }

        @Test
        void a_query_that_lost_its_index_is_named_with_what_it_reads_now() throws Exception {
            List<String> queries = List.of("SELECT * FROM orders WHERE customer = 7",
                    "SELECT note FROM orders WHERE id = 7");
            List<QueryPlan> before = QueryPlan.explain(target, queries, LIMIT);
            assertThat(before.getFirst().shape()).contains("by by_customer");
            assertThat(before.getLast().since(before.getLast(), 2, 2)).singleElement()
                    .satisfies(each -> assertThat(each.words()).contains("by the same plan"));
            database.execute("DROP INDEX by_customer");
            List<QueryPlan> after = QueryPlan.explain(target, queries, LIMIT);
            assertThat(after.getFirst().since(before.getFirst(), 1_000_000, 2)).extracting(Observation::words)
                    .anyMatch(words -> words.contains("reads all of orders (Seq Scan); before it was an"))
                    .anyMatch(words -> words.contains("pages, before at"));
            assertThat(after.getLast().since(before.getLast(), 1_000_000, 2))
                    .allMatch(each -> each.weight() == Observation.Weight.NOTE);
        }

        @Test
        void what_writes_or_takes_too_long_is_refused_and_nothing_is_changed() {
            assertThatThrownBy(() -> QueryPlan.explain(target,
                    List.of("WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone"), LIMIT))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("read-only transaction");
            assertThatThrownBy(() -> QueryPlan.explain(target, List.of("SELECT pg_sleep(30)"), Duration.ofMillis(200)))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("statement timeout");
            assertThat(database.scalar("SELECT count(*) FROM orders")).isEqualTo("100000");
        }
    }

    @Nested
    class OnNewest extends Contract {
        OnNewest() {
            super(TestPostgres.newest());
        }
    }

    @Nested
    class OnFifteen extends Contract {
        OnFifteen() {
            super(TestPostgres.fifteen());
        }
    }

    @Test
    void only_queries_are_taken_from_a_file() {
        assertThat(QueryPlan.queries(SqlScript.of("q.sql", "-- lookups\nSELECT 1;\nSELECT 2;")))
                .containsExactly("SELECT 1", "SELECT 2");
        assertThatThrownBy(() -> QueryPlan.queries(SqlScript.of("q.sql", "SELECT 1; COMMIT; DROP TABLE t")))
                .isInstanceOf(BadInputException.class).hasMessageContaining("Statement 2 of q.sql is no query");
        assertThatThrownBy(() -> QueryPlan.queries(SqlScript.of("q.sql", "-- nothing")))
                .isInstanceOf(BadInputException.class);
    }
}
