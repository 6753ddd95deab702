package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that cannot be held exactly go whole to quarantine, where somebody has chosen that, and are counted everywhere. */
class QuarantineTest {
    private static final String[] CLINIC = {"PRAGMA ignore_check_constraints = 1",
            "CREATE TABLE owner(code TEXT PRIMARY KEY, age INTEGER, score REAL, photo BLOB, name VARCHAR(5) NOT NULL)"
                    + " WITHOUT ROWID",
            "CREATE TABLE pet(id INTEGER PRIMARY KEY, owner TEXT REFERENCES owner(code), mother INTEGER REFERENCES pet,"
                    + " born DATE, weight INTEGER CHECK (weight > 0))",
            "CREATE TABLE visit(pet INTEGER REFERENCES pet, note TEXT)",
            "INSERT INTO owner VALUES ('a', 30, 1.5, x'00ff', 'Ada'), ('b', 'old', -0.0, x'', 'Bob'),"
                    + " ('c', 9223372036854775807, 9e999, NULL, CAST(x'610062' AS TEXT)),"
                    + " ('d', 50, 1e300, x'01', 'Cleopatra'), ('e,', 60, 0.1, x'02', 'Eve')",
            "INSERT INTO pet VALUES (1, 'a', NULL, '2020-01-01', 3), (2, 'b', NULL, '2020-02-30', 4),"
                    + " (3, 'a', 2, '2020-03-01', 5), (4, 'a', 3, '2020-04-01', 6), (5, 'e,', 1, '', 7),"
                    + " (6, 'nobody', NULL, NULL, 8), (7, 'a', NULL, NULL, -1), (8, NULL, NULL, '2021-01-01', 9)",
            "INSERT INTO visit VALUES (1, 'fine'), (4, 'late'), (7, CAST(x'ff' AS TEXT)), (99, 'who?'), (NULL, 'none')"};
    private static final String CHOICES = """
                                          version: 1
                                          tables:
                                            owner:
                                              columns:
                                                age: {values: quarantine}
                                                name: {values: quarantine}
                                            pet:
                                              columns:
                                                born: {values: quarantine}
                                              constraints:
                                                weight > 0: quarantine
                                                (owner) REFERENCES owner (code): quarantine
                                            visit:
                                              columns:
                                                note: {values: quarantine}
                                              constraints:
                                                (pet) REFERENCES pet (id): quarantine
                                          """;

    @TempDir
    Path directory;

