package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.schema.internal.PgTypes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types of created columns: what each kind of declaration and value of FAILURES.md becomes. */
class CreatePlanTest {
    @TempDir
    Path directory;

    @Test
    void clean_declarations_keep_their_meaning() {
        var plan = planOf("CREATE TABLE t(i INT, r FLOAT, n DECIMAL(4,2), v NVARCHAR(5), c CHAR(3), b BLOB, ok BOOLEAN,"
                + " at DATETIME, z TIMESTAMP, d DATE, h TIME, u UUID, j JSON, x)",
                "INSERT INTO t VALUES (5000000000, 123456789.123, 99.25, 'gruß', 'abc', x'00ff', 1, '2024-02-29 23:59:59.5',"
                        + " '2024-02-29T23:59:59+02:00', '2024-02-29', '23:59', '6f9619ff-8b86-d011-b42d-00c04fc964ff',"
                        + " '{\"a\":[1,null]}', 'x')");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "double precision DIRECT", "numeric(4,2) DECIMAL",
                "varchar(5) DIRECT", "varchar(3) DIRECT", "bytea DIRECT", "boolean BOOLEAN", "timestamp ISO_TEXT",
                "timestamptz ISO_TEXT", "date ISO_TEXT", "time ISO_TEXT", "uuid UUID", "json JSON", "text DIRECT");
        assertThat(codes(plan)).containsExactly("no-key");
    }

    @Test
    void a_value_against_its_declaration_widens_the_column_with_count_and_keys() {
        var plan = planOf("CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, r REAL, n DECIMAL(4,2), v VARCHAR(3))",
                "INSERT INTO t VALUES (1, 1, 1.5, 1, 'abc'), (2, 'abc', 'x', 1234.5, 'abcd'), (3, '', 2, 1.234, 'äöü')");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "text AS_TEXT", "text AS_TEXT", "numeric DECIMAL",
                "text DIRECT");
        assertThat(finding(plan, "text-in-integer").count()).isEqualTo(2);
        assertThat(finding(plan, "text-in-integer").exampleKeys()).containsExactly("id=2", "id=3");
        assertThat(finding(plan, "text-in-integer").severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(finding(plan, "text-in-real").count()).isEqualTo(1);
        assertThat(finding(plan, "number-over-declared").count()).isEqualTo(2);
        assertThat(finding(plan, "text-over-declared").exampleKeys()).containsExactly("id=2");
    }

    @Test
    void a_real_in_an_integer_column_makes_it_numeric() {
        var plan = planOf("CREATE TABLE t(i INTEGER, n NUMERIC, e REAL)",
                "INSERT INTO t VALUES (1, 0.1, 9e999), (2.5, 7, -9e999)");
        assertThat(types(plan)).containsExactly("numeric DECIMAL", "numeric DECIMAL", "double precision DIRECT");
        assertThat(finding(plan, "real-in-integer").count()).isEqualTo(1);
    }

    @Test
    void a_boolean_is_one_only_where_every_value_is_clean() {
        var plan = planOf("CREATE TABLE t(a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN, e BOOLEAN)",
                "INSERT INTO t VALUES (0, 't', 2, 'yes', 1), (1, 'f', 1, 'T', 'true'), (NULL, 't', 0, 'no', 0)");
        assertThat(types(plan)).containsExactly("boolean BOOLEAN", "boolean BOOLEAN", "bigint DIRECT", "text DIRECT",
                "text AS_TEXT");
        assertThat(codes(plan)).filteredOn("not-boolean"::equals).hasSize(3);
    }

    @Test
    void dates_nobody_can_read_in_one_way_stay_what_they_are() {
        var plan = planOf("CREATE TABLE t(a DATE, b DATETIME, c DATETIME, d DATETIME, e DATE, f TIMESTAMP)",
                "INSERT INTO t VALUES ('', '2024-02-30 00:00:00', 1700000000, 2460310.5, '2024-01-01 10:00', '2024-01-01')",
                "INSERT INTO t VALUES ('2024-01-01', '2024-02-01 00:00:00', 1700000001, 2460311.5, '2024-01-01',"
                        + " '2024-01-01T00:00:00Z')");
        assertThat(types(plan)).containsExactly("text DIRECT", "text DIRECT", "bigint DIRECT",
                "double precision DIRECT",
                "timestamp ISO_TEXT", "text DIRECT");
        assertThat(codes(plan)).contains("not-a-date", "number-in-date", "time-in-date", "mixed-dates");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("number-in-date")).first()
                .extracting(Finding::message).asString().contains("seconds since 1970");
    }

    @Test
    void nul_and_invalid_utf8_become_bytes_and_text_among_blobs_too() {
        var plan = planOf("CREATE TABLE t(a TEXT, b TEXT, c BLOB, d TEXT)",
                "INSERT INTO t VALUES (CAST(x'610062' AS TEXT), CAST(x'61ff' AS TEXT), 'dGV4dA==', x'00')",
                "INSERT INTO t VALUES ('a', '�', x'00', 'x')");
        assertThat(types(plan)).containsOnly("bytea AS_BYTES");
        assertThat(finding(plan, "nul-in-text").count()).isEqualTo(1);
        assertThat(finding(plan, "invalid-utf8").count()).isEqualTo(1);
        assertThat(finding(plan, "text-in-blob").count()).isEqualTo(1);
        assertThat(finding(plan, "blob-in-text").count()).isEqualTo(1);
    }

    @Test
    void any_type_name_and_none_at_all_are_planned_by_their_values() {
        var plan = planOf(
                "CREATE TABLE t(a UNSIGNED BIG INT, b 'my type', c, d MEDIUMTEXT, e DOUBLE PRECISION, f GEOMETRY,"
                        + " g \"weird (type\", h INT8)",
                "INSERT INTO t VALUES (9223372036854775807, 7, 2.5, 'x', 1, x'01', 'y', 2)");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "bigint DIRECT", "double precision DIRECT",
                "text DIRECT", "double precision DIRECT", "bytea DIRECT", "text DIRECT", "bigint DIRECT");
    }

    @Test
    void strict_any_holds_anything() {
        var plan = planOf("CREATE TABLE t(id INTEGER PRIMARY KEY, a ANY) STRICT",
                "INSERT INTO t VALUES (1, 1), (2, 'x'), (3, 2.5)");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "text AS_TEXT");
        assertThat(finding(plan, "mixed-types").count()).isEqualTo(3);
    }

    @Test
    void a_date_in_a_key_written_in_two_layouts_stays_text() {
        var plan = planOf("CREATE TABLE t(at DATETIME PRIMARY KEY)",
                "INSERT INTO t VALUES ('2024-01-01 00:00:00'), ('2024-01-01T00:00:00')");
        assertThat(types(plan)).containsExactly("text DIRECT");
        assertThat(codes(plan)).contains("date-layouts-in-key");
    }

    @Test
    void bad_json_and_odd_uuids_stay_text() {
        var plan = planOf("CREATE TABLE t(j JSON, u UUID)",
                "INSERT INTO t VALUES ('{\"a\":1}', '6f9619ff-8b86-d011-b42d-00c04fc964ff')",
                "INSERT INTO t VALUES ('{a:1}', '{6F9619FF-8B86-D011-B42D-00C04FC964FF}')");
        assertThat(types(plan)).containsExactly("text DIRECT", "text DIRECT");
        assertThat(finding(plan, "not-json").count()).isEqualTo(1);
    }

    @Test
    void numbers_are_json() {
        var plan = planOf("CREATE TABLE t(id INTEGER PRIMARY KEY, j JSON)",
                "INSERT INTO t VALUES (1, '{}'), (2, '2.5'), (3, 7), (4, 'null'), (5, 1e300)");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "json JSON");
        assertThat(codes(plan)).isEmpty();
    }

    @Test
    void a_finding_in_a_column_of_json_counts_only_what_is_no_json() {
        var plan = planOf("CREATE TABLE t(id INTEGER PRIMARY KEY, j JSON, k JSON, l JSON)",
                "INSERT INTO t VALUES (1, 2.5, 2, 1.5), (2, 'no', x'7b7d', 9e999), (3, '{}', '[]', 3)");
        assertThat(types(plan)).containsExactly("bigint DIRECT", "text AS_TEXT", "bytea AS_BYTES",
                "double precision DIRECT");
        assertThat(codes(plan)).containsExactly("not-json", "blob-in-json", "infinity");
        assertThat(plan.findings()).extracting(f -> f.exampleKeys()).containsOnly(List.of("id=2"));
    }

    @Test
    void a_utf16_database_is_profiled_like_any_other() {
        var file = SqliteFile.create(directory, "PRAGMA encoding = 'UTF-16be'",
                "CREATE TABLE t(k TEXT PRIMARY KEY, v VARCHAR(8))", "INSERT INTO t VALUES ('ä🐘', 'grüße 🐘')");
        var plan = file.plan();
        assertThat(types(plan)).containsExactly("text DIRECT", "varchar(8) DIRECT");
        assertThat(file.profile().tables().getFirst().column("v").maxCharacters()).isEqualTo(7);
        assertThat(plan.tables().getFirst().key().sameOrder()).as("its bytes sort otherwise").isFalse();
    }

    @Test
    void a_value_too_large_forbids_the_copy() {
        var plan = planOf("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)",
                "INSERT INTO t VALUES (1, x'00'), (2, zeroblob(34000000))");
        assertThat(plan.possible()).isFalse();
        assertThat(finding(plan, "value-too-large").exampleKeys()).containsExactly("id=2");
        assertThat(finding(plan, "value-too-large").message()).contains("34000000 bytes");
    }

    @Test
    void more_columns_than_postgresql_has_forbid_the_copy() {
        var columns = new StringBuilder("c0");
        for (var i = 1; i < 1601; i++) {
            columns.append(", c").append(i);
        }
        assertThat(codes(planOf("CREATE TABLE t(" + columns + ")"))).contains("too-many-columns");
    }

    private Plan planOf(String... statements) {
        return SqliteFile.create(directory, statements).plan();
    }

    private static List<String> types(Plan plan) {
        return plan.tables().getFirst().columns().stream().map(c -> PgTypes.sql(c.type()) + " " + c.conversion())
                .toList();
    }

    private static List<String> codes(Plan plan) {
        return plan.findings().stream().map(Finding::code).toList();
    }

    private static Finding finding(Plan plan, String code) {
        return plan.findings().stream().filter(f -> f.code().equals(code)).findFirst()
                .orElseThrow(() -> new AssertionError(code + " is not among " + codes(plan)));
    }
}
