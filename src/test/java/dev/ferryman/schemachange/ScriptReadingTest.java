package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts as people and tools write them: positions, transactions, and what is refused. */
class ScriptReadingTest {
    private static Review review(String name, String sql) {
        return Review.of(SqlScript.of(name, sql), ReviewContext.version(15));
    }

    private static List<String> rules(Review review) {
        return review.findings().map(finding -> finding.rule().id()).toList();
    }

    @Test
    void statements_are_found_behind_remarks_and_wide_characters() {
        Review review = review("a.sql", """
                                        -- größer, 🚢
                                        /* a /* nested */ remark; */ SELECT 'ä;';
                                          ALTER TABLE "Größe" ADD COLUMN x text,
                                            ADD CONSTRAINT c CHECK (x <> '');
                                        """);
        assertThat(review.statements()).extracting(ReviewedStatement::line, ReviewedStatement::column,
                ReviewedStatement::endLine).containsExactly(tuple(2, 30, 2), tuple(3, 3, 4));
        assertThat(review.statements().getLast().sql()).startsWith("ALTER TABLE \"Größe\"").endsWith("(x <> '')");
        assertThat(review.findings().filter(finding -> finding.rule() == Rule.CHECK_SCAN).findFirst().orElseThrow())
                .extracting(Finding::line, Finding::column).containsExactly(4, 9);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    @Test
    void what_postgresql_refuses_is_refused_in_one_line_with_its_place() {
        assertThatThrownBy(() -> review("dir/a.sql", "SELECT 'é';\nALTER TABEL orders ADD x int"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("dir/a.sql:2:7: syntax error at or near \"TABEL\".");
    }

    @Test
    void nesting_that_would_not_end_is_refused() {
        assertThatThrownBy(() -> review("a.sql", "SELECT " + "(".repeat(30_000) + "1" + ")".repeat(30_000)))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void harmless_commands_of_psql_are_read_past_and_others_refused() {
        assertThat(review("a.sql", "\\set ON_ERROR_STOP on\n\\timing\nSELECT 1;\n").statements()).hasSize(1);
        assertThatThrownBy(() -> review("a.sql", "SELECT 1;\n\\i other.sql\n")).isInstanceOf(BadInputException.class)
                .hasMessage("a.sql:2:1: ‘\\i’ is a command of psql, not SQL.");
    }

    @Test
    void a_block_of_code_is_one_opaque_statement() {
        assertThat(review("a.sql", "DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$;").statements()).hasSize(1);
    }

    @Test
    void alembic_begins_and_commits_itself() {
        Review review = review("up.sql",
                """
                BEGIN;
                -- Running upgrade  -> 1
                CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
                ALTER TABLE orders ADD COLUMN note text;
                UPDATE alembic_version SET version_num='1' WHERE alembic_version.version_num = '0';
                COMMIT;
                """);
        assertThat(review.origin()).isEqualTo(Origin.ALEMBIC);
        assertThat(review.statements()).extracting(ReviewedStatement::transaction).containsOnly(1);
        assertThat(rules(review)).doesNotContain("data-with-schema-change", "nested-transaction", "not-committed");
    }

    @Test
    void a_flyway_file_is_one_transaction() {
        Review review = review("db/V2__index.sql",
                "ALTER TABLE orders ADD x int;\nCREATE INDEX CONCURRENTLY i ON orders (x);");
        assertThat(review.origin()).isEqualTo(Origin.FLYWAY);
        assertThat(rules(review)).contains("not-in-transaction");
        assertThat(rules(review("db/V2__index.sql", "CREATE INDEX CONCURRENTLY i ON orders (x);")))
                .doesNotContain("not-in-transaction");
    }

    @Test
    void each_change_set_of_liquibase_is_a_transaction() {
        Review review = review("out.sql", """
                                          -- Update Database Script
                                          -- Changeset a.xml::1::me
                                          ALTER TABLE a ADD COLUMN x int;
                                          INSERT INTO databasechangelog (id) VALUES ('1');
                                          -- Changeset a.xml::2::me
                                          ALTER TABLE b ADD COLUMN x int;
                                          """);
        assertThat(review.statements()).extracting(ReviewedStatement::transaction).containsExactly(1, 1, 2);
        assertThat(rules(review)).doesNotContain("several-exclusive-locks");
    }

    @Test
    void the_arrows_of_laravel_are_statements() {
        Review review = review("out.txt", """
                                             INFO  Running migrations.

                                            2024_01_01_000000_create_notes ...............................
                                            ⇂ create table "notes" ("id" bigserial not null primary key, "a" integer)
                                            ⇂ alter table "notes" add constraint "one" unique ("a")

                                            2024_01_02_000000_more .......................................
                                            ⇂ alter table "orders" add column "note" text null
                                          """);
        assertThat(review.origin()).isEqualTo(Origin.LARAVEL);
        assertThat(review.statements()).extracting(ReviewedStatement::line).containsExactly(4, 5, 8);
        assertThat(review.statements()).extracting(ReviewedStatement::transaction).containsExactly(1, 1, 2);
    }

    @Test
    void prisma_sends_a_file_as_one_transaction() {
        Review review = review("migration.sql", """
                                                -- AlterTable
                                                ALTER TABLE "orders" ADD COLUMN "note" TEXT;
                                                -- CreateIndex
                                                CREATE INDEX CONCURRENTLY "i" ON "orders"("note");
                                                """);
        assertThat(review.origin()).isEqualTo(Origin.PRISMA);
        assertThat(rules(review)).contains("not-in-transaction");
    }

    @Test
    void django_output_is_recognised() {
        assertThat(review("out.sql", "BEGIN;\n--\n-- Add field note to order\n--\n"
                + "ALTER TABLE \"orders\" ADD COLUMN \"note\" text NULL;\nCOMMIT;").origin()).isEqualTo(Origin.DJANGO);
    }

    @Test
    void what_the_script_makes_itself_is_nobodys_concern() {
        Review review = review("a.sql", """
                                        CREATE TABLE notes (id bigint PRIMARY KEY, body text);
                                        CREATE INDEX ON notes (body);
                                        ALTER TABLE notes ALTER COLUMN body SET NOT NULL;
                                        ALTER TABLE notes ADD COLUMN token uuid DEFAULT gen_random_uuid();
                                        DROP TABLE notes;
                                        """);
        assertThat(review.risk()).isEqualTo(Risk.LOW);
    }

    @Test
    void the_detour_by_a_check_is_recognised_within_a_script() {
        Review review = review("a.sql",
                """
                SET lock_timeout = '2s';
                ALTER TABLE public.orders ADD CONSTRAINT there CHECK (note IS NOT NULL) NOT VALID;
                ALTER TABLE public.orders VALIDATE CONSTRAINT there;
                ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL;
                ALTER TABLE public.orders DROP CONSTRAINT there;
                """);
        assertThat(rules(review)).containsExactly("drop-constraint");
    }

    @Test
    void transactions_are_judged_as_a_whole() {
        assertThat(rules(review("a.sql", """
                                         BEGIN;
                                         ALTER TABLE a ADD COLUMN x int;
                                         ALTER TABLE b ADD COLUMN x int;
                                         UPDATE b SET x = 1 WHERE id < 10;
                                         """))).containsExactlyInAnyOrder("not-committed", "no-lock-timeout",
                "no-schema-name",
                "several-exclusive-locks", "data-with-schema-change");
        assertThat(rules(review("a.sql", "BEGIN; BEGIN; COMMIT;"))).containsExactly("nested-transaction");
        assertThat(rules(review("a.sql", """
                                         BEGIN;
                                         ALTER TYPE mood ADD VALUE 'new' AFTER 'old';
                                         UPDATE people SET mood = 'new' WHERE id = 1;
                                         COMMIT;
                                         """))).contains("enum-value-same-transaction");
        assertThat(rules(review("a.sql", """
                                         BEGIN;
                                         ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;
                                         ALTER TABLE a VALIDATE CONSTRAINT c;
                                         COMMIT;
                                         """))).contains("validated-in-same-transaction");
        assertThat(rules(review("a.sql", """
                                         BEGIN;
                                         ALTER TABLE s.a ADD COLUMN x int;
                                         CREATE INDEX ON s.b (y);
                                         COMMIT;
                                         """))).contains("work-under-lock");
    }

    @Test
    void what_takes_everything_along_is_named() {
        assertThat(rules(review("a.sql", "DROP SCHEMA archive;"))).contains("drop-schema");
        assertThat(rules(review("a.sql", "DROP DATABASE archive;"))).contains("drop-schema");
    }

    @Test
    void a_name_that_would_be_cut_off_is_named() {
        String name = "a".repeat(70);
        assertThat(rules(review("a.sql", "CREATE TABLE x.t (id bigint PRIMARY KEY, " + name + " int);")))
                .containsExactly("name-too-long");
    }
}
