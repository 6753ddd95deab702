package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.TestPostgres;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The lines of {@code FAILURES.md} on data, each on a file built for it, through the whole of copy and verify: what other
 * tools lose in silence arrives, or is named before anything is copied. Defaults, CHECKs, indexes and keys have tests of
 * their own beside the planner; capture, cutover and crashes beside what they are about.
 */
class FailureCatalogueTest {
    @TempDir
    Path directory;
    private TestPostgres.Database database;
    private int files;

    @BeforeEach
    void fresh() {
        database = TestPostgres.newest().freshDatabase();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private Path source(String... statements) throws Exception {
        Path file = directory.resolve("source-" + files++ + ".db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    /** Copies and verifies; answers what the copy printed. */
    private String move(String... statements) throws Exception {
        Path source = source(statements);
        Invocation copy = Invocation.of("copy", "--source", source.toString(), "--target", database.url(),
                "--snapshot-dir", directory.toString());
        assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
        Invocation verify = Invocation.of("verify", "--source", source.toString(), "--target", database.url(),
                "--snapshot-dir", directory.toString());
        assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
        return copy.out();
    }

    private String inspect(String... statements) throws Exception {
        return Invocation.of("inspect", "--source", source(statements).toString()).out();
    }

    private String scalar(String sql) {
        return String.valueOf(database.scalar(sql));
    }

    // Silent in today's tools.

    @Test
    void a_real_keeps_all_its_digits() throws Exception {
        move("CREATE TABLE t(r REAL, x)", "INSERT INTO t VALUES (123456789.123, 2.5), (1e-300, 0.1), (0.0, 3.5)");
        assertThat(scalar("SELECT string_agg(r::text || ' ' || x, ', ' ORDER BY r DESC) FROM t"))
                .isEqualTo("123456789.123 2.5, 1e-300 0.1, 0 3.5");
    }

    @Test
    void text_goes_on_after_its_first_nul() throws Exception {
        String said = move("CREATE TABLE t(v TEXT)", "INSERT INTO t VALUES (CAST(x'610062' AS TEXT)), ('plain')");
        assertThat(said).contains("NUL characters");
        assertThat(scalar("SELECT string_agg(encode(v, 'hex'), ' ' ORDER BY v) FROM t")).isEqualTo("610062 706c61696e");
    }

    @Test
    void text_in_a_blob_column_stays_its_own_bytes() throws Exception {
        move("CREATE TABLE t(b BLOB)", "INSERT INTO t VALUES ('dGV4dA=='), (x'00ff')");
        assertThat(scalar("SELECT string_agg(encode(b, 'hex'), ' ' ORDER BY b DESC) FROM t"))
                .isEqualTo("6447563464413d3d 00ff");
    }

    @Test
    void generated_columns_lengths_defaults_checks_and_not_null_are_carried_over() throws Exception {
        move("CREATE TABLE t(a INT NOT NULL, d INT AS (a * 2) VIRTUAL, v VARCHAR(7) CHECK (v <> 'bad'),"
                + " token TEXT DEFAULT (lower(hex(randomblob(4)))))", "INSERT INTO t(a, v) VALUES (2, 'seven..')");
        database.execute("INSERT INTO t(a, v) VALUES (5, 'x'), (6, 'y')");
        assertThat(scalar("SELECT string_agg(d::text, ' ' ORDER BY a) FROM t")).isEqualTo("4 10 12");
        assertThat(scalar("SELECT count(DISTINCT token) FROM t")).isEqualTo("3");
        for (String wrong : new String[]{"(1, 'eight...')", "(1, 'bad')", "(NULL, 'x')"}) {
            assertThatThrownBy(() -> database.execute("INSERT INTO t(a, v) VALUES " + wrong)).isNotNull();
        }
    }

    @Test
    void bob_and_bob_in_lower_case_are_still_one() throws Exception {
        move("CREATE TABLE t(name TEXT UNIQUE COLLATE NOCASE)", "INSERT INTO t VALUES ('Bob')");
        assertThatThrownBy(() -> database.execute("INSERT INTO t VALUES ('bob')"))
                .hasStackTraceContaining("duplicate key");
    }

    @Test
    void ids_of_deleted_rows_are_not_given_out_again_and_every_id_column_gives_the_next() throws Exception {
        move("CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, v)", "CREATE TABLE b(id INTEGER PRIMARY KEY, v)",
                "CREATE TABLE none(id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO a(v) VALUES (1), (2), (3)",
                "DELETE FROM a WHERE id > 1", "INSERT INTO b VALUES (7, 1)");
        assertThat(scalar("INSERT INTO a(v) VALUES (9) RETURNING id")).isEqualTo("4");
        assertThat(scalar("INSERT INTO b(v) VALUES (1) RETURNING id")).isEqualTo("8");
        assertThat(scalar("INSERT INTO none(v) VALUES ('x') RETURNING id")).isEqualTo("1");
    }

    @Test
    void shadow_tables_stay_behind_with_their_virtual_table_and_a_suggestion() throws Exception {
        String said = inspect("CREATE VIRTUAL TABLE doc USING fts5(body)",
                "CREATE VIRTUAL TABLE box USING rtree(id, a, b)",
                "INSERT INTO doc VALUES ('x')", "CREATE TABLE t(x)");
        assertThat(said).startsWith("1 table, 0 rows").contains("tsvector column with a GIN index")
                .contains("GiST index");
    }

    @Test
    void a_naive_date_gets_no_zone() throws Exception {
        database.execute("ALTER DATABASE \"" + scalar("SELECT current_database()") + "\" SET timezone = 'Asia/Tokyo'");
        move("CREATE TABLE t(at DATETIME)", "INSERT INTO t VALUES ('2024-03-31 02:30:00')");
        assertThat(scalar("SELECT pg_typeof(at) || ' ' || at FROM t"))
                .isEqualTo("timestamp without time zone 2024-03-31 02:30:00");
    }

    @Test
    void names_keep_their_case() throws Exception {
        move("CREATE TABLE CamelCase(MixedColumn INT)", "INSERT INTO CamelCase VALUES (1)");
        assertThat(scalar("SELECT \"MixedColumn\" FROM \"CamelCase\"")).isEqualTo("1");
    }

    @Test
    void a_computed_default_stays_computed_or_is_named() throws Exception {
        move("CREATE TABLE t(id INTEGER PRIMARY KEY, due TEXT DEFAULT (date('now', '+7 days')), j REAL DEFAULT"
                + " (julianday('now')))");
        database.execute("INSERT INTO t DEFAULT VALUES");
        assertThat(scalar("SELECT due = to_char(now() AT TIME ZONE 'UTC' + interval '7 days', 'YYYY-MM-DD')"
                + " AND j > 2460000 FROM t")).isEqualTo("t");
        assertThat(inspect("CREATE TABLE t(a TEXT DEFAULT (datetime('now', 'localtime')))")).contains(
                "The default datetime('now', 'localtime') is left out");
    }

    @Test
    void composite_keys_partial_and_expression_indexes_stay_what_they_are() throws Exception {
        move("CREATE TABLE p(a INT, b TEXT, PRIMARY KEY(a, b))",
                "CREATE TABLE c(x INT, y TEXT, dead INT, FOREIGN KEY(x, y)"
                        + " REFERENCES p)",
                "CREATE UNIQUE INDEX one_live ON c(x) WHERE dead = 0",
                "CREATE INDEX by_lower ON c(lower(y))", "INSERT INTO p VALUES (1, 'one')",
                "INSERT INTO c VALUES (1, 'one', 0), (1, 'one', 1), (1, 'one', 1)");
        assertThat(scalar("SELECT string_agg(pg_get_constraintdef(oid), '') FROM pg_constraint"
                + " WHERE conrelid = 'c'::regclass AND contype = 'f'"))
                .isEqualTo("FOREIGN KEY (x, y) REFERENCES p(a, b)");
        assertThatThrownBy(() -> database.execute("INSERT INTO c VALUES (1, 'one', 0)"))
                .hasStackTraceContaining("one_live");
    }

    // Errors that lose rows.

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '¶', textBlock = """
                                                                  INTEGER      | 3000000000                 | bigint  | 3000000000
                                                                  INTEGER      | ''                         | text    |
                                                                  INTEGER      | 'abc'                      | text    | abc
                                                                  INTEGER      | 2.5                        | numeric | 2.5
                                                                  BOOLEAN      | 2                          | bigint  | 2
                                                                  BOOLEAN      | 'yes'                      | text    | yes
                                                                  DATE         | ''                         | text    |
                                                                  DATE         | '2024-02-30'               | text    | 2024-02-30
                                                                  DATETIME     | 1700000000                 | numeric | 1700000000
                                                                  DATETIME     | 1700000000123              | numeric | 1700000000123
                                                                  DATETIME     | 2460310.5                  | numeric | 2460310.5
                                                                  REAL         | 9e999                      | double precision | Infinity
                                                                  JSON         | '{bad'                     | text    | {bad
                                                                  UUID         | 'not-a-uuid'               | text    | not-a-uuid
                                                                  UUID         | '{6f9619ff-8b86-d011-b42d-00c04fc964ff}' | text | {6f9619ff-8b86-d011-b42d-00c04fc964ff}
                                                                  UUID         | '6f9619ff8b86d011b42d00c04fc964ff' | text | 6f9619ff8b86d011b42d00c04fc964ff
                                                                  DECIMAL(4,2) | 12345.678                  | numeric | 12345.678
                                                                  VARCHAR(3)   | 'gruß🐘'                   | text    | gruß🐘
                                                                  """)
    void a_value_against_its_declaration_arrives_as_it_is(String type, String value, String becomes, String text)
            throws Exception {
        String good = switch (type) {
            case "INTEGER", "BOOLEAN" -> "1";
            case "DATE" -> "'2024-01-01'";
            case "DATETIME" -> "1700000000.5";
            case "REAL" -> "1.5";
            case "JSON" -> "'{}'";
            case "UUID" -> "'6f9619ff-8b86-d011-b42d-00c04fc964ff'";
            case "DECIMAL(4,2)" -> "1.25";
            default -> "'abc'";
        };
        if (type.equals("DATETIME") && value.equals("2460310.5")) {
            becomes = "double precision";
        }
        move("CREATE TABLE t(id INTEGER PRIMARY KEY, v " + type + ")", "INSERT INTO t VALUES (1, " + good + "), (2, "
                + value + ")");
        assertThat(scalar("SELECT pg_typeof(v) FROM t WHERE id = 2")).isEqualTo(becomes);
        assertThat(scalar("SELECT v FROM t WHERE id = 2")).isEqualTo(text == null ? "" : text);
    }

    @Test
    void text_that_is_no_utf8_arrives_byte_by_byte() throws Exception {
        move("CREATE TABLE t(v TEXT)", "INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), (CAST(x'eda080' AS TEXT))");
        assertThat(scalar("SELECT string_agg(encode(v, 'hex'), ' ' ORDER BY v) FROM t")).isEqualTo("61ff eda080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16le", "UTF-16be"})
    void a_utf16_database_arrives_like_any_other(String encoding) throws Exception {
        move("PRAGMA encoding = '" + encoding + "'", "CREATE TABLE t(k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID",
                "INSERT INTO t VALUES ('ä🐘', 'grüße'), ('\uffff', 'z'), ('z', '𝄞')");
        assertThat(scalar("SELECT v FROM t WHERE k = 'ä🐘'")).isEqualTo("grüße");
    }

    @Test
    void orphans_references_without_a_column_and_to_missing_tables_are_told_and_keep_their_rows() throws Exception {
        String said = move("CREATE TABLE p(id INTEGER PRIMARY KEY)",
                "CREATE TABLE c(p INT REFERENCES p, q INT REFERENCES"
                        + " nowhere(x))",
                "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1, 5), (2, 6)");
        assertThat(said).contains("stays NOT VALID").contains("the table it refers to is not there");
        assertThat(scalar("SELECT count(*) FROM c")).isEqualTo("2");
        assertThatThrownBy(() -> database.execute("INSERT INTO c VALUES (3, 1)")).isNotNull();
    }

    @Test
    void null_in_a_key_and_values_equal_under_a_collation_keep_their_rows() throws Exception {
        move("CREATE TABLE n(k TEXT PRIMARY KEY, v)", "INSERT INTO n VALUES (NULL, 1), (NULL, 2), ('a', 3)",
                "CREATE TABLE u(v TEXT COLLATE NOCASE)", "INSERT INTO u VALUES ('Ä'), ('ä'), ('A'), ('a')",
                "CREATE TABLE m(v UNIQUE)", "INSERT INTO m VALUES (1), ('1'), (1.5)");
        assertThat(scalar("SELECT (SELECT count(*) FROM n) || ' ' || (SELECT count(*) FROM u) || ' '"
                + " || (SELECT count(*) FROM m)")).isEqualTo("3 4 3");
    }

    @Test
    void a_boolean_keeps_its_default() throws Exception {
        move("CREATE TABLE t(id INTEGER PRIMARY KEY, ok BOOLEAN NOT NULL DEFAULT 1, no BOOL DEFAULT 'f')",
                "INSERT INTO t VALUES (1, 0, 'f')");
        assertThat(scalar("INSERT INTO t(id) VALUES (2) RETURNING ok::text || ' ' || no")).isEqualTo("true false");
    }

    // Aborts and hangs.

    @Test
    void any_type_name_and_none_is_taken() throws Exception {
        move("CREATE TABLE t(a UNSIGNED BIG INT, b 'my type', c, d NVARCHAR2(9), e \"weird (type\", f INT8 UNSIGNED)",
                "INSERT INTO t VALUES (9223372036854775807, 1, x'01', 'x', 'y', 3)",
                "CREATE TABLE s(a ANY, b INT) STRICT", "INSERT INTO s VALUES ('x', 1), (2, 2), (2.5, 3), (x'00', 4)");
        assertThat(scalar("SELECT count(*) FROM s")).isEqualTo("4");
    }

    @Test
    void names_longer_than_63_bytes_reserved_quoted_with_spaces_and_emoji_arrive() throws Exception {
        String base = "n".repeat(64);
        move("CREATE TABLE \"" + base + "a\"(\"order\" INT, \"a\"\"b\" INT, \"with space\" INT, \"🐘\" INT, \"" + base
                + "a\" INT, \"" + base + "b\" INT)", "CREATE TABLE \"" + base + "b\"(\"user\" INT PRIMARY KEY)",
                "INSERT INTO \"" + base + "a\" VALUES (1, 2, 3, 4, 5, 6)", "INSERT INTO \"" + base + "b\" VALUES (7)",
                "CREATE TABLE \"table\"(\"select\" TEXT DEFAULT 'x')");
        assertThat(scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).isEqualTo("3");
    }

    @Test
    void more_columns_than_postgresql_has_are_refused_before_the_copy() throws Exception {
        Path source = source("CREATE TABLE t(" + IntStream.rangeClosed(1, 1601).mapToObj(i -> "c" + i)
                .collect(Collectors.joining(", ")) + ")");
        Invocation copy = Invocation.of("copy", "--source", source.toString(), "--target", database.url(),
                "--snapshot-dir", directory.toString());
        assertThat(copy.status()).isEqualTo(1);
        assertThat(copy.out()).contains("1601 columns; PostgreSQL holds 1600 at most");
        assertThat(scalar("SELECT to_regclass('t') IS NULL")).isEqualTo("t");
        move("CREATE TABLE wide(" + IntStream.rangeClosed(1, 1600).mapToObj(i -> "c" + i)
                .collect(Collectors.joining(", ")) + ")", "INSERT INTO wide(c1, c1600) VALUES (1, 1600)");
    }

    @Test
    void a_virtual_table_of_an_unknown_module_does_not_stop_the_rest() throws Exception {
        move("CREATE TABLE t(x)", "INSERT INTO t VALUES (1)", "PRAGMA writable_schema = 1",
                "INSERT INTO sqlite_schema VALUES ('table', 'geo', 'geo', 0, 'CREATE VIRTUAL TABLE geo USING spatial(x)')",
                "PRAGMA writable_schema = 0");
        assertThat(scalar("SELECT x FROM t")).isEqualTo("1");
    }

    @Test
    void every_scan_goes_on_after_a_type_that_does_not_match() throws Exception {
        move("CREATE TABLE t(n INTEGER)", "INSERT INTO t WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s"
                + " WHERE i < 5000) SELECT iif(i = 2500, 'odd', i) FROM s");
        assertThat(scalar("SELECT count(*) FROM t")).isEqualTo("5000");
    }

    @Test
    void views_and_triggers_are_listed_with_their_sql() throws Exception {
        String said = inspect("CREATE TABLE t(x)", "CREATE VIEW odd AS SELECT printf('%x', x) FROM t",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END");
        assertThat(said).contains("CREATE VIEW odd AS SELECT printf('%x', x) FROM t")
                .contains("CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END");
    }

    @Test
    void a_file_that_is_none_encrypted_truncated_empty_or_a_directory_is_one_clear_line() throws Exception {
        Path text = Files.writeString(directory.resolve("text.db"), "no database at all, only text".repeat(50));
        Path empty = Files.createFile(directory.resolve("empty.db"));
        Path cut = source("CREATE TABLE t(x)", "INSERT INTO t VALUES (zeroblob(100000))");
        try (var file = new RandomAccessFile(cut.toFile(), "rw")) {
            file.setLength(8192);
        }
        for (Path bad : new Path[]{text, empty, cut, directory, directory.resolve("missing.db")}) {
            Invocation inspect = Invocation.of("inspect", "--source", bad.toString());
            assertThat(inspect.status()).as(bad + inspect.out() + inspect.err()).isEqualTo(2);
            assertThat(inspect.err().lines()).as(inspect.err()).hasSize(2);
        }
    }
}
