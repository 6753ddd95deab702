package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a review learns from a target: sizes, use, and what depends on what is dropped. */
class TargetLookTest {
    private static TestPostgres.Database database;

    @BeforeAll
    static void fill() {
        database = TestPostgres.newest().freshDatabase();
        database.execute("""
                         CREATE TABLE big (id bigint PRIMARY KEY, note text, kind integer);
                         INSERT INTO big SELECT n, repeat('x', 200), n FROM generate_series(1, 60000) n;
                         CREATE TABLE small (id bigint PRIMARY KEY, big_id bigint REFERENCES big, note text);
                         CREATE INDEX big_kind ON big (kind);
                         CREATE VIEW notes AS SELECT note FROM small;
                         CREATE FUNCTION own() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
                         """);
        database.execute("ANALYZE");
        database.execute("SET enable_seqscan = off; SELECT * FROM big WHERE kind = 7");
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private static Review review(String sql) {
        return Review.of(SqlScript.of("a.sql", sql), ReviewContext.target(PostgresTarget.parse(database.url(), null)));
    }

    private static List<String> found(String sql) {
        return review(sql).findings().filter(finding -> finding.risk() != Risk.LOW).map(finding -> finding.rule().id())
                .distinct().toList();
    }

    @Test
    void a_small_table_makes_a_scan_harmless_and_a_large_one_has_its_time_named() {
        assertThat(found("CREATE INDEX ON small (note)")).isEmpty();
        assertThat(found("CREATE INDEX ON big (note)")).containsExactly("index-blocks-writes");
        ReviewedStatement rewrite = review("ALTER TABLE big ALTER COLUMN kind TYPE bigint").statements().getFirst();
        assertThat(rewrite.duration().orElseThrow()).isPositive();
        assertThat(rewrite.rewrite()).isEqualTo(Answer.YES);
        assertThat(review("SELECT 1").version()).isEqualTo(18);
    }

    @Test
    void what_depends_on_a_thing_that_is_dropped_is_named() {
        assertThat(review("ALTER TABLE small DROP COLUMN note").findings().map(Finding::what))
                .contains("view notes needs small.note.");
        assertThat(review("DROP TABLE big").findings().map(Finding::what))
                .contains("Table small has a foreign key to big.");
        assertThat(found("DROP TABLE big")).contains("drop-in-use");
        assertThat(review("ALTER TABLE small DROP COLUMN big_id").findings().map(Finding::rule))
                .doesNotContain(Rule.DROP_IN_USE);
    }

    @Test
    void what_the_catalog_knows_of_columns_and_indexes_decides() {
        assertThat(found("ALTER TABLE big ALTER COLUMN note TYPE varchar")).containsExactly("type-change");
        assertThat(review("CREATE INDEX CONCURRENTLY kinds ON big (kind)").findings().map(Finding::rule))
                .contains(Rule.DUPLICATE_INDEX);
        String build = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS big_note ON big (note)";
        assertThat(found(build)).isEmpty();
        assertThatThrownBy(() -> database.execute(build)).hasStackTraceContaining("could not create unique index");
        assertThat(found(build)).containsExactly("invalid-index");
    }

    @Test
    void a_foreign_key_is_checked_against_the_indexes_that_are_there() {
        assertThat(found("ALTER TABLE big ADD CONSTRAINT k FOREIGN KEY (kind) REFERENCES small NOT VALID")).isEmpty();
        assertThat(found("ALTER TABLE small ADD CONSTRAINT k FOREIGN KEY (big_id) REFERENCES big NOT VALID"))
                .containsExactly("foreign-key-without-index");
    }

    @Test
    void the_volatility_of_the_targets_own_functions_is_known() {
        assertThat(review("ALTER TABLE big ADD COLUMN x int DEFAULT own()").statements().getFirst().rewrite())
                .isEqualTo(Answer.NO);
        assertThat(Review.of(SqlScript.of("a.sql", "ALTER TABLE big ADD COLUMN x int DEFAULT own()"),
                ReviewContext.version(18)).statements().getFirst().rewrite()).isEqualTo(Answer.DEPENDS);
    }

    @Test
    void faces_look_only_at_targets_that_are_configured() {
        var reviews = new SqlReviews(Map.of("shop", () -> PostgresTarget.parse(database.url(), null)));
        assertThat(reviews.forTarget(SqlScript.of("a.sql", "DROP TABLE big"), "shop").target())
                .contains(database.name()).doesNotContain(TestPostgres.PASSWORD);
        assertThatThrownBy(() -> reviews.forTarget(SqlScript.of("a.sql", "SELECT 1"), "other"))
                .isInstanceOf(BadInputException.class);
    }
}
