package dev.ferryman.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of value arrives as it was, or is refused by name. */
class ValuesTest {
    @TempDir
    static Path directory;

    private static CopyFixture fixture;

    @BeforeAll
    static void one_database_for_all() {
        fixture = new CopyFixture(directory);
        fixture.database.execute("""
                                 CREATE TYPE mood AS ENUM ('fine', 'gloomy');
                                 CREATE DOMAIN positive AS numeric(6,2) CHECK (VALUE > 0);
                                 CREATE EXTENSION citext""");
    }

    @AfterAll
    static void drop_it() {
        fixture.close();
    }

    @AfterEach
    void nothing_is_left_of_a_copy() throws InterruptedException {
        new TargetCleanup(fixture.target).undo(new JobOwner.Alone("test"));
        assertThat(fixture.database.scalar("SELECT to_regclass('t')")).isNull();
        assertThat(fixture.database.scalar("SELECT to_regnamespace('ferryman')")).isNull();
    }

    /** Copies one value through a column of a type and reads it back as PostgreSQL's text. */
    private String arrives(String sqliteValue, String pgType, PgType type, Conversion conversion) throws Exception {
        var snapshot = fixture.snapshot("CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO t VALUES (7, " + sqliteValue + ")");
        Plan plan = Plans.created(Plans.table("t").id("id").with(Plans.column("v", type, conversion))
                .createdBy("CREATE TABLE t (id bigint NOT NULL, v " + pgType + ")").plan());
        fixture.copy(snapshot, plan);
        return String.valueOf(fixture.database.scalar("SELECT v::text FROM t"));
    }

    private static PgType pg(String declared) {
        return switch (declared) {
            case "boolean" -> PgType.of(PgType.Base.BOOLEAN);
            case "smallint" -> PgType.of(PgType.Base.INT2);
            case "integer" -> PgType.of(PgType.Base.INT4);
            case "bigint" -> PgType.of(PgType.Base.INT8);
            case "real" -> PgType.of(PgType.Base.FLOAT4);
            case "double precision" -> PgType.of(PgType.Base.FLOAT8);
            case "numeric" -> PgType.of(PgType.Base.NUMERIC);
            case "numeric(6,2)" -> new PgType(PgType.Base.NUMERIC, 6, 2, null);
            case "text" -> PgType.of(PgType.Base.TEXT);
            case "varchar(3)" -> new PgType(PgType.Base.VARCHAR, 3, null, null);
            case "char(3)" -> new PgType(PgType.Base.CHAR, 3, null, null);
            case "citext" -> PgType.of(PgType.Base.CITEXT);
            case "bytea" -> PgType.of(PgType.Base.BYTEA);
            case "date" -> PgType.of(PgType.Base.DATE);
            case "time" -> PgType.of(PgType.Base.TIME);
            case "timestamp" -> PgType.of(PgType.Base.TIMESTAMP);
            case "timestamp(3)" -> new PgType(PgType.Base.TIMESTAMP, null, 3, null);
            case "timestamptz" -> PgType.of(PgType.Base.TIMESTAMPTZ);
            case "uuid" -> PgType.of(PgType.Base.UUID);
            case "json" -> PgType.of(PgType.Base.JSON);
            case "jsonb" -> PgType.of(PgType.Base.JSONB);
            case "mood" -> new PgType(PgType.Base.ENUM, null, null, "mood");
            case "positive" -> new PgType(PgType.Base.DOMAIN, null, null, "positive");
            case "inet" -> new PgType(PgType.Base.OTHER, null, null, "inet");
            case "text[]" -> PgType.of(PgType.Base.TEXT_ARRAY);
            case "varchar(5)[]" -> PgType.of(PgType.Base.TEXT_ARRAY);
            default -> throw new IllegalArgumentException(declared);
        };
    }

