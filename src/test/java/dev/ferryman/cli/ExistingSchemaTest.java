package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
}
