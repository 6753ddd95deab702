package dev.ferryman.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * For every type and conversion: values that mean the same are equal, and one changed value on the target is found,
 * alone, with its table, key, column and both values. Each case is a table of its own with an untouched row beside it.
 */
class ValueMutationTest {
    /**
     * One value and its change.
     *
     * @param sqlite SQL literal of the source value
     * @param equal SQL literal of the target value that means the same
     * @param changed SQL literal of a target value that does not
     * @param sourceShown the source value in the difference, null for NULL
     * @param targetShown the changed value in the difference, null for NULL
     */
    private record Case(String declared, String sqlite, String pgType, Base base, Conversion conversion, String equal,
            String changed, @Nullable String sourceShown, @Nullable String targetShown) {
        boolean isNull() {
            return equal.equals("NULL");
        }
    }

    private static Case of(String declared, String sqlite, String pgType, Base base, Conversion conversion,
            String equal, String changed, @Nullable String sourceShown, @Nullable String targetShown) {
        return new Case(declared, sqlite, pgType, base, conversion, equal, changed, sourceShown, targetShown);
    }

    private static final String UUID = "0f0e0d0c-0b0a-0908-0706-050403020100";
    private static final String LONG = "x".repeat(300);

    private static final List<Case> CASES = List.of(
            of("INTEGER", "7", "smallint", Base.INT2, Conversion.DIRECT, "7", "8", "7", "8"),
            of("INTEGER", "-32768", "smallint", Base.INT2, Conversion.DIRECT, "-32768", "32767", "-32768", "32767"),
            of("INTEGER", "2147483647", "integer", Base.INT4, Conversion.DIRECT, "2147483647", "-2147483648",
                    "2147483647", "-2147483648"),
            of("INTEGER", "9223372036854775807", "bigint", Base.INT8, Conversion.DIRECT, "9223372036854775807",
                    "9223372036854775806", "9223372036854775807", "9223372036854775806"),
            of("INTEGER", "-9223372036854775808", "bigint", Base.INT8, Conversion.DIRECT, "-9223372036854775808", "0",
                    "-9223372036854775808", "0"),
            of("INTEGER", "NULL", "bigint", Base.INT8, Conversion.DIRECT, "NULL", "0", null, "0"),
            of("INTEGER", "0", "bigint", Base.INT8, Conversion.DIRECT, "0", "NULL", "0", null),
            of("", "5.0", "bigint", Base.INT8, Conversion.DIRECT, "5", "6", "5.0", "6"),
            of("TEXT", "'00012'", "bigint", Base.INT8, Conversion.DECIMAL, "12", "13", "00012", "13"),
            of("REAL", "123456789.123", "double precision", Base.FLOAT8, Conversion.DIRECT, "123456789.123",
                    "123456789.1230001", "123456789.123", "1.234567891230001E8"),
            of("REAL", "0.1", "double precision", Base.FLOAT8, Conversion.DIRECT, "0.1", "0.10000000000000002", "0.1",
                    "0.10000000000000002"),
            of("REAL", "5", "double precision", Base.FLOAT8, Conversion.DIRECT, "5", "5.000000000000001", "5.0",
                    "5.000000000000001"),
            of("REAL", "9e999", "double precision", Base.FLOAT8, Conversion.DIRECT, "'Infinity'", "'NaN'", "Inf",
                    "NaN"),
            of("REAL", "0.0", "double precision", Base.FLOAT8, Conversion.DIRECT, "0", "'-0'", "0.0", "-0.0"),
            of("", "9007199254740992", "double precision", Base.FLOAT8, Conversion.DIRECT, "9007199254740992",
                    "9007199254740994", "9007199254740992", "9.007199254740994E15"),
            of("REAL", "0.5", "real", Base.FLOAT4, Conversion.DIRECT, "0.5", "0.25", "0.5", "0.25"),
            of("NUMERIC", "12.50", "numeric(10,2)", Base.NUMERIC, Conversion.DECIMAL, "12.5", "12.51", "12.5", "12.51"),
            of("TEXT", "'0.1000000000000000055511151231257827'", "numeric", Base.NUMERIC, Conversion.DECIMAL,
                    "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257828",
                    "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257828"),
            of("TEXT", "'-1.5e+20'", "numeric", Base.NUMERIC, Conversion.DECIMAL, "-150000000000000000000",
                    "150000000000000000000", "-1.5e+20", "150000000000000000000"),
            of("REAL", "1e-7", "numeric", Base.NUMERIC, Conversion.DECIMAL, "0.0000001", "0.00000010001", "1.0e-07",
                    "0.00000010001"),
            of("INTEGER", "10000", "numeric(20,4)", Base.NUMERIC, Conversion.DECIMAL, "10000", "1000", "10000",
                    "1000.0000"),
            of("TEXT", "'héllo 😀'", "text", Base.TEXT, Conversion.DIRECT, "'héllo 😀'", "'héllo 😁'", "héllo 😀",
                    "héllo 😁"),
            of("TEXT", "''", "text", Base.TEXT, Conversion.DIRECT, "''", "NULL", "", null),
            of("TEXT", "NULL", "text", Base.TEXT, Conversion.DIRECT, "NULL", "''", null, ""),
            of("TEXT", "'a '", "text", Base.TEXT, Conversion.DIRECT, "'a '", "'a'", "a ", "a"),
            of("TEXT", "'Bob'", "varchar(10)", Base.VARCHAR, Conversion.DIRECT, "'Bob'", "'bob'", "Bob", "bob"),
            of("TEXT", "'ab'", "char(5)", Base.CHAR, Conversion.DIRECT, "'ab'", "'ab c'", "ab", "ab c "),
            of("TEXT", "'Bob'", "citext", Base.CITEXT, Conversion.DIRECT, "'Bob'", "'bob'", "Bob", "bob"),
            of("TEXT", "'b'", "letters", Base.ENUM, Conversion.DIRECT, "'b'", "'a'", "b", "a"),
            of("TEXT", "'" + LONG + "y'", "text", Base.TEXT, Conversion.DIRECT, "'" + LONG + "y'", "'" + LONG + "z'",
                    "x".repeat(200)
                            + "… (301 characters, sha256 bb6bf88a559366f02cef3a1003753cd4448b9136138eabf95f6472c69193ea18)",
                    "*"),
            of("", "12", "text", Base.TEXT, Conversion.AS_TEXT, "'12'", "'12.0'", "12", "12.0"),
            of("", "1e20", "text", Base.TEXT, Conversion.AS_TEXT, "'1.0e+20'", "'1.0E20'", "1.0e+20", "1.0E20"),
            of("", "0.00001", "text", Base.TEXT, Conversion.AS_TEXT, "'1.0e-05'", "'0.00001'", "1.0e-05", "0.00001"),
            of("", "100000.0", "text", Base.TEXT, Conversion.AS_TEXT, "'100000.0'", "'100000'", "100000.0", "100000"),
            of("", "x'6162'", "text", Base.TEXT, Conversion.AS_TEXT, "'ab'", "'abc'", "\\x6162 (2 bytes)", "abc"),
            of("BLOB", "x'00ff10'", "bytea", Base.BYTEA, Conversion.DIRECT, "'\\x00ff10'", "'\\x00ff11'",
                    "\\x00ff10 (3 bytes)", "\\x00ff11 (3 bytes)"),
            of("BLOB", "x''", "bytea", Base.BYTEA, Conversion.DIRECT, "''", "'\\x00'", "\\x (0 bytes)",
                    "\\x00 (1 bytes)"),
            of("TEXT", "CAST(x'61ff0062' AS TEXT)", "bytea", Base.BYTEA, Conversion.AS_BYTES, "'\\x61ff0062'",
                    "'\\x61ff0063'", "\\x61ff0062 (4 bytes) (text, not UTF-8)", "\\x61ff0063 (4 bytes)"),
            of("TEXT", "CAST(x'610062' AS TEXT)", "bytea", Base.BYTEA, Conversion.AS_BYTES, "'\\x610062'", "'\\x61'",
                    "a\\u0000b", "\\x61 (1 bytes)"),
            of("BOOLEAN", "1", "boolean", Base.BOOLEAN, Conversion.BOOLEAN, "true", "false", "1", "false"),
            of("BOOLEAN", "'No'", "boolean", Base.BOOLEAN, Conversion.BOOLEAN, "false", "true", "No", "true"),
            of("BOOLEAN", "'t'", "boolean", Base.BOOLEAN, Conversion.BOOLEAN, "true", "false", "t", "false"),
            of("TEXT", "'2024-02-29'", "date", Base.DATE, Conversion.ISO_TEXT, "'2024-02-29'", "'2024-03-01'",
                    "2024-02-29", "2024-03-01"),
            of("TEXT", "'0001-01-01'", "date", Base.DATE, Conversion.ISO_TEXT, "'0001-01-01'", "'0001-01-02'",
                    "0001-01-01", "0001-01-02"),
            of("TEXT", "'12:34:56.789'", "time", Base.TIME, Conversion.ISO_TEXT, "'12:34:56.789'", "'12:34:56.788'",
                    "12:34:56.789", "12:34:56.788"),
            of("TEXT", "'2024-02-29T12:34:56.123456'", "timestamp", Base.TIMESTAMP, Conversion.ISO_TEXT,
                    "'2024-02-29 12:34:56.123456'", "'2024-02-29 12:34:56.123457'", "2024-02-29T12:34:56.123456",
                    "2024-02-29 12:34:56.123457"),
            of("TEXT", "'1969-12-31 23:59'", "timestamp", Base.TIMESTAMP, Conversion.ISO_TEXT, "'1969-12-31 23:59:00'",
                    "'1969-12-31 23:59:00.5'", "1969-12-31 23:59", "1969-12-31 23:59:00.5"),
            of("TEXT", "'2024-02-29 00:00:00.1200000'", "timestamp", Base.TIMESTAMP, Conversion.ISO_TEXT,
                    "'2024-02-29 00:00:00.12'", "'infinity'", "2024-02-29 00:00:00.1200000", "infinity"),
            of("TEXT", "'2024-02-29'", "timestamp", Base.TIMESTAMP, Conversion.ISO_TEXT, "'2024-02-29 00:00'",
                    "'2024-02-28 00:00'", "2024-02-29", "2024-02-28 00:00:00"),
            of("TEXT", "'2024-02-29T12:00:00+05:30'", "timestamptz", Base.TIMESTAMPTZ, Conversion.ISO_TEXT,
                    "'2024-02-29 06:30:00Z'", "'2024-02-29 12:00:00Z'", "2024-02-29T12:00:00+05:30",
                    "2024-02-29 12:00:00+00"),
            of("TEXT", "'2024-02-29 12:00:00'", "timestamptz", Base.TIMESTAMPTZ, Conversion.ISO_TEXT,
                    "'2024-02-29 12:00:00Z'", "'2024-02-29 11:00:00Z'", "2024-02-29 12:00:00",
                    "2024-02-29 11:00:00+00"),
            of("TEXT", "'2024-02-29 12:00:00.000Z'", "timestamptz", Base.TIMESTAMPTZ, Conversion.ISO_TEXT,
                    "'2024-02-29 12:00:00Z'", "NULL", "2024-02-29 12:00:00.000Z", null),
            of("INTEGER", "1700000000", "timestamptz", Base.TIMESTAMPTZ, Conversion.EPOCH_SECONDS,
                    "'2023-11-14 22:13:20Z'", "'2023-11-14 22:13:21Z'", "1700000000", "2023-11-14 22:13:21+00"),
            of("REAL", "1700000000.25", "timestamp", Base.TIMESTAMP, Conversion.EPOCH_SECONDS,
                    "'2023-11-14 22:13:20.25'", "'2023-11-14 22:13:20'", "1700000000.25", "2023-11-14 22:13:20"),
            of("INTEGER", "-1", "timestamptz", Base.TIMESTAMPTZ, Conversion.EPOCH_MILLIS, "'1969-12-31 23:59:59.999Z'",
                    "'1970-01-01 00:00:00.001Z'", "-1", "1970-01-01 00:00:00.001+00"),
            of("INTEGER", "1700000000000001", "timestamp", Base.TIMESTAMP, Conversion.EPOCH_MICROS,
                    "'2023-11-14 22:13:20.000001'", "'2023-11-14 22:13:20'", "1700000000000001", "2023-11-14 22:13:20"),
            of("INTEGER", "1700000000000001000", "timestamp", Base.TIMESTAMP, Conversion.EPOCH_NANOS,
                    "'2023-11-14 22:13:20.000001'", "'2023-11-14 22:13:20'", "1700000000000001000",
                    "2023-11-14 22:13:20"),
            of("INTEGER", "86400", "date", Base.DATE, Conversion.EPOCH_SECONDS, "'1970-01-02'", "'1970-01-01'", "86400",
                    "1970-01-01"),
            of("REAL", "julianday('2024-02-29 12:34:56')", "timestamp", Base.TIMESTAMP, Conversion.JULIAN_DAY,
                    "'2024-02-29 12:34:56'", "'2024-02-29 12:34:57'", "*", "2024-02-29 12:34:57"),
            of("TEXT", "'" + UUID + "'", "uuid", Base.UUID, Conversion.UUID, "'" + UUID + "'",
                    "'1f0e0d0c-0b0a-0908-0706-050403020100'", UUID, "1f0e0d0c-0b0a-0908-0706-050403020100"),
            of("TEXT", "'{0F0E0D0C0B0A09080706050403020100}'", "uuid", Base.UUID, Conversion.UUID, "'" + UUID + "'",
                    "NULL", "{0F0E0D0C0B0A09080706050403020100}", null),
            of("BLOB", "x'0f0e0d0c0b0a09080706050403020100'", "uuid", Base.UUID, Conversion.UUID, "'" + UUID + "'",
                    "'00000000-0000-0000-0000-000000000000'", "\\x0f0e0d0c0b0a09080706050403020100 (16 bytes)",
                    "00000000-0000-0000-0000-000000000000"),
            of("TEXT", "'{\"b\": 1, \"a\":2}'", "json", Base.JSON, Conversion.JSON, "'{\"b\": 1, \"a\":2}'",
                    "'{\"b\":1, \"a\":2}'", "{\"b\": 1, \"a\":2}", "{\"b\":1, \"a\":2}"),
            of("TEXT", "'{\"b\": 1.0, \"a\":[true,null,\"é\"], \"b\": 1e2}'", "jsonb", Base.JSONB, Conversion.JSON,
                    "'{\"a\":[true,null,\"\\u00e9\"],\"b\":100.0}'", "'{\"a\":[true,null,\"e\"],\"b\":100}'",
                    "{\"b\": 1.0, \"a\":[true,null,\"é\"], \"b\": 1e2}", "{\"a\": [true, null, \"e\"], \"b\": 100}"),
            of("BLOB", "CAST('[1]' AS BLOB)", "jsonb", Base.JSONB, Conversion.JSON, "'[1]'", "'[\"1\"]'",
                    "\\x5b315d (3 bytes)", "[\"1\"]"),
            of("JSON", "1.50", "jsonb", Base.JSONB, Conversion.JSON, "'1.5'", "'15'", "1.5", "15"),
            of("TEXT", "'{}'", "jsonb", Base.JSONB, Conversion.JSON, "'{}'", "'[]'", "{}", "[]"),
            of("TEXT", "'[\"a\", null, \"b,\\\"c\"]'", "text[]", Base.TEXT_ARRAY, Conversion.JSON,
                    "ARRAY['a',NULL,'b,\"c']", "ARRAY['a',NULL,'b']", "[\"a\", null, \"b,\\\"c\"]",
                    "[\"a\",null,\"b\"]"),
            of("TEXT", "'[]'", "varchar(5)[]", Base.TEXT_ARRAY, Conversion.JSON, "'{}'", "ARRAY['']", "[]", "[\"\"]"),
            of("TEXT", "'10.0.0.1/32'", "inet", Base.OTHER, Conversion.AS_TEXT, "'10.0.0.1'", "'10.0.0.2'",
                    "10.0.0.1/32", "10.0.0.2/32"),
            of("TEXT", "'1 day'", "interval", Base.OTHER, Conversion.AS_TEXT, "'24 hours'::interval * 0 + '1 day'",
                    "'2 days'", "1 day", "2 days"),
            of("INTEGER", "5", "positive", Base.DOMAIN, Conversion.DIRECT, "5", "6", "5", "6"),
            of("INTEGER", "42", "bigint", Base.INT8, Conversion.GENERATED, "42", "43", "42", "43"),
            of("TEXT", "'x'", "text", Base.TEXT, Conversion.GENERATED, "'x'", "'y'", "x", "y"));

