package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** A column that SQLite compares without case may compare under ICU in the target, beside citext and an index on lower(). */
class IcuCollationTest {
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

    private Path plan(String tables) throws Exception {
        return Files.writeString(directory.resolve("plan.yaml"), "version: 1\ntables: " + tables + "\n");
    }

    private Invocation run(String command, Path source, Path plan, TestPostgres.Database database, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command, "--source", source.toString(), "--plan",
                plan.toString(), "--target", database.url(), "--snapshot-dir", directory.toString()));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void values_are_equal_whatever_their_case_and_unique_so_in_every_script(int version) throws Exception {
        Path source = source("CREATE TABLE people(id INTEGER PRIMARY KEY, email TEXT NOT NULL COLLATE NOCASE UNIQUE,"
                + " nick VARCHAR(20) DEFAULT 'none' COLLATE NOCASE)",
                "CREATE INDEX by_nick ON people(nick DESC)",
                "CREATE UNIQUE INDEX exact ON people(nick COLLATE BINARY)",
                "INSERT INTO people VALUES (1, 'Ann@x', 'Bob'), (2, 'Özil@x', 'bob'), (3, 'ozil@x', 'café'),"
                        + " (4, 'cafe', 'cafe')");
        Path plan = plan("{people: {columns: {email: {collation: icu}, nick: {collation: icu}}}}");
        try (var database = (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase()) {
            Invocation inspect = Invocation.of("inspect", "--source", source.toString(), "--plan", plan.toString(),
                    "--target-schema", "app");
            assertThat(inspect.out()).contains("[icu-collation]");
            for (String command : List.of("copy", "verify")) {
                Invocation run = run(command, source, plan, database, "--target-schema", "app");
                assertThat(run.status()).as(run.out() + run.err()).isZero();
            }
            assertThat(database.scalar("SELECT string_agg(id::text, ' ') FROM app.people WHERE email = 'ÖZIL@X'"))
                    .isEqualTo("2");
            assertThat(database.scalar("SELECT count(*) FROM app.people WHERE nick = 'BOB'")).isEqualTo("2");
            assertThatThrownBy(() -> database.scalar("INSERT INTO app.people VALUES (9, 'ÖZIL@x', 'x') RETURNING id"))
                    .hasStackTraceContaining("duplicate key");
            assertThat(database.scalar("INSERT INTO app.people VALUES (9, 'new', 'BOB') RETURNING id")).isEqualTo("9");
            assertThatThrownBy(() -> database.scalar("INSERT INTO app.people VALUES (10, 'y', 'BOB') RETURNING id"))
                    .as("the index that tells case apart").hasStackTraceContaining("duplicate key");
            database.execute("DELETE FROM app.people WHERE id = 9");

            assertThat(Invocation.of("clean", "--target", database.url()).status()).isZero();
            assertThat(database.scalar("SELECT count(*) FROM pg_collation WHERE collname = 'nocase'")).isEqualTo("1");
            database.execute("ALTER TABLE app.people ALTER nick TYPE varchar(20) COLLATE \"C\"");
            Invocation changed = run("verify", source, plan, database, "--target-schema", "app");
            assertThat(changed.status()).isEqualTo(1);
            assertThat(changed.out()).contains("Column nick is planned under the ICU collation und-u-ks-level2");
        }
    }

    @Test
    void what_only_icu_takes_for_the_same_is_told_before_the_copy() throws Exception {
        Path source = source("CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT UNIQUE COLLATE NOCASE)",
                "INSERT INTO t VALUES (1, 'ÄRGER'), (2, 'ärger'), (3, 'Arger'), (4, NULL), (5, 'Straße'), (6, 'Strasse'),"
                        + " (7, 'Yılmaz'), (8, 'Yilmaz'), (9, 'YİLMAZ'), (10, 'ΟΔΟΣ'), (11, 'οδος'), (12, 'ＡＢ１'), (13, 'ab١'),"
                        + " (14, 'カ'), (15, 'か'), (16, 'a' || char(0x200b)), (17, 'A')");
        try (var database = TestPostgres.newest().freshDatabase()) {
            Invocation refused = run("copy", source, plan("{t: {columns: {word: {collation: icu}}}}"), database);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out()).contains("UNIQUE (word COLLATE NOCASE) differ in case only",
                    "ICU does not. 10 rows, such as id=", "[duplicate-in-citext]");
            assertThat(database.scalar("SELECT to_regclass('t') IS NULL")).isEqualTo("t");
            Path left = plan(
                    "{t: {columns: {word: {collation: icu}}, constraints: {UNIQUE (word COLLATE NOCASE): skip}}}");
            for (String command : List.of("copy", "verify")) {
                Invocation run = run(command, source, left, database);
                assertThat(run.status()).as(run.out() + run.err()).isZero();
            }
            assertThat(database.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM (SELECT id, count(*) OVER"
                    + " (PARTITION BY word) AS n FROM t WHERE word IS NOT NULL) s WHERE n > 1"))
                    .as("as PostgreSQL itself compares").isEqualTo("1 2 10 11 12 13 14 15 16 17");
            assertThat(Invocation.of("clean", "--target", database.url(), "--drop").status()).isZero();
            assertThat(database.scalar("SELECT count(*) FROM pg_collation WHERE collname = 'nocase'")).isEqualTo("0");
        }
    }

    @Test
    void a_column_that_cannot_have_it_is_refused_with_the_reason() throws Exception {
        Path source = source("CREATE TABLE p(name TEXT PRIMARY KEY COLLATE NOCASE, plain TEXT, n TEXT COLLATE NOCASE)",
                "CREATE TABLE c(p TEXT COLLATE NOCASE REFERENCES p(name))", "INSERT INTO p VALUES ('a', 'b', x'00')");
        Invocation inspect = Invocation.of("inspect", "--source", source.toString(), "--plan",
                plan("{p: {columns: {name: {collation: icu}, plain: {collation: icu}, n: {collation: icu}}},"
                        + " c: {columns: {p: {collation: icu}}}}").toString());
        assertThat(inspect.status()).isEqualTo(1);
        assertThat(inspect.out().replaceAll("\\s+", " ")).contains("it is no column COLLATE NOCASE",
                "it becomes bytea", "it is part of the primary key or of a foreign key");
        assertThat(inspect.out()).contains("Forbids the copy (4)");
        Invocation mistake = Invocation.of("inspect", "--source", source.toString(), "--plan",
                plan("{p: {columns: {n: {collation: german}}}}").toString());
        assertThat(mistake.err()).contains("‘german’ is no collation for p.n; it can be icu");
    }
}
