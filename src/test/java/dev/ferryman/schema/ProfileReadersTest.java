package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.SqliteReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile is the same whichever library reads, in one go or in pages, in one range or in many. */
class ProfileReadersTest {
    /** Every storage class, every form of date, and what real files hold besides, as SQL. */
    private static final List<String> VALUES = List.of("NULL", "0", "1", "-1", "10", "-32769", "32767", "32768",
            "2147483647", "2147483648", "9007199254740993", "9223372036854775807", "(-9223372036854775807 - 1)", "-0.0",
            "0.1", "1234.5678", "1e-7", "9e999", "-9e999", "123456789.123", "1e300", "4.9e-324", "99999.999", "''",
            "' '", "'t'", "'TRUE'", "'On'", "char(0) || 't'", "'null'", "'{\"a\":[1,2.5e3,\"\\u0000\"]}'",
            "'[\"a\",\"b\"]'", "'[1,]'", "'\"\\ud83d\\ude00\"'", "'\"\\ud83d\"'", "'1e9999'", "'-'", "'+5'",
            "'007.50'", "'.5'", "'5.'", "'12345678901234567890.123456789'", "'a' || char(0) || 'b'",
            "CAST(x'ff00fe41' AS TEXT)", "CAST(x'c0af' AS TEXT)", "CAST(x'eda080' AS TEXT)", "'🐘żółw'",
            "char(65533)", "'abcdef'", "'äöüäö'", "'äöüäöü'", "x''", "x'00'", "x'00112233445566778899aabbccddeeff'",
            "'550e8400-e29b-41d4-a716-446655440000'", "'550E8400-E29B-41D4-A716-446655440000'",
            "'{550e8400-e29b-41d4-a716-446655440000}'", "'550e8400e29b41d4a716446655440000'",
            "'550e8400-e29b-41d4-a716-44665544000g'", "'2024-02-29'", "'2023-02-29'", "'1900-02-29'", "'2000-02-29'",
            "'0000-01-01'", "'2024-01-01 10:00'", "'2024-01-01T10:00:00'", "'2024-01-01t10:00:00.5'",
            "'2024-01-01 10:00:00.123456000'", "'2024-01-01 10:00:00.1234567'", "'2024-01-01 10:00:00z'",
            "'2024-01-01 10:00:00 +02'", "'2024-01-01 10:00:00+0230'", "'2024-01-01T10:00:00.123456789-15:59'",
            "'2024-01-01T10:00:00+16:00'", "'2024-01-01T24:00:00'", "'23:59:59.999999'", "'24:00'", "'2024-1-1'",
            "'1700000000'", "'2460000.5'", "'" + "x".repeat(64) + "'", "'" + "y".repeat(65) + "'",
            "'" + "[".repeat(1001) + "]".repeat(1001) + "'", "zeroblob(100000)");
    private static final int ROUNDS = 12;

    @TempDir
    Path directory;