    @ParameterizedTest(name = "{0} into {1} ({2}) arrives as {3}")
    @CsvSource(delimiter = '¦', quoteCharacter = '`', value = {
            "NULL ¦ text ¦ DIRECT ¦ null",
            "1 ¦ boolean ¦ BOOLEAN ¦ true",
            "'no' ¦ boolean ¦ BOOLEAN ¦ false",
            "-32768 ¦ smallint ¦ DIRECT ¦ -32768",
            "2147483647 ¦ integer ¦ DIRECT ¦ 2147483647",
            "-9223372036854775808 ¦ bigint ¦ DIRECT ¦ -9223372036854775808",
            "9223372036854775807 ¦ bigint ¦ DIRECT ¦ 9223372036854775807",
            "3.0 ¦ bigint ¦ DIRECT ¦ 3",
            "'-42' ¦ bigint ¦ DECIMAL ¦ -42",
            "0.5 ¦ real ¦ DIRECT ¦ 0.5",
            "123456789.123 ¦ double precision ¦ DIRECT ¦ 123456789.123",
            "9e999 ¦ double precision ¦ DIRECT ¦ Infinity",
            "-0.0 ¦ double precision ¦ DIRECT ¦ -0",
            "5e-324 ¦ double precision ¦ DIRECT ¦ 5e-324",
            "1e300 ¦ double precision ¦ DIRECT ¦ 1e+300",
            "9007199254740992 ¦ double precision ¦ DIRECT ¦ 9.007199254740992e+15",
            "0.1 ¦ numeric ¦ DIRECT ¦ 0.1",
            "1e22 ¦ numeric ¦ DIRECT ¦ 10000000000000000000000",
            "1.5e-7 ¦ numeric ¦ DIRECT ¦ 0.00000015",
            "-9999.99 ¦ numeric ¦ DIRECT ¦ -9999.99",
            "10000 ¦ numeric ¦ DIRECT ¦ 10000",
            "9999.9 ¦ numeric ¦ DIRECT ¦ 9999.9",
            "100000000.0001 ¦ numeric ¦ DIRECT ¦ 100000000.0001",
            "0 ¦ numeric ¦ DIRECT ¦ 0",
            "-9223372036854775808 ¦ numeric ¦ DIRECT ¦ -9223372036854775808",
            "9e999 ¦ numeric ¦ DIRECT ¦ Infinity",
            "'1.50' ¦ numeric ¦ DECIMAL ¦ 1.50",
            "'0.00' ¦ numeric ¦ DECIMAL ¦ 0.00",
            "'-0.000123000' ¦ numeric ¦ DECIMAL ¦ -0.000123000",
            "'123456789012345678901234567890.123456789' ¦ numeric ¦ DECIMAL ¦ 123456789012345678901234567890.123456789",
            "'1e3' ¦ numeric ¦ DECIMAL ¦ 1000",
            "1234.5 ¦ numeric(6,2) ¦ DECIMAL ¦ 1234.50",
            "'plain' ¦ text ¦ DIRECT ¦ plain",
            "'' ¦ text ¦ DIRECT ¦ ``",
            "'żółw 🐢' ¦ text ¦ DIRECT ¦ żółw 🐢",
            "'żół' ¦ varchar(3) ¦ DIRECT ¦ żół",
            "42 ¦ text ¦ AS_TEXT ¦ 42",
            "2.5 ¦ text ¦ AS_TEXT ¦ 2.5",
            "3.0 ¦ text ¦ AS_TEXT ¦ 3.0",
            "1e20 ¦ text ¦ AS_TEXT ¦ 1.0e+20",
            "1.25e-7 ¦ text ¦ AS_TEXT ¦ 1.25e-07",
            "0.001 ¦ text ¦ AS_TEXT ¦ 0.001",
            "0.1 ¦ text ¦ AS_TEXT ¦ 0.1",
            "-123456.75 ¦ text ¦ AS_TEXT ¦ -123456.75",
            "9e999 ¦ text ¦ AS_TEXT ¦ Inf",
            "x'6869' ¦ text ¦ AS_TEXT ¦ hi",
            "'Bob' ¦ citext ¦ DIRECT ¦ Bob",
            "x'00ff10' ¦ bytea ¦ DIRECT ¦ \\x00ff10",
            "x'' ¦ bytea ¦ DIRECT ¦ \\x",
            "'a' || char(0) || 'b' ¦ bytea ¦ AS_BYTES ¦ \\x610062",
            "CAST(x'ff' AS TEXT) ¦ bytea ¦ AS_BYTES ¦ \\xff",
            "'2024-02-29' ¦ date ¦ ISO_TEXT ¦ 2024-02-29",
            "'1582-10-10' ¦ date ¦ ISO_TEXT ¦ 1582-10-10",
            "'2024-02-29 00:00:00' ¦ date ¦ ISO_TEXT ¦ 2024-02-29",
            "1704067200 ¦ date ¦ EPOCH_SECONDS ¦ 2024-01-01",
            "'23:59:59.123456' ¦ time ¦ ISO_TEXT ¦ 23:59:59.123456",
            "'07:30' ¦ time ¦ ISO_TEXT ¦ 07:30:00",
            "'2024-01-02 03:04:05' ¦ timestamp ¦ ISO_TEXT ¦ 2024-01-02 03:04:05",
            "'2024-01-02T03:04:05.120Z' ¦ timestamp(3) ¦ ISO_TEXT ¦ 2024-01-02 03:04:05.12",
            "'1969-12-31 23:59:59.5' ¦ timestamp ¦ ISO_TEXT ¦ 1969-12-31 23:59:59.5",
            "'2024-01-02T03:04:05+02:00' ¦ timestamptz ¦ ISO_TEXT ¦ 2024-01-02 01:04:05+00",
            "'2024-01-02 03:04:05 -0530' ¦ timestamptz ¦ ISO_TEXT ¦ 2024-01-02 08:34:05+00",
            "'2024-01-02' ¦ timestamptz ¦ ISO_TEXT ¦ 2024-01-02 00:00:00+00",
            "-1 ¦ timestamptz ¦ EPOCH_SECONDS ¦ 1969-12-31 23:59:59+00",
            "1700000000.25 ¦ timestamptz ¦ EPOCH_SECONDS ¦ 2023-11-14 22:13:20.25+00",
            "1700000000123 ¦ timestamptz ¦ EPOCH_MILLIS ¦ 2023-11-14 22:13:20.123+00",
            "1700000000123456 ¦ timestamptz ¦ EPOCH_MICROS ¦ 2023-11-14 22:13:20.123456+00",
            "1700000000123456000 ¦ timestamptz ¦ EPOCH_NANOS ¦ 2023-11-14 22:13:20.123456+00",
            "2460310.5 ¦ timestamp ¦ JULIAN_DAY ¦ 2024-01-01 00:00:00",
            "julianday('2024-05-06 07:08:09.123') ¦ timestamp ¦ JULIAN_DAY ¦ 2024-05-06 07:08:09.123",
            "'{0123456789ABCDEF0123456789abcdef}' ¦ uuid ¦ UUID ¦ 01234567-89ab-cdef-0123-456789abcdef",
            "x'0123456789abcdef0123456789abcdef' ¦ uuid ¦ UUID ¦ 01234567-89ab-cdef-0123-456789abcdef",
            "'{\"a\": [1, 2]}' ¦ json ¦ JSON ¦ {\"a\": [1, 2]}",
            "'{\"b\":1,\"a\":1.50}' ¦ jsonb ¦ JSON ¦ {\"a\": 1.50, \"b\": 1}",
            "5 ¦ jsonb ¦ JSON ¦ 5",
            "1e20 ¦ jsonb ¦ JSON ¦ 100000000000000000000",
            "'fine' ¦ mood ¦ DIRECT ¦ fine",
            "12.5 ¦ positive ¦ DECIMAL ¦ 12.50",
            "'10.0.0.0/8' ¦ inet ¦ AS_TEXT ¦ 10.0.0.0/8",
            "'[\"a\", null, \"c,d\"]' ¦ text[] ¦ JSON ¦ {a,NULL,\"c,d\"}",
            "'[]' ¦ text[] ¦ JSON ¦ {}",
            "'[\"x\"]' ¦ varchar(5)[] ¦ JSON ¦ {x}"})
    void a_value_arrives_as_it_was(String value, String declared, Conversion conversion, String expected)
            throws Exception {
        assertThat(arrives(value, declared, pg(declared), conversion)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} into {1} ({2}) is refused")
    @CsvSource(delimiter = '¦', quoteCharacter = '`', value = {
            "2 ¦ boolean ¦ BOOLEAN ¦ a number other than 0 and 1",
            "'perhaps' ¦ boolean ¦ BOOLEAN ¦ spells no boolean",
            "32768 ¦ smallint ¦ DIRECT ¦ beyond the 2 bytes",
            "2147483648 ¦ integer ¦ DIRECT ¦ beyond the 4 bytes",
            "2.5 ¦ bigint ¦ DIRECT ¦ no integer",
            "'abc' ¦ bigint ¦ DIRECT ¦ text where an integer",
            "'9223372036854775808' ¦ bigint ¦ DECIMAL ¦ beyond 64 bits",
            "9.3e18 ¦ bigint ¦ DIRECT ¦ no integer",
            "9007199254740993 ¦ double precision ¦ DIRECT ¦ no double holds exactly",
            "0.1 ¦ real ¦ DIRECT ¦ more digits",
            "0.125 ¦ numeric(6,2) ¦ DECIMAL ¦ 3 decimals, the column holds 2",
            "12345 ¦ numeric(6,2) ¦ DECIMAL ¦ 5 digits before the point",
            "9e999 ¦ numeric(6,2) ¦ DECIMAL ¦ infinite",
            "'1,5' ¦ numeric ¦ DECIMAL ¦ no decimal number",
            "42 ¦ text ¦ DIRECT ¦ an integer where text",
            "x'61' ¦ text ¦ DIRECT ¦ a blob where text",
            "'abcd' ¦ varchar(3) ¦ DIRECT ¦ more than the 3 characters",
            "'ab  ' ¦ varchar(3) ¦ DIRECT ¦ more than the 3 characters",
            "'a' || char(0) ¦ text ¦ DIRECT ¦ invalid byte sequence",
            "CAST(x'ff' AS TEXT) ¦ text ¦ DIRECT ¦ invalid byte sequence",
            "'text' ¦ bytea ¦ DIRECT ¦ text where a blob",
            "'2024-02-30' ¦ date ¦ ISO_TEXT ¦ does not exist",
            "'' ¦ date ¦ ISO_TEXT ¦ no ISO 8601",
            "'2024-01-01 10:00:00' ¦ date ¦ ISO_TEXT ¦ a time of day",
            "'25:00' ¦ time ¦ ISO_TEXT ¦ does not exist",
            "'2024-01-01 10:00:00.1234567' ¦ timestamp ¦ ISO_TEXT ¦ finer fraction",
            "'2024-01-01 10:00:00.1234' ¦ timestamp(3) ¦ ISO_TEXT ¦ finer fraction",
            "1700000000 ¦ timestamp ¦ ISO_TEXT ¦ an integer where ISO 8601",
            "1700000000123456001 ¦ timestamptz ¦ EPOCH_NANOS ¦ finer fraction",
            "9e18 ¦ timestamptz ¦ EPOCH_SECONDS ¦ no whole number of microseconds in range",
            "'not-a-uuid' ¦ uuid ¦ UUID ¦ no UUID",
            "'{bad' ¦ jsonb ¦ JSON ¦ invalid input syntax",
            "x'7b7d' ¦ jsonb ¦ JSON ¦ a blob where text",
            "-9e999 ¦ json ¦ JSON ¦ an infinite real",
            "'angry' ¦ mood ¦ DIRECT ¦ invalid input value",
            "-1 ¦ positive ¦ DECIMAL ¦ check constraint",
            "'nowhere' ¦ inet ¦ AS_TEXT ¦ invalid input syntax",
            "'[1]' ¦ text[] ¦ JSON ¦ elements other than strings",
            "'{}' ¦ text[] ¦ JSON ¦ no JSON array"})
    void a_value_that_does_not_fit_is_refused_by_name(String value, String declared, Conversion conversion,
            String reason) {
        assertThatThrownBy(() -> arrives(value, declared, pg(declared), conversion))
                .isInstanceOf(CopyFailedException.class).hasMessageContaining(reason).hasMessageContaining("Table t")
                .satisfies(e -> {
                    if (!declared.equals("inet")) {
                        assertThat(e).hasMessageContaining("id = 7");
                    }
                });
    }

    @Test
    void text_of_a_utf_16_database_arrives_as_utf_8() throws Exception {
        var snapshot = fixture.snapshot("PRAGMA encoding = 'UTF-16le'",
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO t VALUES (1, 'żółw 🐢')", "INSERT INTO t VALUES (2, x'00ff')");
        fixture.copy(snapshot,
                Plans.created(Plans.table("t").id("id")
                        .with(Plans.column("v", PgType.of(PgType.Base.BYTEA), Conversion.AS_BYTES))
                        .createdBy("CREATE TABLE t (id bigint, v bytea)").plan()));
        assertThat(fixture.database.scalar("SELECT convert_from(v, 'UTF8') FROM t WHERE id = 1"))
                .isEqualTo("żółw 🐢");
        assertThat(fixture.database.scalar("SELECT v::text FROM t WHERE id = 2")).isEqualTo("\\x00ff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "library"})
    void a_long_value_arrives_whole_through_either_reader(String reader) throws Exception {
        System.setProperty("ferryman.sqlite.reader", reader);
        try {
            assertLongValuesArrive();
        } finally {
            System.clearProperty("ferryman.sqlite.reader");
        }
    }

    private static void assertLongValuesArrive() throws Exception {
        var snapshot = fixture.snapshot("CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB, w TEXT)",
                "INSERT INTO t VALUES (1, x'01', 'short')",
                "INSERT INTO t VALUES (2, randomblob(20000000), replace(hex(zeroblob(9000000)), '00', 'ab'))",
                "INSERT INTO t VALUES (3, zeroblob(10), NULL)");
        fixture.copy(snapshot,
                Plans.created(Plans.table("t").id("id").with("v", PgType.Base.BYTEA).with("w", PgType.Base.TEXT)
                        .createdBy("CREATE TABLE t (id bigint, v bytea, w text)").plan()));
        String sourceDigest;
        try (var connection = SqliteSource.snapshot(snapshot.path()).connect();
                var rows = connection.createStatement().executeQuery("SELECT v FROM t WHERE id = 2")) {
            rows.next();
            sourceDigest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(rows.getBytes(1)));
        }
        assertThat(fixture.database.scalar("SELECT encode(sha256(v), 'hex') FROM t WHERE id = 2"))
                .isEqualTo(sourceDigest);
        assertThat(fixture.database.scalar("SELECT w = repeat('ab', 9000000) FROM t WHERE id = 2")).isEqualTo("t");
        assertThat(fixture.database.scalar("SELECT count(*) FROM t")).isEqualTo("3");
    }
}
