package dev.ferryman.schema.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DdlParserTest {
    @Test
    void every_quoting_and_comment_of_sqlite_is_read() throws Exception {
        var ddl = TableDdlParser
                .parse("""
                       CREATE TABLE -- the table (with a parenthesis
                       IF NOT EXISTS main."odd ""tab"" le" ( /* a, b */
                         [a b] INTEGER, `c``d` TEXT COLLATE NOCASE, 'e''f' 'my type'(1, 2), "select" "where" NOT NULL
                       )""");
        assertThat(ddl.columns()).extracting(TableDdl.Column::name).containsExactly("a b", "c`d", "e'f", "select");
        assertThat(ddl.columns().get(1).collation()).isEqualTo("NOCASE");
    }

    @Test
    void constraints_keep_their_names_conditions_and_deferrability() throws Exception {
        var ddl = TableDdlParser
                .parse("""
                       CREATE TABLE t (
                         id INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT,
                         a INT DEFAULT (1 + (2)) CONSTRAINT positive CHECK (a > 0 AND (a < 10 OR a = ')')),
                         b TEXT DEFAULT -5 UNIQUE ON CONFLICT IGNORE REFERENCES p(x) ON DELETE SET NULL MATCH FULL
                           NOT DEFERRABLE INITIALLY IMMEDIATE,
                         c GENERATED ALWAYS AS (a || ')') STORED, d INT AS (a * 2),
                         CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES q ON UPDATE NO ACTION ON DELETE CASCADE
                           DEFERRABLE INITIALLY DEFERRED
                         CHECK (length(b) < 5), PRIMARY KEY (a COLLATE NOCASE DESC, b)
                       ) WITHOUT ROWID, STRICT""");
        assertThat(ddl.autoincrement()).isTrue();
        assertThat(ddl.checks()).containsExactly(
                new TableDdl.Check("positive", "a > 0 AND (a < 10 OR a = ')')"),
                new TableDdl.Check(null, "length(b) < 5"));
        assertThat(ddl.columns()).extracting(TableDdl.Column::generated).containsExactly(null, null, null, "a || ')'",
                "a * 2");
        assertThat(ddl.foreignKeys()).hasSize(2);
        assertThat(ddl.foreignKeys().get(0).deferrable()).isFalse();
        assertThat(ddl.foreignKeys().get(1).name()).isEqualTo("fk");
        assertThat(ddl.foreignKeys().get(1).initiallyDeferred()).isTrue();
    }

    @Test
    void an_index_is_taken_apart() throws Exception {
        var ddl = IndexDdl.parse("CREATE UNIQUE INDEX IF NOT EXISTS i ON t (lower(a) COLLATE NOCASE DESC, b ASC,"
                + " (c + 1)) WHERE d IS NOT NULL AND e <> ''; -- end");
        assertThat(ddl.parts()).containsExactly("lower(a)", "b", "(c + 1)");
        assertThat(ddl.where()).isEqualTo("d IS NOT NULL AND e <> ''");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE TABLE t (a", "CREATE TABLE t (a CHECK (", "CREATE VIEW v AS SELECT 1", "",
            "CREATE TABLE t ('a", "CREATE TABLE t (a DEFAULT", "CREATE TABLE t [a", "CREATE TABLE t (a !)",
            "CREATE TABLE t AS SELECT 1"})
    void what_cannot_be_read_is_an_error_and_no_crash(String sql) {
        assertThatThrownBy(() -> TableDdlParser.parse(sql)).isInstanceOf(SqlSyntaxException.class);
    }

    @Test
    void deep_nesting_is_refused_before_the_stack_ends() {
        for (var opening : new String[]{"(", "NOT ", "- ", "abs("}) {
            assertThatThrownBy(() -> ExpressionParser.parse(opening.repeat(100_000) + "1"))
                    .isInstanceOf(SqlSyntaxException.class).hasMessageContaining("nested too deeply");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '¶', textBlock = """
                                                                  a > 0 AND b <= 5                | (("a" > 0) AND ("b" <= 5))
                                                                  NOT a = 1 OR b                  | ((NOT ("a" = 1)) OR ("b" <> 0))
                                                                  t = 'x'                         | ("t" = 'x')
                                                                  t < 'x'                         | ("t" COLLATE "C" < 'x')
                                                                  t = 'X' COLLATE NOCASE          | (lower("t" COLLATE "C") = lower('X' COLLATE "C"))
                                                                  t LIKE 'A%_\\'                  | (lower("t" COLLATE "C") LIKE 'a%_\\' ESCAPE '')
                                                                  t GLOB '[A-Z]*.?'               | ("t" COLLATE "C" ~ '^[A-Z].*\\..$')
                                                                  a BETWEEN 1 AND 3               | (("a" >= 1) AND ("a" <= 3))
                                                                  a IN (1, 2)                     | ((("a" = 1) OR ("a" = 2)))
                                                                  f IN (0, 1)                     | ((("f" = false) OR ("f" = true)))
                                                                  a / b = 1                       | (("a" / NULLIF("b", 0)) = 1)
                                                                  a * 1.5 > 2                     | ((("a")::double precision * (1.5)::double precision) > 2)
                                                                  t IS NOT NULL                   | ("t" IS NOT NULL)
                                                                  a IS NOT 5                      | ("a" IS DISTINCT FROM 5)
                                                                  d IS NULL                       | ("d" IS NULL)
                                                                  typeof(a) = 'integer'           | ((CASE WHEN "a" IS NULL THEN 'null' ELSE 'integer' END) = 'integer')
                                                                  length(trim(t)) > 0             | (char_length(btrim("t", ' ')) > 0)
                                                                  CASE WHEN a > 1 THEN b END = 2  | ((CASE WHEN ("a" > 1) THEN "b" END) = 2)
                                                                  """)
    void a_condition_is_translated(String sqlite, String postgres) throws Exception {
        assertThat(new ExpressionTranslator(DdlParserTest::column).translateCondition(sqlite).text())
                .isEqualTo(postgres);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t = 1", "a = 'x'", "d > '2024-01-01'", "t REGEXP 'x'", "(SELECT 1)", "json_valid(t)", "t",
            "a & 1", "upper(a) = 'X'", "round(a, 2) = 1", "unknown > 1", "t = 'x' COLLATE german", "a = NULL",
            "substr(t, -1) = 'x'", "f = 2"})
    void what_is_not_known_to_mean_the_same_is_refused(String sqlite) {
        assertThatThrownBy(() -> new ExpressionTranslator(DdlParserTest::column).translateCondition(sqlite))
                .isInstanceOf(UntranslatableException.class);
    }

    private static @org.jspecify.annotations.Nullable PgSql column(String name) {
        return switch (name) {
            case "a", "b" -> PgSql.of("\"" + name + "\"", PgSql.Kind.INTEGER).within(1000);
            case "t" -> PgSql.of("\"t\"", PgSql.Kind.TEXT);
            case "f" -> PgSql.of("\"f\"", PgSql.Kind.BOOLEAN);
            case "d" -> PgSql.of("\"d\"", PgSql.Kind.OPAQUE);
            default -> null;
        };
    }
}
