package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's choices as a file: written with the questions, read back, refused with line and column. */
class PlanFileTest {
    @TempDir
    Path directory;

    private SqliteFile file() {
        directory.resolve("source.db").toFile().delete();
        return SqliteFile.create(directory, "CREATE TABLE people(id INTEGER PRIMARY KEY, age INTEGER)",
                "CREATE TABLE [odd: \"name\" 🐘\n](id INTEGER PRIMARY KEY, [no] INTEGER REFERENCES people,"
                        + " CHECK ([no] <> 'x\"'))",
                "INSERT INTO people VALUES (1, 'x'), (2, 5)",
                "INSERT INTO [odd: \"name\" 🐘\n] VALUES (1, 9), (2, 'y'), (3, 1)");
    }

    @Test
    void what_is_written_reads_as_a_person_would_want_it() {
        var file = SqliteFile.create(directory, "CREATE TABLE people(id INTEGER PRIMARY KEY, age INTEGER)",
                "INSERT INTO people VALUES (1, 'x'), (2, 5)");
        assertThat(PlanFile.write(file.plan(), PlanChoices.none())).endsWith(
                """
                version: 1

                # Names in a created schema: keep them, lower (case) or snake (order_details).
                names: keep

                tables:
                  people:
                    columns:
                      age:
                        # The column is declared INTEGER, which is bigint and takes integers; the source holds other values too.
                        # 1 row, such as id=1.
                        #   widen       the column becomes text, numbers as their digits (recommended)
                        #   quarantine  the column is bigint; rows with another value go to quarantine, and with them the rows that refer to them
                        #   skip        the column stays behind with all its values
                        #   fail        the copy is refused until the data or this choice changes
                        values: widen
                """);
    }

    @Test
    void it_reads_back_and_is_written_again_byte_by_byte() {
        var file = file();
        var options = PlanOptions.create();
        var first = PlanFile.write(file.plan(options), PlanChoices.none());
        var read = PlanFile.read(first, "plan.yaml", file.schema());
        var second = PlanFile.write(file.plan(options.choosing(read)), read);
        assertThat(second).isEqualTo(first).contains("🐘");
        assertThat(file.plan(options.choosing(read))).isEqualTo(file.plan(options.choosing(read)));
        assertThat(PlanHash.of(file.plan(options.choosing(read)))).isEqualTo(PlanHash.of(file.plan(options)));
    }

    @Test
    void types_exclusions_and_names_survive_the_round() {
        var file = file();
        var yaml = """
                   version: 1
                   names: snake
                   tables:
                     people:
                       columns:
                         AGE: {exclude: true}
                         id: {type: Integer}
                   """;
        var read = PlanFile.read(yaml, "plan.yaml", file.schema());
        assertThat(read.table("people").column("age").excluded()).isTrue();
        var written = PlanFile.write(file.plan(PlanOptions.create().choosing(read)), read);
        assertThat(PlanFile.read(written, "plan.yaml", file.schema()).table("people")).isEqualTo(read.table("people"));
        assertThat(written).contains("names: snake").contains("type: integer").contains("exclude: true");
    }

    @Test
    void every_mistake_is_one_line_with_its_place() {
        assertThatThrownBy(() -> PlanFile.read("""
                                               version: 1
                                               names: camel
                                               tabels: {}
                                               tables:
                                                 poeple: {}
                                                 people:
                                                   exclude: maybe
                                                   columns:
                                                     agee: {values: widen}
                                                     age:
                                                       values: quarantaine
                                                       type: money
                                                   constraints:
                                                     (x) REFERENCES y: skip
                                                   schema: sales
                                               """, "plan.yaml", file().schema())).isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).containsExactly(
                        "plan.yaml:3:1: ‘tabels’ means nothing in the plan file; known are version, names, tables",
                        "plan.yaml:2:8: names is camel; it can be keep, lower or snake",
                        "plan.yaml:5:3: the source has no table ‘poeple’; did you mean ‘people’?",
                        "plan.yaml:9:7: table people has no column ‘agee’; did you mean ‘age’?",
                        "plan.yaml:12:15: ‘money’ is no type that Ferryman can create; known are smallint, integer,"
                                + " bigint, real, double precision, numeric(p,s), boolean, text, varchar(n), char(n),"
                                + " citext, bytea, date, time, timestamp, timestamptz, uuid, json, jsonb, text[]",
                        "plan.yaml:11:17: ‘quarantaine’ is no choice for values of people.age; it can be widen,"
                                + " convert, quarantine, skip, fail",
                        "plan.yaml:14:7: table people has no constraint ‘(x) REFERENCES y’",
                        "plan.yaml:7:14: exclude of table people is ‘maybe’; it can be true or false",
                        "plan.yaml:15:5: schema of table people needs a target: the table in that schema"));
    }

    @Test
    void a_file_that_is_none_and_another_version_are_refused() {
        var schema = file().schema();
        assertThatThrownBy(() -> PlanFile.read("version: 2\n", "p", schema))
                .hasMessage("p:1:10: this Ferryman reads version: 1");
        assertThatThrownBy(() -> PlanFile.read("a: [1\nb", "p", schema))
                .hasMessageStartingWith("p:2:2: this is no YAML");
        assertThatThrownBy(() -> PlanFile.read("", "p", schema)).hasMessageContaining("the file is empty");
        assertThatThrownBy(() -> PlanFile.read("- a\n", "p", schema)).hasMessageContaining("must be a mapping");
    }
}
