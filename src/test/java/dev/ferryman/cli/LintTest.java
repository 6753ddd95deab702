package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ferryman lint}: exit status and forms of the result. */
class LintTest {
    @TempDir
    Path directory;

    private Invocation lint(String sql, String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("change.sql"), sql);
        String[] all = new String[options.length + 2];
        all[0] = "lint";
        all[1] = file.toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return Invocation.of(all);
    }

    @Test
    void the_exit_status_follows_the_class_that_is_asked_for() throws IOException {
        String index = "CREATE INDEX ON shop.orders (status);";
        assertThat(lint("ALTER TABLE shop.orders ADD COLUMN note text;").status()).isZero();
        assertThat(lint("ALTER TABLE shop.orders ADD COLUMN note text;", "--fail-on", "low").status()).isEqualTo(1);
        assertThat(lint(index).status()).isEqualTo(1);
        assertThat(lint(index, "--fail-on", "high").status()).isZero();
        assertThat(lint(index).out()).contains("change.sql:1:1  medium", "shop.orders SHARE",
                "CREATE INDEX CONCURRENTLY");
    }

    @Test
    void what_cannot_be_read_is_bad_input_in_one_line() throws IOException {
        Invocation refused = lint("SELECT 1;\nALTER TABEL x;");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err().lines().findFirst().orElseThrow())
                .endsWith("change.sql:2:7: syntax error at or near \"TABEL\".");
        assertThat(Invocation.of("lint", directory.resolve("missing.sql").toString()).status()).isEqualTo(2);
        assertThat(lint("SELECT 1", "--postgres", "9").status()).isEqualTo(2);
    }

    @Test
    void sarif_names_rule_level_and_place() throws IOException {
        JsonNode log = JsonMapper.builder().build().readTree(
                lint("SELECT 1;\nALTER TABLE shop.orders DROP COLUMN note;", "--output", "sarif").out());
        assertThat(log.path("version").asString()).isEqualTo("2.1.0");
        JsonNode result = log.at("/runs/0/results/0");
        assertThat(result.path("ruleId").asString()).isEqualTo("drop-column");
        assertThat(result.path("level").asString()).isEqualTo("error");
        assertThat(result.at("/locations/0/physicalLocation/region/startLine").asInt()).isEqualTo(2);
        assertThat(log.at("/runs/0/tool/driver/rules").get(result.path("ruleIndex").asInt()).path("id").asString())
                .isEqualTo("drop-column");
    }

    @Test
    void json_holds_the_locks() throws IOException {
        JsonNode review = JsonMapper.builder().build()
                .readTree(lint("TRUNCATE shop.orders", "--output", "json", "--postgres", "18").out());
        assertThat(review.path("postgres").asInt()).isEqualTo(18);
        assertThat(review.at("/statements/0/locks/0/mode").asString()).isEqualTo("ACCESS EXCLUSIVE");
    }
}
