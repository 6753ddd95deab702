package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What migration tools print is reviewed as it is: header, remarks, their own tables and locks, transactions. */
class ToolOutputTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/dev/ferryman/schemachange/tools");
    /** Speak about the script or the habit. */
    private static final Set<String> ALWAYS = Set.of("no-lock-timeout", "no-schema-name");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                                                            alembic.sql                 | ALEMBIC   | 1 1 1 1 0 2 2 2     | limited-text not-repeatable set-not-null-scan
                                            liquibase.sql               | LIQUIBASE | 1 1 1 1 1 2 2 3 3 3 | not-in-transaction not-repeatable
                                            liquibase-nothing-to-do.sql | LIQUIBASE | 0 0                 |
                                            django.sql                  | DJANGO    | 1 1 1 1 1 1 1 1 1   | default-change drop-constraint foreign-key-scan foreign-key-without-index index-blocks-writes rename-column work-under-lock
                                            V8__ticket_index.sql        | FLYWAY    | 0 0                 |
                                            laravel.txt                 | LARAVEL   | 1 1 1 2 2           | index-blocks-writes unique-builds-index work-under-lock
                                            migration.sql               | PRISMA    | 1 1 1 1 1           | drop-column drop-constraint enum-value enum-value-order foreign-key-scan foreign-key-without-index index-blocks-writes work-under-lock
                                            prisma-only-indexes.sql     | PRISMA    | 1 1                 | index-drop-blocks
                                            """)
    void a_tools_output_is_known_and_its_transactions_are_seen(String file, Origin origin, String transactions,
            String rules) {
        Review review = review(file, null);
        assertThat(review.origin()).isEqualTo(origin);
        assertThat(review.statements()).extracting(each -> String.valueOf(each.transaction()))
                .containsExactly(transactions.split(" "));
        assertThat(found(review)).isEqualTo(rules == null ? Set.of() : new TreeSet<>(List.of(rules.split(" "))));
    }

    @Test
    void a_tool_that_has_nothing_left_to_do_changes_nothing() {
        assertThat(ScriptDigest.changesNothing(script("liquibase-nothing-to-do.sql", null))).isTrue();
        for (String file : List.of("liquibase.sql", "alembic.sql", "django.sql", "laravel.txt", "migration.sql")) {
            assertThat(ScriptDigest.changesNothing(script(file, null))).as(file).isFalse();
        }
    }

    @Test
    void knex_leaves_no_trace_and_is_named() {
        Review review = review("knex.sql", Origin.KNEX);
        assertThat(review.statements()).extracting(ReviewedStatement::transaction).containsOnly(1);
        assertThat(found(review)).contains("index-blocks-writes", "foreign-key-scan");
    }

    @Test
    void placeholders_of_flyway_have_to_be_filled_in() {
        assertThatThrownBy(() -> review("V7__tickets.sql", null)).isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("V7__tickets.sql:3:13: ");
    }

    @Test
    void what_a_tool_does_not_say_of_its_transaction_is_a_question_and_no_verdict() {
        assertThat(review("liquibase.sql", null).findings().filter(each -> each.rule() == Rule.NOT_IN_TRANSACTION))
                .singleElement().satisfies(finding -> {
                    assertThat(finding.risk()).isEqualTo(Risk.MEDIUM);
                    assertThat(finding.what()).contains("which this output does not show");
                });
    }

    private static Set<String> found(Review review) {
        Set<String> rules = new TreeSet<>();
        review.findings().forEach(finding -> rules.add(finding.rule().id()));
        rules.removeAll(ALWAYS);
        return rules;
    }

    private static Review review(String file, @Nullable Origin origin) {
        return Review.of(script(file, origin), ReviewContext.version(15));
    }

    private static SqlScript script(String file, @Nullable Origin origin) {
        try {
            String text = Files.readString(DIRECTORY.resolve(file));
            return origin == null ? SqlScript.of(file, text) : new SqlScript(file, text, origin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
