package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A target that the application's migrations made, with rules of its own, through inspect, copy and verify. */
class ExistingSchemaTest {
    @TempDir
    Path directory;

    private Path source(String... statements) throws Exception {
        Path file = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private Invocation run(String command, Path source, TestPostgres.Database database, String... more) {
        String[] arguments = new String[7 + more.length];
        System.arraycopy(new String[]{command, "--source", source.toString(), "--target", database.url(), "--schema",
                "existing"}, 0, arguments, 0, 7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return Invocation.of(arguments);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void tables_of_several_schemas_are_filled_under_the_rules_that_only_the_target_has(int version) throws Exception {
        Path source = source("CREATE TABLE Person(PersonId INTEGER PRIMARY KEY, email TEXT)",
                "CREATE TABLE entry(id INTEGER PRIMARY KEY, person INT, word TEXT)",
                "INSERT INTO Person VALUES (1, 'Ä@x'), (2, 'b@x')",
                "INSERT INTO entry VALUES (1, 1, 'x'), (2, 9, 'y'), (30, NULL, 'z')");
        Path plan = Files.writeString(directory.resolve("plan.yaml"),
                """
                version: 1
                tables:
                  entry:
                    constraints:
                      (person) REFERENCES Person (PersonId): quarantine
                """);
        try (var database = (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase()) {
            database.execute(
                    "CREATE EXTENSION citext; CREATE SCHEMA \"Audit log\"; CREATE TABLE person (person_id bigint"
                            + " PRIMARY KEY, email citext UNIQUE, added timestamptz DEFAULT now()); CREATE TABLE \"Audit log\".entry"
                            + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint REFERENCES person, word text,"
                            + " shout text GENERATED ALWAYS AS (upper(word)) STORED, CHECK (word <> 'bad'));"
                            + " CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END';"
                            + " CREATE TRIGGER no BEFORE INSERT ON \"Audit log\".entry FOR EACH ROW EXECUTE FUNCTION no();"
                            + " ALTER DATABASE " + database.name() + " SET search_path = public, \"Audit log\"");
            Invocation refused = run("inspect", source, database);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out())
                    .contains("entry: The target's foreign key entry_person_fkey holds for every row, and"
                            + " rows of the source refer to parents that are not there. 1 row, such as id=2. [orphans]\n"
                            + "      quarantine  rows without a parent go to quarantine");
            assertThat(refused.out()).contains("the search path leads to that of the schema Audit log")
                    .contains("CHECK ((word <> 'bad'::text))");
            for (String command : new String[]{"copy", "verify"}) {
                Invocation done = run(command, source, database, "--plan", plan.toString(), "--snapshot-dir",
                        directory.toString());
                assertThat(done.status()).as(done.out() + done.err()).isZero();
            }
            assertThat(database.scalar("SELECT string_agg(id || shout, ' ' ORDER BY id) FROM entry"))
                    .isEqualTo("1X 30Z");
            assertThat(database.scalar("SELECT tgenabled FROM pg_trigger WHERE tgname = 'no'")).isEqualTo("O");
            database.execute("DROP TRIGGER no ON \"Audit log\".entry");
            assertThat(database.scalar("INSERT INTO entry(word) VALUES ('next') RETURNING id")).isEqualTo("31");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void names_that_citext_takes_for_the_same_are_told_before_the_copy(int version) throws Exception {
        Path source = source("CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE)",
                "INSERT INTO person VALUES (1, 'Özil'), (2, 'özil'), (3, 'Bob')");
        try (var database = (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase()) {
            database.execute("CREATE EXTENSION citext; CREATE TABLE person (id int PRIMARY KEY, name citext UNIQUE)");
            Invocation copy = run("copy", source, database, "--snapshot-dir", directory.toString());
            assertThat(copy.status()).as(copy.out() + copy.err()).isEqualTo(1);
            assertThat(copy.out()).contains("2 rows, such as id=1; id=2. [target-duplicates]");
            assertThat(database.scalar("SELECT count(*) FROM person")).isEqualTo("0");
        }
    }

    /** A plan file that sends rows to tables by name. */
    private Path targets(String... lines) throws Exception {
        return Files.writeString(directory.resolve("plan.yaml"),
                "version: 1\ntables:\n  " + String.join("\n  ", lines) + "\n");
    }

    @Test
    void rows_go_to_the_tables_that_the_plan_file_names_wherever_they_are() throws Exception {
        Path source = source("CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT)",
                "CREATE TABLE entry(id INTEGER PRIMARY KEY, person INT REFERENCES person)",
                "INSERT INTO person VALUES (1, 'Ä@x'), (2, 'ä@x')", "INSERT INTO entry VALUES (7, 1), (8, 2)");
        Path plan = targets("person: {target: Leute 2024, schema: Personal}", "entry: {target: person}");
        try (var database = TestPostgres.newest().freshDatabase()) {
            database.execute("CREATE SCHEMA \"Personal\"; CREATE TABLE \"Personal\".\"Leute 2024\" (id bigint"
                    + " PRIMARY KEY, email text); CREATE TABLE person (id bigint PRIMARY KEY, person bigint REFERENCES"
                    + " \"Personal\".\"Leute 2024\"); CREATE TABLE entry (id bigint)");
            for (String command : List.of("copy", "verify")) {
                Invocation run = run(command, source, database, "--plan", plan.toString(), "--snapshot-dir",
                        directory.toString());
                assertThat(run.status()).as(run.out() + run.err()).isZero();
            }
            assertThat(database.scalar("SELECT string_agg(p.id || p.email || e.id, ' ' ORDER BY p.id) FROM"
                    + " \"Personal\".\"Leute 2024\" p JOIN person e ON e.person = p.id")).isEqualTo("1Ä@x7 2ä@x8");
            assertThat(database.scalar("SELECT count(*) FROM entry")).isEqualTo("0");
            Path written = directory.resolve("written.yaml");
            run("inspect", source, database, "--plan", plan.toString(), "--write-plan", written.toString());
            assertThat(Files.readString(written)).contains("target: \"Leute 2024\"", "schema: Personal");
        }
    }

    @Test
    void rows_are_held_against_the_keys_of_the_table_that_was_chosen() throws Exception {
        Path source = source("CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT)",
                "INSERT INTO person VALUES (1, 'Ann'), (2, 'ann')");
        try (var database = TestPostgres.newest().freshDatabase()) {
            database.execute("CREATE EXTENSION citext; CREATE TABLE person (id bigint PRIMARY KEY, email text);"
                    + " CREATE TABLE people (id bigint PRIMARY KEY, email citext UNIQUE)");
            Invocation refused = run("copy", source, database, "--snapshot-dir", directory.toString(), "--plan",
                    targets("person: {target: people}").toString());
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out()).contains("[target-duplicates]", "people_email_key");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', textBlock = """
                                            person: {target: nowhere} ¦ to nowhere, and the target has no such table
                                            person: {target: people, schema: hidden} ¦ to hidden.people, and the target has no such
                                            person: {target: entry} ¦ By its name it belongs to the target's entry, to which
                                            {person: {target: other}, entry: {target: other}} ¦ and those of entry as well
                                            """)
    void a_table_that_is_not_there_or_is_taken_is_refused_by_name(String choice, String message) throws Exception {
        Path source = source("CREATE TABLE person(id INTEGER PRIMARY KEY)",
                "CREATE TABLE entry(id INTEGER PRIMARY KEY)");
        Path plan = Files.writeString(directory.resolve("plan.yaml"), "version: 1\ntables: "
                + (choice.startsWith("{") ? choice : "{" + choice + "}") + "\n");
        try (var database = TestPostgres.newest().freshDatabase()) {
            database.execute("CREATE TABLE person (id bigint PRIMARY KEY); CREATE TABLE entry (id bigint PRIMARY KEY);"
                    + " CREATE TABLE other (id bigint PRIMARY KEY)");
            Invocation refused = run("copy", source, database, "--snapshot-dir", directory.toString(), "--plan",
                    plan.toString());
            assertThat(refused.status()).as(refused.out() + refused.err()).isEqualTo(1);
            assertThat(refused.out().replaceAll("\\s+", " ")).contains(message, "[target-table-not-available]");
            assertThat(database.scalar("SELECT to_regnamespace('ferryman') IS NULL")).isEqualTo("t");
        }
        Invocation created = Invocation.of("inspect", "--source", source.toString(), "--plan", plan.toString());
        assertThat(created.status()).isEqualTo(1);
        assertThat(created.out()).contains("[target-table-not-available]");
    }
}
