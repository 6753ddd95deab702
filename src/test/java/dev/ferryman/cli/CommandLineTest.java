package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Capture;
import dev.ferryman.replication.Lease;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    @TempDir
    Path directory;

    @AutoClose
    final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    private Path source(String... statements) throws Exception {
        Path file = directory.resolve("app.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private Path library() throws Exception {
        return source("CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(40) NOT NULL)",
                "CREATE TABLE book (id INTEGER PRIMARY KEY, author INTEGER REFERENCES author, title TEXT UNIQUE,"
                        + " price REAL, bought DATETIME)",
                "INSERT INTO author VALUES (1, 'Lem'), (7, 'Tokarczuk')",
                "INSERT INTO book VALUES (1, 1, 'Solaris', 9.99, '2024-01-02 03:04:05'), (2, 7, 'Bieguni', NULL, NULL)");
    }

    private Invocation copy(Path source, String... more) {
        List<String> args = new ArrayList<>(List.of("copy", "--source", source.toString(), "--target", database.url(),
                "--snapshot-dir", directory.resolve("snapshots").toString()));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(String[]::new));
    }

    private static JsonNode json(Invocation run) {
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void a_log_that_is_not_there_is_bad_input_and_nothing_is_made() throws Exception {
        Path missing = directory.resolve("ferryman.db");
        Invocation none = Invocation.of("verify-log", "--store", "jdbc:sqlite:" + missing);
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("There is no state store " + missing).contains("--store");
        assertThat(missing).doesNotExist();

        Invocation other = Invocation.of("verify-log", "--store", "jdbc:sqlite:" + library());
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("holds no event log that can be read");

        Invocation target = Invocation.of("verify-log", "--store", database.url());
        assertThat(target.status()).isEqualTo(2);
        assertThat(target.err()).contains("holds no event log that can be read").doesNotContain(TestPostgres.PASSWORD);

        Invocation down = Invocation.of("verify-log", "--store",
                "jdbc:postgresql://localhost:1/x?user=u&password=geheim");
        assertThat(down.status()).isEqualTo(2);
        assertThat(down.err()).contains("cannot be opened").doesNotContain("geheim");
    }

    @Test
    void a_file_is_inspected_copied_verified_and_cleaned_up_after() throws Exception {
        Path file = library();
        Invocation inspected = Invocation.of("inspect", "--source", file.toString());
        assertThat(inspected.status()).isZero();
        assertThat(inspected.out()).contains("the copy is possible").contains("author");

        Invocation copied = copy(file);
        assertThat(copied.err()).isEmpty();
        assertThat(copied.status()).isZero();
        assertThat(copied.out()).contains("4 rows in 2 tables");
        assertThat(database.scalar("INSERT INTO author (name) VALUES ('Mrożek') RETURNING id")).isEqualTo("8");
        database.execute("DELETE FROM author WHERE id = 8");

        Invocation verified = Invocation.of("verify", "--source", file.toString(), "--target", database.url());
        assertThat(verified.out()).contains("Every value of 4 rows is equal.");
        assertThat(verified.status()).isZero();

        database.execute("UPDATE book SET price = 9.98 WHERE id = 1");
        Invocation differing = Invocation.of("verify", "--source", file.toString(), "--target", database.url());
        assertThat(differing.status()).isEqualTo(1);
        assertThat(differing.out()).contains("book 1 price: 9.99 became 9.98");

        assertThat(Invocation.of("clean", "--target", database.url()).status()).isZero();
        assertThat(database.scalar("SELECT to_regnamespace('ferryman')")).isNull();
        assertThat(database.scalar("SELECT count(*) FROM book")).isEqualTo("2");
    }

    @Test
    void a_source_whose_service_is_lost_is_cleaned_and_one_that_has_moved_only_when_that_is_said() throws Exception {
        Path file = library();
        assertThat(Invocation.of("clean", "--source", file.toString()).out())
                .contains("The source holds nothing of Ferryman.");
        SqliteSource live = SqliteSource.live(file);
        var capture = new Capture(live, Clock.systemUTC(), Duration.ofSeconds(5));
        try (var connection = live.connect()) {
            var schema = SourceSchema.read(connection);
            capture.install(Planner.plan(schema, Profiler.profile(live, schema, ProfileListener.silent()),
                    PlanOptions.create()), new Lease("lost", 1));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE _ferryman_state SET fenced_at = '2026-11-21T08:00:00Z', fence_generation = 1");
        }
        Invocation refused = Invocation.of("clean", "--source", file.toString());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("went to PostgreSQL at 2026-11-21T08:00:00Z", "--lift-fence");
        assertThat(capture.find()).isPresent();

        Invocation cleaned = Invocation.of("clean", "--source", file.toString(), "--lift-fence");
        assertThat(cleaned.status()).isZero();
        assertThat(cleaned.out()).contains("Removed the change capture of cutover lost");
        assertThat(capture.find()).isEmpty();
    }

    @Test
    void machines_get_json_with_the_seconds_of_every_part() throws Exception {
        Path file = library();
        JsonNode copied = json(copy(file, "--output", "json"));
        assertThat(copied.get("status").stringValue()).isEqualTo("done");
        assertThat(copied.get("rows").intValue()).isEqualTo(4);
        assertThat(copied.get("seconds").propertyNames()).containsExactly("snapshot", "profile", "prepare", "backfill",
                "finish");
        JsonNode verified = json(
                Invocation.of("verify", "--source", file.toString(), "--target", database.url(), "--output", "json"));
        assertThat(verified.get("status").stringValue()).isEqualTo("passed");
        assertThat(verified.get("seconds").has("verify")).isTrue();
        JsonNode inspected = json(Invocation.of("inspect", "--source", file.toString(), "--output", "json"));
        assertThat(inspected.get("plan").get("tables")).hasSize(2);
        JsonNode refused = json(copy(file, "--output", "json"));
        assertThat(refused.get("status").stringValue()).isEqualTo("bad-input");
        assertThat(refused.get("what").stringValue()).contains("already has tables");
    }

    @Test
    void a_copy_that_cannot_begin_keeps_no_snapshot() throws Exception {
        Path file = library();
        database.execute("CREATE TABLE book (theirs int)");
        Invocation copied = copy(file);
        assertThat(copied.status()).isEqualTo(2);
        assertThat(copied.err()).contains("already has tables of these names: book");
        assertThat(directory.resolve("snapshots")).isEmptyDirectory();
        assertThat(database.scalar("SELECT to_regnamespace('ferryman')")).isNull();
    }

    @Test
    void data_that_cannot_be_held_forbids_the_copy_and_says_so() throws Exception {
        database.execute("CREATE TABLE t (id bigint PRIMARY KEY, v integer)");
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'abc')");
        Invocation copied = copy(file, "--schema", "existing");
        assertThat(copied.status()).isEqualTo(1);
        assertThat(copied.out()).contains("NOT possible").contains("Nothing was copied");
        assertThat(directory.resolve("snapshots")).isEmptyDirectory();
    }

    @Test
    void an_existing_schema_is_filled_and_verified() throws Exception {
        database.execute("CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL);"
                + "CREATE TABLE book (id int PRIMARY KEY, author int REFERENCES author, title text, price numeric(8,2),"
                + " bought timestamptz)");
        Path file = library();
        assertThat(copy(file, "--schema", "existing").status()).isZero();
        assertThat(database.scalar("SELECT bought::text FROM book WHERE id = 1")).startsWith("2024-01-02 03:04:05");
        Invocation verified = Invocation.of("verify", "--source", file.toString(), "--target", database.url(),
                "--schema",
                "existing");
        assertThat(verified.status()).isZero();
        assertThat(Invocation.of("clean", "--target", database.url(), "--drop").status()).isZero();
        assertThat(database.scalar("SELECT count(*) FROM book")).isEqualTo("0");
    }

    @Test
    void bad_input_is_answered_in_two_lines_with_status_2() throws Exception {
        Path file = library();
        Path noDatabase = Files.writeString(directory.resolve("notes.txt"),
                "not a database, whatever it is called\n".repeat(99));
        String[][] calls = {{"inspect", "--source", directory.resolve("missing.db").toString()},
                {"inspect", "--source", directory.toString()}, {"inspect", "--source", noDatabase.toString()},
                {"copy", "--source", file.toString()}, {"copy", "--source", file.toString(), "--target", "mysql://x"},
                {"copy", "--source", file.toString(), "--target", database.url(), "--jobs", "0"},
                {"copy", "--source", file.toString(), "--target", database.urlWithoutPassword(), "--password-ref",
                        "env:NO_SUCH_VARIABLE"},
                {"verify", "--source", file.toString(), "--target",
                        database.url().replace(TestPostgres.PASSWORD, "wrong")}};
        for (String[] call : calls) {
            Invocation run = Invocation.of(call);
            assertThat(run.status()).as(String.join(" ", call)).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines()).as(run.err()).hasSize(2);
            assertThat(run.err()).doesNotContain(TestPostgres.PASSWORD).doesNotContain("wrong");
        }
        for (String[] call : new String[][]{{"fly"}, {"copy", "--no-such-option"}, {"verify"}}) {
            Invocation run = Invocation.of(call);
            assertThat(run.status()).as(String.join(" ", call)).isEqualTo(2);
            assertThat(run.err()).contains("Usage").as("one line first").isNotBlank();
        }
    }

    @Test
    void the_service_is_meant_when_no_command_is_given() {
        assertThat(CommandLineFace.asksForService(new String[]{})).isTrue();
        assertThat(CommandLineFace.asksForService(new String[]{"serve", "--server.port=1"})).isTrue();
        assertThat(CommandLineFace.asksForService(new String[]{"--server.port=1"})).isTrue();
        assertThat(CommandLineFace.asksForService(new String[]{"--help"})).isFalse();
        assertThat(CommandLineFace.asksForService(new String[]{"copy"})).isFalse();
        assertThat(CommandLineFace.serviceArguments(new String[]{"serve", "--a=b"})).containsExactly("--a=b");
    }

    @Test
    void a_real_process_says_its_version_and_keeps_a_password_out_of_its_arguments() throws Exception {
        Path file = library();
        ChildProcess copy = ChildProcess.start(directory, Map.of("PGPASSWORD", TestPostgres.PASSWORD), List.of(),
                "copy",
                "--source", file.toString(), "--target", database.urlWithoutPassword(), "--snapshot-dir",
                directory.resolve("snapshots").toString(), "--output", "json");
        assertThat(copy.await()).as(copy.output()).isZero();
        assertThat(JsonMapper.shared().readTree(copy.output()).get("rows").intValue()).isEqualTo(4);
        ChildProcess version = ChildProcess.start(directory, Map.of(), List.of(), "version");
        assertThat(version.await()).isZero();
        assertThat(version.output()).startsWith("ferryman");
    }
}