    @Test
    void there_is_a_case_for_every_type_and_every_conversion() {
        assertThat(CASES).extracting(Case::base).contains(Base.values());
        assertThat(CASES).extracting(Case::conversion).contains(Conversion.values());
    }

    @Test
    void one_changed_value_of_every_type_is_found_in_key_order_on_version_18() {
        findsEveryChange(TestPostgres.newest(), true);
    }

    @Test
    void one_changed_value_of_every_type_is_found_in_key_order_on_version_15() {
        findsEveryChange(TestPostgres.fifteen(), true);
    }

    @Test
    void one_changed_value_of_every_type_is_found_where_keys_sort_differently() {
        findsEveryChange(TestPostgres.newest(), false);
    }

    private static void findsEveryChange(TestPostgres server, boolean sameOrder) {
        try (var sides = new BothSides(server)) {
            fill(sides, sameOrder);
            VerificationResult equal = sides.verify();
            assertThat(equal.differences()).isEmpty();
            assertThat(equal.error()).isNull();
            assertThat(equal.verdict()).isEqualTo(Verdict.PASSED);
            assertThat(equal.tables()).hasSize(CASES.size())
                    .allMatch(t -> t.sourceRows() == 2 && t.targetRows() == 2 && t.equal());

            change(sides);
            VerificationResult changed = sides.verify();
            assertThat(changed.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(changed.differingRows()).isEqualTo(CASES.size());
            assertThat(changed.differences()).hasSize(CASES.size());
            for (int i = 0; i < CASES.size(); i++) {
                Difference difference = changed.differences().get(i);
                Case expected = CASES.get(i);
                assertThat(difference.kind()).isEqualTo(Difference.Kind.CHANGED);
                assertThat(difference.table()).isEqualTo("t" + i);
                assertThat(difference.key()).isEqualTo("1");
                assertThat(difference.column()).isEqualTo("v");
                assertShown(difference.source(), expected.sourceShown());
                assertShown(difference.target(), expected.targetShown());
            }
        }
    }

    @Test
    void one_changed_value_of_every_type_is_found_through_the_fall_back_reader() {
        System.setProperty(SqliteReader.READER, SqliteReader.JDBC);
        try {
            findsEveryChange(TestPostgres.newest(), true);
        } finally {
            System.clearProperty(SqliteReader.READER);
        }
    }

    @Test
    void one_null_one_missing_and_one_extra_row_of_every_type_are_found_and_nothing_else() {
        try (var sides = BothSides.onNewest()) {
            fill(sides, true);
            each(sides, i -> "UPDATE t" + i + " SET v = NULL WHERE id = 2;");
            assertThat(sides.verify().differences()).hasSize((int) CASES.stream().filter(c -> !c.isNull()).count())
                    .allMatch(d -> d.kind() == Difference.Kind.CHANGED && d.key().equals("2") && d.target() == null);
            each(sides, i -> "DELETE FROM t" + i + " WHERE id = 2;");
            assertThat(sides.verify().differences()).hasSize(CASES.size())
                    .allMatch(d -> d.kind() == Difference.Kind.MISSING && d.key().equals("2"));
            each(sides, i -> "INSERT INTO t" + i + " SELECT 2, v FROM t" + i + " WHERE id = 1;");
            assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
            each(sides, i -> "INSERT INTO t" + i + " SELECT 3, v FROM t" + i + " WHERE id = 1;");
            assertThat(sides.verify().differences()).hasSize(CASES.size())
                    .allMatch(d -> d.kind() == Difference.Kind.EXTRA && d.key().equals("3"));
        }
    }

    @Test
    void one_duplicated_row_of_every_type_is_found_where_there_is_no_key() {
        try (var sides = BothSides.onNewest()) {
            fill(sides, null);
            each(sides, i -> "ALTER TABLE t" + i + " DROP CONSTRAINT t" + i + "_pkey; INSERT INTO t" + i
                    + " SELECT id, v FROM t" + i + " WHERE id = 1;");
            assertThat(sides.verify().tables()).allMatch(t -> t.extra() == 1 && t.missing() == 0 && t.changed() == 0);
        }
    }

    private static void each(BothSides sides, IntFunction<String> statement) {
        sides.postgres(IntStream.range(0, CASES.size()).mapToObj(statement).collect(Collectors.joining()));
    }

    private static void assertShown(@Nullable String shown, @Nullable String expected) {
        if ("*".equals(expected)) {
            assertThat(shown).isNotNull();
        } else {
            assertThat(shown).isEqualTo(expected);
        }
    }

    @Test
    void one_changed_value_of_every_type_is_found_where_there_is_no_key() {
        try (var sides = BothSides.onNewest()) {
            fill(sides, null);
            assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
            change(sides);
            VerificationResult changed = sides.verify();
            assertThat(changed.tables()).hasSize(CASES.size())
                    .allMatch(t -> t.missing() == 1 && t.extra() == 1 && t.changed() == 0);
            assertThat(changed.differences()).hasSize(2 * CASES.size());
        }
    }

    private static void fill(BothSides sides, @Nullable Boolean sameOrder) {
        var source = new ArrayList<String>();
        var target = new StringBuilder("CREATE EXTENSION citext; CREATE TYPE letters AS ENUM ('a', 'b');"
                + "CREATE DOMAIN positive AS integer CHECK (VALUE > 0);");
        for (int i = 0; i < CASES.size(); i++) {
            Case c = CASES.get(i);
            source.add("CREATE TABLE t" + i + " (id INTEGER PRIMARY KEY, v " + c.declared() + ")");
            source.add("INSERT INTO t" + i + " VALUES (1, " + c.sqlite() + "), (2, " + c.sqlite() + ")");
            target.append("CREATE TABLE t").append(i).append(" (id bigint PRIMARY KEY, v ").append(c.pgType())
                    .append("); INSERT INTO t").append(i).append(" VALUES (1, ").append(c.equal()).append("), (2, ")
                    .append(c.equal()).append(");");
            var table = new PlannedTable("t" + i).id("id").rows(2).column("v", c.base(), c.conversion());
            if (sameOrder == null) {
                table.key(false);
            } else {
                table.key(sameOrder, "id");
            }
            sides.plan(table);
        }
        sides.sqlite(source.toArray(String[]::new)).postgres(target.toString());
    }

    private static void change(BothSides sides) {
        var changes = new StringBuilder();
        for (int i = 0; i < CASES.size(); i++) {
            changes.append("UPDATE t").append(i).append(" SET v = ").append(CASES.get(i).changed())
                    .append(" WHERE id = 1;");
        }
        sides.postgres(changes.toString());
    }
}
