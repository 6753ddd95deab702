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
        assertThat(text).startsWith("1 table, 2 rows into a schema that Ferryman creates: the copy is possible.");
        assertThat(text).contains("To be accepted (1)\n  t.i: The column holds text values against its declaration: it"
                + " becomes text, numbers as their digits. 1 row, such as id=2. [text-in-integer]");
        assertThat(text).contains("id  INTEGER -> bigint, NOT NULL, identity after 2");
    }

    @Test
    void the_text_says_the_same_thing_once_and_the_sql_of_what_stays_behind_at_its_end() {
        var text = PlanText.render(SqliteFile.create(directory, "CREATE TABLE a(id INTEGER PRIMARY KEY, at DATETIME)",
                "CREATE TABLE b(id INTEGER PRIMARY KEY, at DATETIME, a INT REFERENCES a)",
                "CREATE TABLE [no key](x TEXT)",
                "CREATE TABLE other(x TEXT)", "CREATE INDEX by_at ON b(at)",
                "CREATE TRIGGER one AFTER INSERT ON a BEGIN SELECT 1; END",
                "CREATE TRIGGER two AFTER INSERT ON a BEGIN SELECT 2; END",
                "INSERT INTO a VALUES (1, '2024-01-01 10:00')",
                "INSERT INTO b VALUES (1, '2024-01-01 10:00', 1)").plan());
        assertThat(text)
                .contains("With them: 2 primary keys, 1 index, 1 foreign key, 2 identities.\nStay behind: 2 triggers.")
                .contains("2 triggers are not created in the target: a (2).").contains("[no-key]\n    no key, other\n")
                .contains(
                        "How values are read\n  timestamp: Every value is an ISO date and time without a zone; none is"
                                + " assumed. a.at, b.at.\n")
                .contains("\n  INDEX \"by_at\" (\"at\")\n")
                .contains("FOREIGN KEY (\"a\") REFERENCES \"public\".\"a\" (\"id\")\n")
                .endsWith("  CREATE TRIGGER two AFTER INSERT ON a BEGIN SELECT 2; END;\n");
        assertThat(text.indexOf("CREATE TRIGGER one")).isGreaterThan(text.indexOf("INDEX \"by_at\""));
    }

    private SqliteFile file() {
        return SqliteFile.create(directory,
                "CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, i INTEGER, v VARCHAR(10))",
                "INSERT OR IGNORE INTO t VALUES (1, 1, 'x'), (2, 'abc', 'y')");
    }
}
