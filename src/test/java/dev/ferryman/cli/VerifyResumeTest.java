package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A verification that is killed goes on after what it had compared, as long as that is proved to be as it was. */
class VerifyResumeTest {
    /** Two ranges of one table, and one part of each of the others. */
    private static final int PARTS = 4;
    private static final long BIG = 300_000;
    private static final long OTHER = 20_000;
    private static final long FEW = 10;

    @TempDir
    Path directory;

    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();
    private Path source;

    @BeforeEach
    void a_copy() throws SQLException {
        source = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE big(id INTEGER PRIMARY KEY, v TEXT)");
            statement.execute("CREATE TABLE one(id INTEGER PRIMARY KEY, v TEXT)");
            statement.execute("CREATE TABLE two(id TEXT, v REAL)");
            statement.execute("CREATE TABLE locked(id INTEGER PRIMARY KEY, v BLOB)");
            statement.execute("CREATE TABLE few(id INTEGER PRIMARY KEY)");
            String numbers = " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ";
            statement.execute("INSERT INTO big" + numbers + BIG + ") SELECT i, 'v' || i FROM n");
            statement.execute("INSERT INTO one" + numbers + OTHER + ") SELECT i, 'v' || i FROM n");
            statement.execute("INSERT INTO two" + numbers + OTHER + ") SELECT 'k' || i, i / 7.0 FROM n");
            statement.execute("INSERT INTO locked" + numbers + OTHER + ") SELECT i, randomblob(5) FROM n");
            statement.execute("INSERT INTO few" + numbers + FEW + ") SELECT i FROM n");
        }
        Invocation copy = Invocation.of("copy", "--source", source.toString(), "--target", database.url(), "--jobs",
                "2", "--snapshot-dir", directory.toString());
        assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private String[] arguments() {
        return new String[]{"verify", "--source", source.toString(), "--target", database.url(), "--jobs", "2",
                "--snapshot-dir", directory.toString(), "--output", "json"};
    }

    private JsonNode verify() {
        return JsonMapper.shared().readTree(Invocation.of(arguments()).out());
    }

    private String notes() {
        return String.valueOf(database.scalar("SELECT count(*) FROM ferryman.verified"));
    }

    /** Kills a verification in a process of its own when it has compared everything but one table, which is locked. */
    private void killOneInTheMiddle() throws Exception {
        try (var other = database.connect()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE");
                ChildProcess child = ChildProcess.start(directory, Map.of(), List.of(), arguments());
                try {
                    await().atMost(Duration.ofSeconds(60)).until(() -> {
                        assertThat(child.alive()).as(child.output()).isTrue();
                        return Integer.parseInt(notes()) == PARTS;
                    });
                } finally {
                    child.kill();
                }
            }
            other.rollback();
        }
    }

    @Test
    void only_the_rest_is_compared_and_the_seal_is_the_same() throws Exception {
        JsonNode whole = verify();
        assertThat(whole.get("status").asString()).isEqualTo("passed");
        assertThat(whole.get("resumedRows").longValue()).isZero();
        assertThat(notes()).as("of a verification that has ended").isEqualTo("0");

        killOneInTheMiddle();
        JsonNode resumed = verify();
        assertThat(resumed.get("status").asString()).isEqualTo("passed");
        assertThat(resumed.get("resumedRows").longValue()).isEqualTo(BIG + 2 * OTHER);
        assertThat(resumed.get("sourceRows").longValue()).isEqualTo(BIG + 3 * OTHER + FEW);
        assertThat(resumed.get("seal").asString()).isEqualTo(whole.get("seal").asString());
        assertThat(notes()).isEqualTo("0");
        assertThat(verify().get("resumedRows").longValue()).as("after the end").isZero();

        assertThat(Invocation.of("clean", "--target", database.url()).status()).isZero();
        assertThat(database.scalar("SELECT to_regnamespace('ferryman') IS NULL")).isEqualTo("t");
        assertThat(verify().get("seal").asString()).as("with nothing to remember in").isEqualTo(
                whole.get("seal").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE big SET v = 'other' WHERE id = 299999", "DELETE FROM big WHERE id = 299999",
            "INSERT INTO big VALUES (300001, 'more')",
            "WITH gone AS (DELETE FROM big WHERE id = 299999) INSERT INTO big VALUES (300001, 'more')"})
    void what_was_changed_in_between_is_compared_again_and_found(String change) throws Exception {
        killOneInTheMiddle();
        database.execute(change);
        JsonNode resumed = verify();
        assertThat(resumed.get("status").asString()).isEqualTo("failed");
        assertThat(resumed.get("differingRows").longValue()).isEqualTo(change.startsWith("WITH") ? 2 : 1);
        assertThat(resumed.get("resumedRows").longValue()).as("the first half of it and the other tables")
                .isEqualTo(BIG / 2 + 2 * OTHER);
        assertThat(notes()).isEqualTo("0");
    }

    @Test
    void a_column_that_was_replaced_without_a_row_being_written_is_compared_again() throws Exception {
        killOneInTheMiddle();
        database.execute("ALTER TABLE one DROP COLUMN v; ALTER TABLE one ADD COLUMN v text DEFAULT 'v1'");
        JsonNode resumed = verify();
        assertThat(resumed.get("status").asString()).isEqualTo("failed");
        assertThat(resumed.get("differingRows").longValue()).isEqualTo(OTHER - 1);
        assertThat(resumed.get("resumedRows").longValue()).isEqualTo(BIG + OTHER);
    }

    @Test
    void another_snapshot_or_another_plan_is_compared_anew() throws Exception {
        killOneInTheMiddle();
        Path plan = Files.writeString(directory.resolve("plan.yaml"),
                "version: 1\ntables: {few: {exclude: true}}\n");
        Invocation other = Invocation.of("verify", "--source", source.toString(), "--target", database.url(),
                "--plan", plan.toString(), "--output", "json");
        assertThat(JsonMapper.shared().readTree(other.out()).get("resumedRows").longValue()).isZero();

        killOneInTheMiddle();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE few SET id = 11 WHERE id = 10");
        }
        JsonNode later = verify();
        assertThat(later.get("resumedRows").longValue()).isZero();
        assertThat(later.get("differingRows").longValue()).isEqualTo(2);
    }
}
