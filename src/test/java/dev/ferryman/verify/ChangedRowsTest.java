package dev.ferryman.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.verify.Difference.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only the rows of some keys are compared, whatever the keys are made of. */
class ChangedRowsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final KeyQuery KEYS_OF_T = new KeyQuery("t", List.of("id"), "SELECT k1 FROM changed");

    /**
     * A way to name rows.
     *
     * @param table the source's table {@code t(…, v)}, and the target's
     * @param keys six keys, each as the SQL of either side
     */
    private record Shape(String name, List<String> columns, String sqlite, String postgres, PlannedTable plan,
            List<String[]> keys) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Shape shape(String name, String declared, Base base, Conversion conversion, boolean sameOrder,
            String postgres, String... keys) {
        return new Shape(name, List.of("id"), "CREATE TABLE t (id " + declared + " PRIMARY KEY, v TEXT)",
                "CREATE TABLE t (id " + postgres + " PRIMARY KEY, v text)",
                new PlannedTable("t").column("id", base, conversion, true).text("v").key(sameOrder, "id"),
                Stream.of(keys).map(key -> key.contains(" -> ") ? key.split(" -> ") : new String[]{key, key})
                        .toList());
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                shape("integers", "INTEGER", Base.INT8, Conversion.DIRECT, true, "bigint", "1", "-9223372036854775808",
                        "9223372036854775807", "-1", "0", "4611686018427387905"),
                shape("small integers", "INT", Base.INT2, Conversion.DIRECT, true, "smallint", "1", "-32768", "32767",
                        "-1", "0", "7"),
                shape("text", "TEXT", Base.TEXT, Conversion.DIRECT, true, "text", "'O''Brien \"x\"'", "'🦉{a,b}'",
                        "'\\back\\\\slash'", "''", "'NULL'", "'é ü'"),
                shape("text without regard to case", "TEXT COLLATE NOCASE", Base.TEXT, Conversion.DIRECT, true, "text",
                        "'Bob'", "'ALICE'", "'caRol'", "'Ängström'", "'ängström'", "'dora'"),
                shape("text without regard to spaces", "TEXT COLLATE RTRIM", Base.VARCHAR, Conversion.DIRECT, true,
                        "varchar(20)", "'a  '", "'b'", "'c '", "'d'", "'e '", "'f'"),
                shape("blobs", "BLOB", Base.BYTEA, Conversion.DIRECT, true, "bytea", "x'' -> ''",
                        "x'00' -> '\\x00'", "x'5c22' -> '\\x5c22'", "x'0061' -> '\\x0061'", "x'ff' -> '\\xff'",
                        "x'61' -> '\\x61'"),
                shape("text with NUL as bytes", "TEXT", Base.BYTEA, Conversion.AS_BYTES, false, "bytea",
                        "'a' || char(0) || 'b' -> '\\x610062'", "CAST(x'ff' AS TEXT) -> '\\xff'", "'' -> ''",
                        "'🦉' -> '\\xf09fa689'", "'x' -> '\\x78'", "'y' -> '\\x79'"),
                shape("reals", "REAL", Base.FLOAT8, Conversion.DIRECT, false, "double precision", "0.1", "-2.5e-7",
                        "1.7976931348623157e308", "5e-324", "3", "9e999 -> 'Infinity'"),
                shape("reals with many digits", "REAL", Base.FLOAT8, Conversion.DIRECT, false, "double precision",
                        "0.30000000000000004", "8.41470984807896507e-1", "2.2250738585072014e-308",
                        "-123456789.12345678", "1e23", "9007199254740993.0"),
                shape("decimals", "DECIMAL(20,4)", Base.NUMERIC, Conversion.DECIMAL, false, "numeric(20,4)", "12",
                        "0.5", "-7.25", "'1.50' -> 1.5", "0", "1234567.125"),
                shape("booleans and dates", "TEXT", Base.DATE, Conversion.ISO_TEXT, false, "date", "'2024-02-29'",
                        "'1999-12-31T00:00:00' -> '1999-12-31'", "'0001-01-01'", "'9999-12-31'", "'1970-01-01'",
                        "'1969-12-31'"),
                shape("moments", "INTEGER", Base.TIMESTAMPTZ, Conversion.EPOCH_MILLIS, false, "timestamptz",
                        "0 -> '1970-01-01 00:00:00+00'", "-1 -> '1969-12-31 23:59:59.999+00'",
                        "1704164645123 -> '2024-01-02 03:04:05.123+00'", "1000 -> '1970-01-01 00:00:01+00'",
                        "60000 -> '1970-01-01 00:01:00+00'", "3600000 -> '1970-01-01 01:00:00+00'"),
                shape("times", "TEXT", Base.TIME, Conversion.ISO_TEXT, false, "time", "'00:00:00'", "'00:00:00.5'",
                        "'23:59:59.999999'", "'12:00'", "'01:02:03'", "'04:05:06.7'"),
                shape("moments without a zone", "TEXT", Base.TIMESTAMP, Conversion.ISO_TEXT, false, "timestamp",
                        "'2024-01-02 03:04:05'", "'2024-01-02T03:04:05.000001'", "'1900-01-01 00:00:00'",
                        "'2024-06-01 00:00'", "'0001-01-01 00:00:00'", "'9999-12-31 23:59:59'"),
                shape("identifiers", "TEXT", Base.UUID, Conversion.UUID, false, "uuid",
                        "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'", "'6ba7b8109dad11d180b400c04fd430c9'",
                        "x'00112233445566778899aabbccddeeff' -> '00112233445566778899aabbccddeeff'",
                        "'{6ba7b811-9dad-11d1-80b4-00c04fd430c8}'", "'00000000-0000-0000-0000-000000000000'",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
                shape("padded text", "CHAR(4)", Base.CHAR, Conversion.DIRECT, false, "char(4)", "'a'", "'ab'", "'abcd'",
                        "''", "'x y'", "'z'"),
                shape("words of a list", "TEXT", Base.ENUM, Conversion.DIRECT, false, "word", "'one'", "'two'",
                        "'three'", "'four'", "'five'", "'six'"),
                shape("booleans", "BOOLEAN", Base.INT4, Conversion.DIRECT, true, "integer", "0", "1", "2", "3", "4",
                        "5"),
                new Shape("several columns without a rowid", List.of("a", "b", "c"),
                        "CREATE TABLE t (a TEXT COLLATE NOCASE, b INTEGER, c BLOB, v TEXT, PRIMARY KEY (b, a, c))"
                                + " WITHOUT ROWID",
                        "CREATE TABLE t (a text, b integer, c bytea, v text, PRIMARY KEY (b, a, c))",
                        new PlannedTable("t").column("a", Base.TEXT, Conversion.DIRECT, true)
                                .column("b", Base.INT4, Conversion.DIRECT, true)
                                .column("c", Base.BYTEA, Conversion.DIRECT, true).text("v").withoutRowid()
                                .key(true, "b", "a", "c"),
                        Stream.of("'x', 1, %s'00'", "'x', 1, %s'01'", "'x', 2, %s'00'", "'Y', 1, %s'00'",
                                "'y', 3, %s'00'", "'🦉', 1, %s''")
                                .map(k -> new String[]{k.formatted("x"), k.replace("%s'", "'\\x")}).toList()),
                new Shape("a real, a yes or no and a name in quotes", List.of("r", "k \"2\"", "flag"),
                        "CREATE TABLE t (r REAL, \"k \"\"2\"\"\" TEXT, flag BOOLEAN, v TEXT,"
                                + " PRIMARY KEY (r, \"k \"\"2\"\"\", flag))",
                        "CREATE TABLE t (r double precision, \"k \"\"2\"\"\" text, flag boolean, v text,"
                                + " PRIMARY KEY (r, \"k \"\"2\"\"\", flag))",
                        new PlannedTable("t").column("r", Base.FLOAT8, Conversion.DIRECT, true)
                                .column("k \"2\"", Base.TEXT, Conversion.DIRECT, true)
                                .column("flag", Base.BOOLEAN, Conversion.BOOLEAN, true).text("v")
                                .key(false, "r", "k \"2\"", "flag"),
                        Stream.of("0.1, 'a', %s", "0.1, 'b', %s", "0.2, 'a', %s", "0.2, '', %s", "1e300, 'a', %s",
                                "-1, '''', %s")
                                .map(k -> new String[]{k.formatted("1"), k.formatted("true")}).toList()));
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(c -> "\"" + c.replace("\"", "\"\"") + "\"").collect(Collectors.joining(", "));
    }

    private static void fill(BothSides sides, Shape shape) {
        if (shape.postgres().contains("word")) {
            sides.postgres("CREATE TYPE word AS ENUM ('one', 'two', 'three', 'four', 'five', 'six')");
        }
        sides.sqlite("PRAGMA journal_mode = wal", shape.sqlite(), "CREATE TABLE changed(seq INTEGER PRIMARY KEY, "
                + IntStream.rangeClosed(1, shape.columns().size()).mapToObj(i -> "k" + i)
                        .collect(Collectors.joining(", "))
                + ")").postgres(shape.postgres()).plan(shape.plan());
        for (String[] key : shape.keys()) {
            sides.sqlite("INSERT INTO t(" + quoted(shape.columns()) + ", v) VALUES (" + key[0] + ", 'same')");
            sides.postgres("INSERT INTO t(" + quoted(shape.columns()) + ", v) VALUES (" + key[1] + ", 'same')");
        }
    }

    private static String is(Shape shape, int key, int side) {
        return "(" + quoted(shape.columns()) + ") = (" + shape.keys().get(key)[side] + ")";
    }

    private static void recordKey(BothSides sides, Shape shape, int key) {
        sides.sqlite("INSERT INTO changed SELECT NULL, " + quoted(shape.columns()) + " FROM t WHERE "
                + is(shape, key, 0));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void what_differs_among_the_keys_is_found_and_nothing_else_is_told(Shape shape) throws Exception {
        try (BothSides sides = BothSides.onNewest()) {
            fill(sides, shape);
            for (int key : new int[]{0, 1, 2, 3, 5, 1}) {
                recordKey(sides, shape, key);
            }
            sides.postgres("UPDATE t SET v = 'other' WHERE " + is(shape, 1, 1));
            sides.postgres("DELETE FROM t WHERE " + is(shape, 2, 1));
            sides.sqlite("DELETE FROM t WHERE " + is(shape, 3, 0));
            sides.postgres("UPDATE t SET v = 'not asked for' WHERE " + is(shape, 4, 1));
            sides.sqlite("DELETE FROM t WHERE " + is(shape, 5, 0));
            sides.postgres("DELETE FROM t WHERE " + is(shape, 5, 1));
            try (ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
                ChangedRowsResult found = rows.compare(List.of(query(shape)), PATIENCE);
                assertThat(found.error()).isNull();
                assertThat(found.whole()).isEmpty();
                assertThat(found.differences()).extracting(Difference::kind).containsExactlyInAnyOrder(Kind.CHANGED,
                        Kind.MISSING, Kind.EXTRA);
                assertThat(found.differences()).filteredOn(d -> d.kind() == Kind.CHANGED).singleElement()
                        .satisfies(d -> assertThat(d.target()).isEqualTo("other"));
                assertThat(found.verdict()).isEqualTo(Verdict.FAILED);
                assertThat(found.sourceRows()).isEqualTo(3);
                assertThat(found.targetRows()).isEqualTo(3);
                assertThat(found.differingRows()).isEqualTo(3);

                sides.sqlite("DELETE FROM changed WHERE seq > 1");
                ChangedRowsResult again = rows.compare(List.of(query(shape)), PATIENCE);
                assertThat(again.passed()).isTrue();
                assertThat(again.keys()).isEqualTo(1);
                assertThat(again.sourceRows()).isEqualTo(1);
                assertThat(again.targetRows()).isEqualTo(1);
            }
        }
    }

    private static KeyQuery query(Shape shape) {
        return new KeyQuery("t", shape.columns(), "SELECT "
                + IntStream.rangeClosed(1, shape.columns().size()).mapToObj(i -> "k" + i)
                        .collect(Collectors.joining(", "))
                + " FROM changed");
    }

    private static BothSides integers(String... more) {
        return BothSides.onNewest().sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "CREATE TABLE changed (k1)").sqlite(more)
                .postgres("CREATE TABLE t (id bigint PRIMARY KEY, v text)")
                .plan(new PlannedTable("t").id("id").text("v"));
    }

    private static ChangedRowsResult once(BothSides sides, KeyQuery... queries) throws Exception {
        try (ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
            return rows.compare(List.of(queries), PATIENCE);
        }
    }

    @Test
    void a_key_that_was_written_in_another_case_before_is_gone_from_the_target() throws Exception {
        try (BothSides sides = BothSides.onNewest()
                .sqlite("CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, v TEXT)",
                        "CREATE TABLE changed (k1)", "INSERT INTO t VALUES ('bob', 'x')",
                        "INSERT INTO changed VALUES ('Bob'), ('bob')")
                .postgres("CREATE TABLE t (id text PRIMARY KEY, v text);"
                        + " INSERT INTO t VALUES ('bob', 'x'), ('BOB', 'not asked for')")
                .plan(new PlannedTable("t").text("id").text("v").key(true, "id"))) {
            assertThat(once(sides, KEYS_OF_T).passed()).isTrue();
            sides.postgres("INSERT INTO t VALUES ('Bob', 'x')");
            assertThat(once(sides, KEYS_OF_T).differences()).singleElement()
                    .satisfies(d -> assertThat(d.kind()).isEqualTo(Kind.EXTRA))
                    .satisfies(d -> assertThat(d.key()).isEqualTo("Bob"));
        }
    }

    @Test
    void a_target_whose_collation_knows_no_case_is_asked_for_the_very_key() throws Exception {
        try (BothSides sides = BothSides.onNewest().sqlite("CREATE TABLE t (id TEXT PRIMARY KEY, v TEXT)",
                "CREATE TABLE changed (k1)", "INSERT INTO changed VALUES ('BOB')")
                .postgres("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                        + "CREATE TABLE t (id text COLLATE nocase PRIMARY KEY, v text);"
                        + " INSERT INTO t VALUES ('bob', 'not asked for')")
                .plan(new PlannedTable("t").text("id").text("v").key(true, "id"))) {
            ChangedRowsResult found = once(sides, KEYS_OF_T);
            assertThat(found.error()).isNull();
            assertThat(found.passed()).isTrue();
            assertThat(found.targetRows()).isZero();
        }
    }

    @Test
    void keys_that_the_target_cannot_hold_are_compared_all_the_same() throws Exception {
        try (BothSides sides = BothSides.onNewest().sqlite("CREATE TABLE t (id TEXT PRIMARY KEY, v TEXT)",
                "CREATE TABLE changed (k1)", "INSERT INTO t VALUES ('a' || char(0), 'here'), ('fine', 'here')",
                "INSERT INTO changed VALUES ('a' || char(0)), (CAST(x'ff' AS TEXT)), (x'00'), ('fine')")
                .postgres("CREATE TABLE t (id text PRIMARY KEY, v text); INSERT INTO t VALUES ('fine', 'here')")
                .plan(new PlannedTable("t").text("id").text("v").key(true, "id"))) {
            ChangedRowsResult found = once(sides, KEYS_OF_T);
            assertThat(found.differences()).singleElement()
                    .satisfies(d -> assertThat(d.kind()).isEqualTo(Kind.MISSING))
                    .satisfies(d -> assertThat(d.key()).isEqualTo("a\\u0000"));
        }
    }

    static Stream<Supplier<BothSides>> compared_whole() {
        return Stream.of(
                () -> BothSides.onNewest().both("CREATE TABLE t (id TEXT, v TEXT)", "INSERT INTO t VALUES ('a', 'b')")
                        .plan(new PlannedTable("t").text("id").text("v")),
                () -> BothSides.onNewest().both("CREATE TABLE t (id REAL, v TEXT)", "INSERT INTO t VALUES (0.5, 'b')")
                        .plan(new PlannedTable("t").column("id", Base.FLOAT4, Conversion.DIRECT).text("v").key(false,
                                "id")),
                () -> BothSides.onNewest().sqlite("CREATE TABLE t (id, v TEXT)", "INSERT INTO t VALUES (1.0, 'b')")
                        .postgres("CREATE TABLE t (id text, v text); INSERT INTO t VALUES ('1.0', 'b')")
                        .plan(new PlannedTable("t").column("id", Base.TEXT, Conversion.AS_TEXT).text("v").key(false,
                                "id")),
                () -> BothSides.onNewest()
                        .sqlite("PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (id TEXT, v TEXT)",
                                "INSERT INTO t VALUES ('🦉', 'b')")
                        .postgres("CREATE TABLE t (id text, v text); INSERT INTO t VALUES ('🦉', 'b')")
                        .plan(new PlannedTable("t").text("id").text("v").key(true, "id")),
                () -> BothSides.onNewest().both("CREATE TABLE t (id TEXT, v TEXT)", "INSERT INTO t VALUES (NULL, 'b')")
                        .plan(new PlannedTable("t").text("id").text("v").key(true, "id")),
                () -> BothSides.onNewest().both("CREATE TABLE t (id TEXT, v TEXT)", "INSERT INTO t VALUES ('a', 'b')")
                        .sqlite("UPDATE t SET id = printf('%.*c', 1000000, 'x')")
                        .postgres("UPDATE t SET id = repeat('x', 1000000)")
                        .plan(new PlannedTable("t").text("id").text("v").key(true, "id")));
    }

    @ParameterizedTest
    @MethodSource
    void compared_whole(Supplier<BothSides> made) throws Exception {
        try (BothSides sides = made.get()) {
            boolean keyless = !sides.plan().tables().getFirst().key().present();
            var query = keyless
                    ? new KeyQuery("t", List.of(), "")
                    : new KeyQuery("t", List.of("id"), "SELECT id FROM t");
            ChangedRowsResult found = once(sides, query);
            assertThat(found.error()).isNull();
            assertThat(found.passed()).isTrue();
            assertThat(found.whole()).extracting(ChangedRowsResult.Whole::table).containsExactly("t");
            assertThat(found.sourceRows()).isEqualTo(1);
            sides.postgres("INSERT INTO t(v) VALUES ('more')");
            assertThat(once(sides, query).differences()).extracting(Difference::kind).containsExactly(Kind.EXTRA);
        }
    }

    @Test
    void twenty_thousand_keys_are_compared_through_the_same_connections() throws Exception {
        String rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)";
        try (BothSides sides = BothSides.onNewest()
                .sqlite("CREATE TABLE t (tenant TEXT, id INTEGER, v TEXT, PRIMARY KEY (tenant, id)) WITHOUT ROWID",
                        rows + " INSERT INTO t SELECT 'tenant ' || (i % 3), i, 'value ' || i FROM n",
                        "CREATE TABLE changed (k1, k2)",
                        "INSERT INTO changed SELECT tenant, id FROM t WHERE id > 5000 AND id <= 24000",
                        rows + " INSERT INTO changed SELECT 'gone', i FROM n WHERE i <= 1000")
                .postgres("CREATE TABLE t (tenant text, id bigint, v text, PRIMARY KEY (tenant, id));"
                        + " INSERT INTO t SELECT 'tenant ' || (i % 3), i, 'value ' || i"
                        + " FROM generate_series(1, 60000) i; ANALYZE t")
                .plan(new PlannedTable("t").column("tenant", Base.TEXT, Conversion.DIRECT, true)
                        .column("id", Base.INT8, Conversion.DIRECT, true).text("v").withoutRowid()
                        .key(true, "tenant", "id").rows(60_000));
                ChangedRows changed = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
            var query = new KeyQuery("t", List.of("tenant", "id"), "SELECT k1, k2 FROM changed");
            ChangedRowsResult found = changed.compare(List.of(query), PATIENCE);
            assertThat(found.passed()).isTrue();
            assertThat(found.keys()).isEqualTo(20_000);
            assertThat(found.sourceRows()).isEqualTo(19_000);
            assertThat(found.targetRows()).isEqualTo(19_000);
            sides.postgres("UPDATE t SET v = v || '!' WHERE id % 1000 = 0");
            ChangedRowsResult again = changed.compare(List.of(query), PATIENCE);
            assertThat(again.differingRows()).isEqualTo(19);
            assertThat(again.differences()).extracting(Difference::key).contains("(tenant 0, 6000)",
                    "(tenant 0, 24000)").doesNotContain("(tenant 2, 5000)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void what_is_committed_is_compared_while_another_connection_holds_the_write_lock(String mode) throws Exception {
        try (BothSides sides = integers("PRAGMA journal_mode = " + mode, "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
                "INSERT INTO changed VALUES (1), (2)").postgres("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
                Connection writer = sides.live().connectForWriting();
                var statement = writer.createStatement();
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("UPDATE t SET v = 'not committed'");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
            statement.execute("COMMIT");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).differingRows()).isEqualTo(2);
            sides.postgres("UPDATE t SET v = 'not committed'");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
        }
    }

    @Test
    void when_time_is_over_the_answer_comes_and_is_no_pass() throws Exception {
        try (BothSides sides = integers("INSERT INTO t VALUES (1, 'a')", "INSERT INTO changed VALUES (1)")
                .postgres("INSERT INTO t VALUES (1, 'a')");
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan());
                Connection holder = sides.database().connect()) {
            assertThat(rows.compare(List.of(KEYS_OF_T), Duration.ZERO).error()).contains("not compared in time: 0 ms");
            holder.setAutoCommit(false);
            holder.createStatement().execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            ChangedRowsResult found = rows.compare(List.of(KEYS_OF_T), Duration.ofMillis(200));
            assertThat(found.verdict()).isEqualTo(Verdict.ERROR);
            assertThat(found.error()).contains("not compared in time: 200 ms");
            holder.rollback();
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
        }
    }

    @Test
    void time_also_ends_in_an_endless_query_and_its_connection_lets_go_of_the_file() throws Exception {
        try (BothSides sides = integers("PRAGMA journal_mode = delete");
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan());
                Connection writer = sides.live().connectForWriting();
                var statement = writer.createStatement()) {
            var endless = new KeyQuery("t", List.of("id"), "WITH RECURSIVE n(i) AS (SELECT count(*) FROM t UNION ALL"
                    + " SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0");
            assertThat(rows.compare(List.of(endless), Duration.ofMillis(100)).passed()).isFalse();
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
            statement.execute("INSERT INTO t VALUES (3, 'written')");
        }
    }

    @Test
    void an_interrupt_ends_it() throws Exception {
        try (BothSides sides = integers("INSERT INTO t VALUES (1, 'a')", "INSERT INTO changed VALUES (1)")
                .postgres("INSERT INTO t VALUES (1, 'a')");
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan());
                Connection holder = sides.database().connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> rows.compare(List.of(KEYS_OF_T), PATIENCE))
                    .isInstanceOf(InterruptedException.class);
            holder.rollback();
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
        }
    }

    @Test
    void a_connection_that_broke_meanwhile_is_made_anew() throws Exception {
        try (BothSides sides = integers("INSERT INTO t VALUES (1, 'a')", "INSERT INTO changed VALUES (1)")
                .postgres("INSERT INTO t VALUES (1, 'b')");
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
            sides.postgres("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ferryman'"
                    + " AND datname = current_database()");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).differingRows()).isEqualTo(1);
        }
    }

    @Test
    void a_side_that_refuses_is_an_error_and_no_pass() throws Exception {
        try (BothSides sides = integers().plan(new PlannedTable("absent").id("id"));
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan())) {
            assertThat(rows.compare(List.of(new KeyQuery("absent", List.of("id"), "SELECT 1")), PATIENCE).error())
                    .contains("no table public.absent");
            assertThat(rows.compare(List.of(new KeyQuery("t", List.of("id"), "SELECT k1 FROM nowhere")), PATIENCE))
                    .satisfies(r -> assertThat(r.verdict()).isEqualTo(Verdict.ERROR))
                    .satisfies(r -> assertThat(r.error()).contains("Table t").contains("nowhere"));
            sides.postgres("DROP TABLE t");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).passed()).isTrue();
            sides.sqlite("INSERT INTO changed VALUES (1)");
            assertThat(rows.compare(List.of(KEYS_OF_T), PATIENCE).verdict()).isEqualTo(Verdict.ERROR);
            assertThatThrownBy(() -> rows.compare(List.of(new KeyQuery("unknown", List.of(), "")), PATIENCE))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("unknown");
        }
    }

    @Test
    void long_values_are_compared_by_digest() throws Exception {
        try (BothSides sides = integers("INSERT INTO t VALUES (1, printf('%.*c', 9000000, 'x')), (2, 'b')",
                "INSERT INTO changed VALUES (1), (2)")
                .postgres("INSERT INTO t VALUES (1, repeat('x', 9000000)), (2, 'b')")) {
            assertThat(once(sides, KEYS_OF_T).passed()).isTrue();
            sides.postgres("UPDATE t SET v = v || 'y' WHERE id = 1");
            assertThat(once(sides, KEYS_OF_T).differences()).singleElement()
                    .satisfies(d -> assertThat(d.column()).isEqualTo("v"));
        }
    }

    @Test
    void keys_and_rows_are_of_one_moment_while_the_application_writes() throws Exception {
        try (BothSides sides = integers("PRAGMA journal_mode = wal", "CREATE TABLE log (seq INTEGER PRIMARY KEY, k1)",
                "INSERT INTO t VALUES (1, '0'), (2, '0')", "INSERT INTO log(k1) VALUES (1), (2)")
                .postgres("INSERT INTO t VALUES (1, '0'), (2, '0')");
                ChangedRows rows = ChangedRows.open(sides.live(), sides.target(), sides.plan());
                Connection writer = sides.live().connectForWriting()) {
            var settled = new KeyQuery("t", List.of("id"), "SELECT k1 FROM log WHERE seq <= 2 EXCEPT SELECT k1 FROM log"
                    + " WHERE seq > 2");
            var writing = new Thread(() -> write(writer));
            writing.start();
            List<ChangedRowsResult> found = new ArrayList<>();
            while (writing.isAlive()) {
                found.add(rows.compare(List.of(settled), PATIENCE));
            }
            assertThat(found).isNotEmpty().allMatch(ChangedRowsResult::passed);
        }
    }

    private static void write(Connection writer) {
        try (var statement = writer.createStatement()) {
            for (int i = 0; i < 200; i++) {
                for (String sql : Arrays.asList("BEGIN IMMEDIATE", "UPDATE t SET v = v + 1 WHERE id = 1",
                        "INSERT INTO log(k1) VALUES (1)", "COMMIT")) {
                    statement.execute(sql);
                }
                Thread.sleep(1);
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