    private SqliteFile file(String encoding, String journal) {
        var sql = new ArrayList<>(List.of("PRAGMA encoding = '" + encoding + "'", "PRAGMA journal_mode = " + journal,
                "PRAGMA ignore_check_constraints = 1",
                "CREATE TABLE v(id INTEGER PRIMARY KEY, x, d DECIMAL(6,2), s VARCHAR(5), j JSON, t DATETIME, b BLOB, r REAL)",
                "CREATE TABLE p(id INTEGER PRIMARY KEY, u TEXT UNIQUE)",
                "CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, u TEXT REFERENCES p(u), CHECK (p <> 7))",
                "CREATE TABLE complete(p INTEGER REFERENCES p)",
                "CREATE TABLE k(a TEXT, b, n, PRIMARY KEY (a, b)) WITHOUT ROWID"));
        // Ids far apart, so that the table is read in several ranges; every value in every row, and in every place.
        var id = 1;
        for (var round = 0; round < ROUNDS; round++) {
            for (var i = 0; i < VALUES.size(); i++) {
                var first = round * 7 + i;
                sql.add("INSERT INTO v VALUES (" + id + ", " + String.join(", ",
                        IntStream.range(first, first + 7).mapToObj(n -> VALUES.get(n % VALUES.size())).toList())
                        + ")");
                id += 300;
            }
        }
        var numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) ";
        sql.add("INSERT INTO v(id, x) VALUES (-9223372036854775808, 'min'), (9223372036854775807, 'max')");
        sql.add(numbers + "INSERT INTO p SELECT i, 'u' || i FROM n");
        sql.add(numbers + "INSERT INTO c SELECT i, i % 49999, 'u' || (i % 49998) FROM n");
        sql.add(numbers + "INSERT INTO complete SELECT i FROM n");
        sql.add(numbers + """
                          INSERT INTO k SELECT CASE i % 3 WHEN 0 THEN 'a' || i WHEN 1 THEN char(0) || i
                          ELSE CAST(x'ff' AS TEXT) || i END, CASE i % 2 WHEN 0 THEN i ELSE i / 4.0 END, i FROM n""");
        return SqliteFile.create(directory, sql.toArray(String[]::new));
    }

    private static Profile throughJdbc(SqliteFile file) {
        System.setProperty(SqliteReader.READER, SqliteReader.JDBC);
        try {
            return file.profile();
        } finally {
            System.clearProperty(SqliteReader.READER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8 WAL", "UTF-8 DELETE", "UTF-16le WAL", "UTF-16be DELETE"})
    void the_profile_does_not_depend_on_who_reads(String how) {
        var file = file(how.split(" ")[0], how.split(" ")[1]);

        var profile = file.profile();

        assertThat(throughJdbc(file)).isEqualTo(profile);
        assertThat(file.liveProfile()).isEqualTo(profile);
        var table = profile.tables().stream().filter(t -> t.table().equals("v")).findFirst().orElseThrow();
        assertThat(table.rows()).isEqualTo(2 + (long) ROUNDS * VALUES.size());
        assertThat(profile.tables().stream().filter(t -> t.table().equals("c")).findFirst().orElseThrow().violations())
                .extracting(Profile.Violation::count).containsExactlyInAnyOrder(1L, 1L, 1L);
    }

    @Test
    void every_trait_is_counted_in_every_range() {
        var table = file("UTF-8", "WAL").profile().tables().stream().filter(t -> t.table().equals("v")).findFirst()
                .orElseThrow();
        var column = table.column("x");
        // The column has no affinity and meets every value once a round.
        assertThat(column.count(Trait.REAL_INFINITE)).isEqualTo(2 * ROUNDS);
        assertThat(column.count(Trait.TEXT_INVALID)).isEqualTo(3 * ROUNDS);
        assertThat(column.count(Trait.TEXT_NUL)).isEqualTo(3 * ROUNDS);
        assertThat(column.count(Trait.TEXT_DATE)).isEqualTo(2 * ROUNDS);
        assertThat(column.count(Trait.TEXT_TIME)).isEqualTo(ROUNDS);
        assertThat(column.count(Trait.TEXT_TIMESTAMP)).isEqualTo(4 * ROUNDS);
        assertThat(column.count(Trait.TEXT_TIMESTAMPTZ)).isEqualTo(3 * ROUNDS);
        assertThat(column.count(Trait.TEXT_UUID_CANONICAL)).isEqualTo(ROUNDS);
        assertThat(column.count(Trait.TEXT_UUID_OTHER)).isEqualTo(3 * ROUNDS);
        assertThat(column.count(Trait.TEXT_STRING_ARRAY)).isEqualTo(ROUNDS);
        assertThat(column.count(Trait.TEXT_JSON_ONLY)).isEqualTo(3 * ROUNDS);
        assertThat(column.count(Trait.TEXT_OTHER_LAYOUT)).isEqualTo(8 * ROUNDS);
        assertThat(column.examplesOf(Trait.TEXT_INVALID)).hasSize(5).isSorted();
        assertThat(column.examplesOf(Trait.TEXT_OTHER_LAYOUT)).hasSize(5);
        assertThat(column.minInteger()).isEqualTo(Long.MIN_VALUE);
        assertThat(column.maxInteger()).isEqualTo(Long.MAX_VALUE);
        assertThat(column.timeFractionDigits()).isEqualTo(9);
        assertThat(column.maxBytes()).isEqualTo(100_000);
    }

    @Test
    void values_too_large_to_look_at_are_measured_and_large_ones_are_read() {
        var file = SqliteFile.create(directory, "PRAGMA page_size = 65536",
                "CREATE TABLE large(id INTEGER PRIMARY KEY, v, CHECK (length(v) <> 9000000))",
                "PRAGMA ignore_check_constraints = 1",
                "INSERT INTO large VALUES (1, 'small'), (2, zeroblob(33554433)), (3, zeroblob(33554432))",
                "INSERT INTO large VALUES (4, CAST(zeroblob(33554433) AS TEXT)), (5, printf('%9000000d', 7))");

        var profile = file.profile();

        assertThat(throughJdbc(file)).isEqualTo(profile);
        assertThat(file.liveProfile()).isEqualTo(profile);
        var column = profile.tables().getFirst().column("v");
        assertThat(column.count(Trait.OVERSIZED)).isEqualTo(2);
        assertThat(column.examplesOf(Trait.OVERSIZED)).containsExactly("id=2", "id=4");
        assertThat(column.count(Trait.BLOB)).isEqualTo(2);
        assertThat(column.count(Trait.TEXT)).isEqualTo(3);
        assertThat(column.maxBytes()).isEqualTo(33_554_433);
        assertThat(column.maxCharacters()).isEqualTo(9_000_000);
        assertThat(profile.tables().getFirst().violations()).hasSize(1);
    }
}