    private TestPostgres.Database database(int version) {
        return (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase();
    }

    private Path source(String... statements) throws Exception {
        Path file = directory.resolve("source-" + System.nanoTime() + ".db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private Path choices(String yaml) throws Exception {
        return Files.writeString(directory.resolve("plan-" + System.nanoTime() + ".yaml"), yaml);
    }

    private Invocation run(String command, Path source, TestPostgres.Database database, Path plan, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--source", source.toString(), "--target", database.url(),
                "--plan", plan.toString(), "--snapshot-dir", directory.toString()));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void what_does_not_fit_and_all_that_refers_to_it_goes_whole_to_quarantine(int version) throws Exception {
        Path source = source(CLINIC);
        Path plan = choices(CHOICES);
        try (var database = database(version)) {
            Invocation copy = run("copy", source, database, plan);
            assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
            assertThat(copy.out()).contains("(and 3 in quarantine)")
                    .contains("12 rows are in ferryman.quarantine, whole and with the reason");
            assertThat(database.scalar("SELECT string_agg(code, ' ' ORDER BY code) FROM owner")).isEqualTo("a e,");
            // 2: born and owner; 3, 4: children of 2; 5: born; 6: no owner; 7: weight.
            assertThat(database.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM pet")).isEqualTo("1 8");
            assertThat(database.scalar("SELECT string_agg(note, ' ' ORDER BY note) FROM visit")).isEqualTo("fine none");
            assertThat(database.scalar("SELECT string_agg(row_key || ': ' || rule || ' ' || array_to_string("
                    + "source_columns, ','), '; ' ORDER BY row_key) FROM ferryman.quarantine WHERE source_table = 'pet'"))
                    .isEqualTo(
                            "id = 2: values born; id = 3: orphans mother; id = 4: orphans mother; id = 5: values born;"
                                    + " id = 6: orphans owner; id = 7: check ");
            assertThat(database.scalar("SELECT source_row FROM ferryman.quarantine WHERE row_key LIKE '%''c''%'"))
                    .isEqualTo(
                            "{\"age\": {\"integer\": \"9223372036854775807\"}, \"code\": {\"text\": \"c\"}, \"name\":"
                                    + " {\"text-hex\": \"610062\"}, \"photo\": null, \"score\": {\"real\": \"Inf\"}}");
            assertThat(database.scalar("SELECT count(*) FROM pg_constraint WHERE contype IN ('f', 'c')"
                    + " AND NOT convalidated")).isEqualTo("0");

            Invocation verify = run("verify", source, database, plan);
            assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
            assertThat(verify.out()).contains("equal, and 6 whole in quarantine")
                    .contains("Every value of 6 rows is equal. 12 more rows are whole in quarantine.");
        }
    }

    @Test
    void a_row_that_is_lost_changed_or_doubled_between_target_and_quarantine_is_found() throws Exception {
        Path source = source(CLINIC);
        Path plan = choices(CHOICES);
        try (var database = database(18)) {
            assertThat(run("copy", source, database, plan).status()).isZero();
            for (String[] damage : new String[][]{
                    {"DELETE FROM ferryman.quarantine WHERE row_key = 'id = 3'", "pet 3: missing in the target"},
                    {"UPDATE ferryman.quarantine SET source_row = jsonb_set(source_row, '{age,text}', '\"young\"')"
                            + " WHERE row_key LIKE '%''b''%'", "owner code = 'b' age: old became in quarantine"},
                    {"UPDATE ferryman.quarantine SET source_row = source_row - 'photo' WHERE row_key LIKE '%''b''%'",
                            "owner code = 'b': only in the target"},
                    {"INSERT INTO ferryman.quarantine (job, target_schema, target_table, source_table, row_key,"
                            + " source_rowid, source_columns, rule, reason, source_row) SELECT job, target_schema,"
                            + " target_table, source_table, row_key, source_rowid, source_columns, rule, reason, source_row"
                            + " FROM ferryman.quarantine WHERE row_key = 'id = 7'", "pet id = 7: only in the target"},
                    {"INSERT INTO pet (id, owner) VALUES (6, 'a')", "pet 6: only in the target"},
                    {"UPDATE ferryman.quarantine SET source_rowid = 1 WHERE row_key = 'id = 7'", "pet 1: only in the"},
                    {"UPDATE ferryman.quarantine SET rule = 'nulls' WHERE row_key = 'id = 2'",
                            "pet id = 2: only in the"}}) {
                database.execute("CREATE TABLE kept AS SELECT * FROM ferryman.quarantine");
                database.execute(damage[0]);
                Invocation verify = run("verify", source, database, plan);
                assertThat(verify.status()).as(damage[0] + verify.out()).isEqualTo(1);
                assertThat(verify.out()).contains(damage[1]);
                database.execute("DELETE FROM pet WHERE id = 6; TRUNCATE ferryman.quarantine; INSERT INTO"
                        + " ferryman.quarantine OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept");
            }
            assertThat(run("verify", source, database, plan).status()).isZero();
        }
    }

    @Test
    void verification_with_another_plan_than_the_copys_says_so() throws Exception {
        Path source = source(CLINIC);
        try (var database = database(18)) {
            assertThat(run("copy", source, database, choices(CHOICES)).status()).isZero();
            Invocation verify = run("verify", source, database, choices("version: 1\n"));
            assertThat(verify.status()).isEqualTo(1);
            assertThat(verify.out()).contains("Verify with the plan that was copied with.");
        }
    }

    @Test
    void cleaning_asks_what_becomes_of_the_quarantine() throws Exception {
        Path source = source(CLINIC);
        Path plan = choices(CHOICES);
        try (var database = database(18)) {
            run("copy", source, database, plan);
            Invocation asked = Invocation.of("clean", "--target", database.url());
            assertThat(asked.status()).isEqualTo(2);
            assertThat(asked.err()).contains("The quarantine holds 12 rows that are nowhere else in the target.");
            Invocation kept = Invocation.of("clean", "--target", database.url(), "--quarantine", "keep");
            assertThat(kept.status()).as(kept.err()).isZero();
            assertThat(kept.out()).contains("12 rows stay in ferryman.quarantine");
            assertThat(run("verify", source, database, plan).status()).isZero();
            database.execute("DROP TABLE visit, pet, owner");
            assertThat(run("copy", source, database, plan).err()).contains("still holds rows of an earlier copy");
            Invocation dropped = Invocation.of("clean", "--target", database.url(), "--quarantine", "drop");
            assertThat(dropped.status()).as(dropped.err()).isZero();
            assertThat(database.scalar("SELECT to_regnamespace('ferryman') IS NULL")).isEqualTo("t");
        }
    }

    @Test
    void dropping_a_copy_drops_its_quarantine() throws Exception {
        try (var database = database(18)) {
            run("copy", source(CLINIC), database, choices(CHOICES));
            assertThat(Invocation.of("clean", "--target", database.url(), "--drop").status()).isZero();
            assertThat(database.scalar("SELECT to_regnamespace('ferryman') IS NULL AND to_regclass('pet') IS NULL"))
                    .isEqualTo("t");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void an_existing_target_gets_what_fits_and_loses_what_it_held_by_choice(int version) throws Exception {
        Path source = source(
                "CREATE TABLE person(id INTEGER PRIMARY KEY, mood TEXT, doc TEXT, seen TEXT, tags TEXT, c TEXT,"
                        + " n TEXT, since TEXT)",
                "INSERT INTO person VALUES (1, 'good', '{\"a\":1}', '2024-01-01 10:00:00', '[\"x\"]', 'abc', 'y', ''),"
                        + " (2, 'odd', '{}', '2024-01-01 10:00:00', '[]', 'abc', 'y', ''),"
                        + " (3, 'good', '{', '2024-01-01 10:00:00', '[]', 'abc', 'y', ''),"
                        + " (4, 'good', '{}', '2024-01-01T10:00:00Z', '[]', 'abc', 'y', ''),"
                        + " (5, 'good', '{}', NULL, '[1]', 'abc', 'y', ''),"
                        + " (6, 'good', '{}', NULL, NULL, 'ab', 'y', ''), (7, 'good', '{}', NULL, NULL, 'abc', NULL, ''),"
                        + " (8, 'bad', '{\"z\": \"\\u0000\"}', NULL, NULL, NULL, 'n', '2024-01-01')");
        Path plan = choices("""
                            version: 1
                            tables:
                              person:
                                rows: replace
                                columns:
                                  mood: {values: quarantine}
                                  doc: {values: quarantine}
                                  seen: {values: quarantine}
                                  tags: {values: quarantine}
                                  c: {values: quarantine}
                                  n: {nulls: quarantine}
                                  since: {values: convert}
                            """);
        try (var database = database(version)) {
            database.execute(
                    "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE person (id int PRIMARY KEY, mood mood,"
                            + " doc jsonb, seen timestamp, tags text[], c char(3), n text NOT NULL, since date);"
                            + " INSERT INTO person VALUES (99, 'bad', NULL, NULL, NULL, NULL, 'here before', NULL)");
            Invocation copy = run("copy", source, database, plan, "--schema", "existing");
            assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
            assertThat(database.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM person")).isEqualTo("1");
            assertThat(database.scalar("SELECT since IS NULL FROM person")).isEqualTo("t");
            assertThat(database.scalar("SELECT string_agg(row_key || ' ' || source_columns[1], ', ' ORDER BY row_key)"
                    + " FROM ferryman.quarantine")).isEqualTo("id = 2 mood, id = 3 doc, id = 4 seen, id = 5 tags,"
                            + " id = 6 c, id = 7 n, id = 8 doc");
            Invocation verify = run("verify", source, database, plan, "--schema", "existing");
            assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
        }
    }

    /** SQLite makes numbers of the JSON texts 2.5 and 3, since JSON is a declaration of numeric affinity. */
    @ParameterizedTest
    @ValueSource(strings = {"create", "existing"})
    void numbers_in_a_column_of_json_are_copied_and_only_what_is_no_json_goes_to_quarantine(String schema)
            throws Exception {
        Path source = source("CREATE TABLE t(id INTEGER PRIMARY KEY, v JSON)",
                "INSERT INTO t VALUES (1, '{}'), (2, '2.5'), (3, 3), (4, 'no'), (5, x'7b7d'), (6, 9e999), (7, 1e300)");
        Path plan = choices("version: 1\ntables: {t: {columns: {v: {values: quarantine}}}}\n");
        try (var database = database(18)) {
            if (schema.equals("existing")) {
                database.execute("CREATE TABLE t (id bigint PRIMARY KEY, v jsonb)");
            }
            Invocation copy = run("copy", source, database, plan, "--schema", schema);
            assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
            assertThat(copy.out()).contains("3 rows");
            assertThat(database.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM t")).isEqualTo("1 2 3 7");
            assertThat(database.scalar("SELECT v::text FROM t WHERE id = 2")).isEqualTo("2.5");
            assertThat(database.scalar("SELECT string_agg(row_key, ' ' ORDER BY row_key) FROM ferryman.quarantine"))
                    .isEqualTo("id = 4 id = 5 id = 6");
            Invocation verify = run("verify", source, database, plan, "--schema", schema);
            assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
        }
    }

    @Test
    void no_row_goes_to_quarantine_without_a_choice() throws Exception {
        Path source = source("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO t VALUES (1, 'x'), (2, 2)");
        try (var database = database(18)) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY, n int)");
            Invocation copy = run("copy", source, database, choices("version: 1\n"), "--schema", "existing");
            assertThat(copy.status()).isEqualTo(1);
            assertThat(copy.out())
                    .contains("quarantine  the column is integer; rows with another value go to quarantine");
            assertThat(database.scalar("SELECT to_regnamespace('ferryman') IS NULL")).isEqualTo("t");
        }
    }

    @Test
    void a_mistake_in_the_plan_file_is_told_with_its_line_before_anything_is_done() throws Exception {
        Path source = source("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        Path plan = Files.writeString(directory.resolve("bad.yaml"), "version: 1\ntables:\n  x: {}\n");
        Invocation inspect = Invocation.of("inspect", "--source", source.toString(), "--plan", plan.toString());
        assertThat(inspect.status()).isEqualTo(2);
        assertThat(inspect.err()).startsWith("bad.yaml:3:3: the source has no table ‘x’");
        Path written = directory.resolve("written.yaml");
        assertThat(Invocation.of("inspect", "--source", source.toString(), "--write-plan", written.toString()).status())
                .isZero();
        assertThat(Files.readString(written)).contains("version: 1").endsWith("tables: {}\n");
    }
}
