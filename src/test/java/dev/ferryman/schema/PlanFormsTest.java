package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFormsTest {
    @TempDir
    Path directory;

    @Test
    void the_same_file_gives_the_same_plan_byte_for_byte() {
        var file = file();
        assertThat(PlanJson.write(file.plan())).isEqualTo(PlanJson.write(file.plan()));
    }

    @Test
    void a_plan_survives_json() {
        var plan = file().plan();
        assertThat(PlanJson.read(PlanJson.write(plan))).isEqualTo(plan);
        assertThatThrownBy(() -> PlanJson.read("{\"version\":1}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PlanJson.read("no json")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_hash_survives_new_rows_that_change_nothing_and_no_others() {
        var file = file();
        var signed = PlanHash.of(file.plan());
        file.execute("INSERT INTO t(i, v) VALUES ('def', 'y')");
        assertThat(PlanHash.of(file.plan())).isEqualTo(signed).matches("[0-9a-f]{64}");
        file.execute("INSERT INTO t(i, v) VALUES (1, 'longer than ten characters')");
        assertThat(PlanHash.of(file.plan())).isNotEqualTo(signed);
    }

    @Test
    void the_text_says_what_needs_attention_first() {
        var text = PlanText.render(file().plan());
        assertThat(text).startsWith("1 tables, 2 rows into a schema that Ferryman creates: the copy is possible.");
        assertThat(text).contains("To be accepted (1)\n  t.i: The column holds text values against its declaration: it"
                + " becomes text, numbers as their digits. 1 row, such as id=2. [text-in-integer]");
        assertThat(text).contains("id  INTEGER -> bigint, NOT NULL, identity after 2");
    }

    private SqliteFile file() {
        return SqliteFile.create(directory,
                "CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, i INTEGER, v VARCHAR(10))",
                "INSERT OR IGNORE INTO t VALUES (1, 1, 'x'), (2, 'abc', 'y')");
    }
}
