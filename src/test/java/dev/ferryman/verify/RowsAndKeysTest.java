package dev.ferryman.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.verify.Difference.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowsAndKeysTest {
    private final BothSides sides = BothSides.onNewest();

    @AfterEach
    void close() {
        sides.close();
    }

    private static Difference missing(String key, String row) {
        return new Difference(Kind.MISSING, "t", key, null, row, null);
    }

    private static Difference extra(String key, String row) {
        return new Difference(Kind.EXTRA, "t", key, null, null, row);
    }

    @Test
    void a_missing_and_an_extra_row_are_named() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1,'a'),(2,'b'),(3,NULL),(5,'e')")
                .postgres("CREATE TABLE t (id bigint, v text); INSERT INTO t VALUES (1,'a'),(3,NULL),(4,'d'),(6,'f')")
                .plan(new PlannedTable("t").id("id").text("v"));
        VerificationResult result = sides.verify();
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.differences()).containsExactly(missing("2", "id=2, v=b"), extra("4", "id=4, v=d"),
                missing("5", "id=5, v=e"), extra("6", "id=6, v=f"));
        TableVerification table = result.tables().getFirst();
        assertThat(table.sourceRows()).isEqualTo(4);
        assertThat(table.targetRows()).isEqualTo(4);
        assertThat(table.missing()).isEqualTo(2);
        assertThat(table.extra()).isEqualTo(2);
        assertThat(table.changed()).isZero();
    }

    @Test
    void a_table_without_rows_is_equal_to_one_without_rows() {
        sides.both("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "CREATE TABLE k (v TEXT)")
                .plan(new PlannedTable("t").column("id", Base.INT4, Conversion.DIRECT).text("v").key(true, "id"))
                .plan(new PlannedTable("k").text("v"));
        VerificationResult result = sides.verify();
        assertThat(result.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(result.sourceRows()).isZero();
    }

    @Test
    void an_extra_row_in_a_table_that_should_be_empty_is_found() {
        sides.both("CREATE TABLE t (v TEXT)").postgres("INSERT INTO t VALUES ('x')")
                .plan(new PlannedTable("t").text("v"));
        assertThat(sides.verify().differences()).containsExactly(extra("v=x", "v=x"));
    }

    @Test
    void every_changed_column_of_a_row_is_listed_and_the_row_counts_once() {
        sides.both("CREATE TABLE t (id bigint PRIMARY KEY, a text, b text)", "INSERT INTO t VALUES (7,'x','y')")
                .postgres("UPDATE t SET a = 'X', b = NULL")
                .plan(new PlannedTable("t").column("id", Base.INT8, Conversion.DIRECT).text("a").text("b").key(true,
                        "id"));
        VerificationResult result = sides.verify();
        assertThat(result.differences()).containsExactly(new Difference(Kind.CHANGED, "t", "7", "a", "x", "X"),
                new Difference(Kind.CHANGED, "t", "7", "b", "y", null));
        assertThat(result.differingRows()).isEqualTo(1);
    }

    @Test
    void a_table_without_a_key_is_compared_as_a_multiset() {
        sides.both("CREATE TABLE t (a integer, b text)",
                "INSERT INTO t VALUES (1,'x'),(1,'x'),(2,NULL),(NULL,NULL),(NULL,NULL)")
                .plan(new PlannedTable("t").column("a", Base.INT4, Conversion.DIRECT).text("b"));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);

        sides.postgres("INSERT INTO t VALUES (1,'x'); DELETE FROM t WHERE ctid = "
                + "(SELECT min(ctid) FROM t WHERE a IS NULL)");
        assertThat(sides.verify().differences()).containsExactlyInAnyOrder(extra("a=1, b=x", "a=1, b=x"),
                missing("a=NULL, b=NULL", "a=NULL, b=NULL"));
    }

    @Test
    void values_that_swap_between_rows_of_a_table_without_a_key_are_found() {
        sides.both("CREATE TABLE t (a text, b text)", "INSERT INTO t VALUES ('1','x'),('2','y')")
                .plan(new PlannedTable("t").text("a").text("b"));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
        sides.postgres("UPDATE t SET b = CASE b WHEN 'x' THEN 'y' ELSE 'x' END");
        TableVerification table = sides.verify().tables().getFirst();
        assertThat(table.missing()).isEqualTo(2);
        assertThat(table.extra()).isEqualTo(2);
    }

    @Test
    void text_keys_are_merged_by_their_bytes() {
        var keys = List.of("", " ", "A", "B", "a", "b", "aa", "ab", "Z", "z", "é", "e", "É", "ß", "日本", "😀", "\uFFFD",
                "a\tb", "a b", "A b", "10", "9", "-1");
        sides.both("CREATE TABLE t (k text PRIMARY KEY, v text)");
        for (String key : keys) {
            sides.both("INSERT INTO t VALUES ('" + key + "', 'v" + key + "')");
        }
        sides.plan(new PlannedTable("t").text("k").text("v").key(true, "k"));
        VerificationResult equal = sides.verify();
        assertThat(equal.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(equal.sourceRows()).isEqualTo(keys.size());

        sides.postgres(
                "DELETE FROM t WHERE k = '😀'; UPDATE t SET v = 'w' WHERE k = 'É'; INSERT INTO t VALUES ('ö','v')");
        assertThat(sides.verify().differences()).containsExactly(
                new Difference(Kind.CHANGED, "t", "É", "v", "vÉ", "w"), extra("ö", "k=ö, v=v"),
                missing("😀", "k=😀, v=v😀"));
    }

    @Test
    void a_key_with_another_collation_in_the_source_is_still_merged_by_bytes() {
        sides.sqlite("CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY)",
                "INSERT INTO t VALUES ('b'),('A'),('C'),('d')")
                .postgres("CREATE TABLE t (k text PRIMARY KEY); INSERT INTO t VALUES ('A'),('C'),('b'),('d')")
                .plan(new PlannedTable("t").text("k").key(true, "k"));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void composite_keys_of_tables_without_rowid_are_merged() {
        sides.sqlite("CREATE TABLE t (v TEXT, b TEXT, a INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
                .postgres("CREATE TABLE t (v text, b text, a bigint NOT NULL, PRIMARY KEY (a, b))")
                .plan(new PlannedTable("t").text("v").text("b").column("a", Base.INT8, Conversion.DIRECT)
                        .key(true, "a", "b").withoutRowid().rows(400_000));
        String values = "('x','B',1),('x','a',1),('x','',2),('x','é',-3),('x','a',10)";
        sides.both("INSERT INTO t VALUES " + values);
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
        sides.postgres("UPDATE t SET v = 'y' WHERE a = 1 AND b = 'a'; DELETE FROM t WHERE a = 10");
        assertThat(sides.verify().differences()).containsExactly(
                new Difference(Kind.CHANGED, "t", "(1, a)", "v", "x", "y"), missing("(10, a)", "a=10, b=a, v=x"));
    }

    @Test
    void keys_of_other_kinds_than_planned_are_compared_without_an_order() {
        // Neither a typeless key nor NULL in a key stops SQLite.
        sides.sqlite("CREATE TABLE t (k TEXT PRIMARY KEY, v)", "INSERT INTO t VALUES ('a','x'),(NULL,'y'),(NULL,'z')")
                .postgres("CREATE TABLE t (k text, v text); INSERT INTO t VALUES (NULL,'z'),('a','x'),(NULL,'y')")
                .plan(new PlannedTable("t").text("k").text("v").key(true, "k"));
        VerificationResult equal = sides.verify();
        assertThat(equal.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(equal.sourceRows()).isEqualTo(3);

        sides.postgres("UPDATE t SET v = 'Y' WHERE v = 'y'; UPDATE t SET v = 'X' WHERE v = 'x'");
        assertThat(sides.verify().differences()).containsExactlyInAnyOrder(
                new Difference(Kind.CHANGED, "t", "a", "v", "x", "X"), missing("NULL", "k=NULL, v=y"),
                extra("NULL", "k=NULL, v=Y"));
    }

    @Test
    void keys_in_another_spelling_and_order_find_their_rows() {
        sides.sqlite("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES ('{FFFFFFFF-0000-0000-0000-000000000001}','a'),"
                        + "('00000000-0000-0000-0000-000000000002','b'),('no uuid','c')")
                .postgres("CREATE TABLE t (k uuid PRIMARY KEY, v text); INSERT INTO t VALUES "
                        + "('ffffffff-0000-0000-0000-000000000001','a'),('00000000-0000-0000-0000-000000000002','B')")
                .plan(new PlannedTable("t").column("k", Base.UUID, Conversion.UUID).text("v").key(false, "k"));
        assertThat(sides.verify().differences()).containsExactlyInAnyOrder(
                new Difference(Kind.CHANGED, "t", "00000000-0000-0000-0000-000000000002", "v", "b", "B"),
                missing("no uuid", "k=no uuid, v=c"));
    }

    @Test
    void a_duplicated_key_in_a_target_without_constraints_is_an_extra_row() {
        sides.both("CREATE TABLE t (id bigint, v text)", "INSERT INTO t VALUES (1,'a'),(2,'b')")
                .postgres("INSERT INTO t VALUES (1,'a')")
                .plan(new PlannedTable("t").column("id", Base.INT8, Conversion.DIRECT).text("v").key(true, "id"));
        assertThat(sides.verify().differences()).containsExactly(extra("1", "id=1, v=a"));
    }

    @Test
    void hostile_names_are_only_names() {
        String table = "we\"ird '; DROP TABLE x; -- 😀";
        String quoted = "\"we\"\"ird '; DROP TABLE x; -- 😀\"";
        sides.sqlite("CREATE TABLE " + quoted + " (\"select\" INTEGER PRIMARY KEY, \"a \"\"b\" TEXT)",
                "INSERT INTO " + quoted + " VALUES (1,'x')")
                .postgres("CREATE TABLE " + quoted + " (\"select\" bigint PRIMARY KEY, \"a \"\"b\" text); INSERT INTO "
                        + quoted + " VALUES (1,'y')")
                .plan(new PlannedTable(table).id("select").text("a \"b"));
        assertThat(sides.verify().differences()).containsExactly(
                new Difference(Kind.CHANGED, table, "1", "a \"b", "x", "y"));
    }

    @Test
    void a_value_that_cannot_be_read_is_a_difference_that_says_why() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT, b BOOLEAN, n INTEGER)",
                "INSERT INTO t VALUES (1,'2024-02-30',2,'abc')")
                .postgres("CREATE TABLE t (id bigint, d timestamp, b boolean, n bigint);"
                        + "INSERT INTO t VALUES (1,'2024-03-01',true,0)")
                .plan(new PlannedTable("t").id("id").column("d", Base.TIMESTAMP, Conversion.ISO_TEXT)
                        .column("b", Base.BOOLEAN, Conversion.BOOLEAN).column("n", Base.INT8, Conversion.DIRECT));
        assertThat(sides.verify().differences()).extracting(Difference::source).containsExactly(
                "2024-02-30 (no ISO 8601 date and time)", "2 (no boolean)", "abc (text, no integer)");
    }

    @Test
    void invalid_utf8_and_nul_are_seen_as_they_are() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1, CAST(x'61ff' AS TEXT)), (2, CAST(x'610062' AS TEXT))")
                .postgres("CREATE TABLE t (id bigint, v text); INSERT INTO t VALUES (1,'a\uFFFD'), (2,'a')")
                .plan(new PlannedTable("t").id("id").text("v"));
        assertThat(sides.verify().differences()).containsExactly(
                new Difference(Kind.CHANGED, "t", "1", "v", "\\x61ff (2 bytes) (text, not UTF-8)", "a\uFFFD"),
                new Difference(Kind.CHANGED, "t", "2", "v", "a\\u0000b", "a"));
    }

    @Test
    void databases_in_utf16_are_compared_by_their_characters() {
        sides.sqlite("PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)")
                .postgres("CREATE TABLE t (k text PRIMARY KEY, v text)")
                .both("INSERT INTO t VALUES ('a','é😀'),('Ā','x'),('\uFFFD','y'),('😀','')")
                .plan(new PlannedTable("t").text("k").text("v").key(true, "k"));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
        sides.postgres("UPDATE t SET v = 'é😁' WHERE k = 'a'");
        assertThat(sides.verify().differences()).containsExactly(
                new Difference(Kind.CHANGED, "t", "a", "v", "é😀", "é😁"));
    }

    @Test
    void huge_values_are_compared_to_the_last_byte() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB)",
                "INSERT INTO t VALUES (1, replace(hex(zeroblob(2500000)), '0', 'x') || 'y', zeroblob(5000000))")
                .postgres("CREATE TABLE t (id bigint PRIMARY KEY, v text, b bytea);"
                        + "INSERT INTO t VALUES (1, repeat('x', 5000000) || 'y', decode(repeat('00', 5000000), 'hex'))")
                .plan(new PlannedTable("t").id("id").text("v").column("b", Base.BYTEA, Conversion.DIRECT));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
        sides.postgres("UPDATE t SET v = repeat('x', 5000000) || 'z', b = set_byte(b, 4999999, 1)");
        assertThat(sides.verify().differences()).hasSize(2).allMatch(d -> d.source() != null && d.target() != null
                && d.source().length() < 400 && !d.source().equals(d.target()));
    }

    @Test
    void deeply_nested_json_is_compared() {
        String json = "[".repeat(3000) + "1" + "]".repeat(3000);
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, '" + json + "')")
                .postgres("CREATE TABLE t (id bigint PRIMARY KEY, v jsonb); INSERT INTO t VALUES (1, '"
                        + json.replace("1", "1.0") + "')")
                .plan(new PlannedTable("t").id("id").column("v", Base.JSONB, Conversion.JSON));
        assertThat(sides.verify().verdict()).isEqualTo(Verdict.PASSED);
        sides.postgres("UPDATE t SET v = '" + json.replace("1", "2") + "'");
        assertThat(sides.verify().differingRows()).isEqualTo(1);
    }

    @Test
    void values_too_long_for_memory_are_compared_by_their_digests() {
        String source = "INSERT INTO t VALUES (1, 'short', zeroblob(9000000), '{}'), "
                + "(2, replace(hex(zeroblob(4500000)), '0', 'x') || 'é', x'00', '[1]'), (3, NULL, NULL, NULL)";
        for (String name : List.of("t", "u")) {
            sides.sqlite("CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, v TEXT, b BLOB, j TEXT)",
                    source.replace("INTO t", "INTO " + name))
                    .postgres(
                            "CREATE TABLE " + name + " (id bigint PRIMARY KEY, v text, b bytea, j jsonb); INSERT INTO "
                                    + name + " VALUES (1, 'short', decode(repeat('00', 9000000), 'hex'), '{}'),"
                                    + "(2, repeat('x', 9000000) || 'é', '\\x00', '[1]'), (3, NULL, NULL, NULL)")
                    .plan(new PlannedTable(name).id("id").text("v").column("b", Base.BYTEA, Conversion.DIRECT)
                            .column("j", Base.JSONB, Conversion.JSON).key(name.equals("t"), "id").rows(3));
        }
        assertThat(sides.verify()).satisfies(r -> assertThat(r.error()).isNull())
                .satisfies(r -> assertThat(r.differences()).isEmpty())
                .satisfies(r -> assertThat(r.sourceRows()).isEqualTo(6));

        sides.postgres("UPDATE t SET v = repeat('x', 9000000) || 'e' WHERE id = 2; UPDATE t SET b = NULL WHERE id = 1;"
                + "UPDATE u SET b = set_byte(b, 8999999, 1) WHERE id = 1; UPDATE u SET v = 'y' WHERE id = 2");
        assertThat(sides.verify().differences()).hasSize(4)
                .allMatch(d -> d.source() != null && d.source().matches("\\(900000[02] bytes, sha256 [0-9a-f]{64}\\)"))
                .extracting(d -> d.table() + d.key() + d.column())
                .containsExactlyInAnyOrder("t1b", "t2v", "u1b", "u2v");
    }

    @Test
    void more_differences_than_are_listed_are_counted() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "CREATE TABLE u (v TEXT)",
                "INSERT INTO t WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000) SELECT value, 'x' FROM n",
                "INSERT INTO u WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000) SELECT 'r' || value FROM n")
                .postgres("CREATE TABLE t (id bigint, v text); CREATE TABLE u (v text);"
                        + "INSERT INTO t SELECT i, 'y' FROM generate_series(1, 1000) i;"
                        + "INSERT INTO u SELECT 'R' || i FROM generate_series(1, 1000) i")
                .plan(new PlannedTable("t").id("id").text("v")).plan(new PlannedTable("u").text("v"))
                .options(new VerifyOptions(2, 10));
        VerificationResult result = sides.verify();
        assertThat(result.differences()).hasSize(20);
        assertThat(result.differingRows()).isEqualTo(3000);
        assertThat(result.tables()).extracting(TableVerification::changed).containsExactly(1000L, 0L);
        assertThat(result.tables()).extracting(TableVerification::missing).containsExactly(0L, 1000L);
    }

    @Test
    void key_ranges_of_a_large_table_find_everything_once() {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)",
                "INSERT INTO t WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20000) SELECT value * 3 - 500000, value FROM n")
                .postgres("CREATE TABLE t (id bigint PRIMARY KEY, v bigint);"
                        + "INSERT INTO t SELECT i * 3 - 500000, i FROM generate_series(1, 20000) i;"
                        + "UPDATE t SET v = -1 WHERE id % 5000 = 0; DELETE FROM t WHERE id = -499997;"
                        + "INSERT INTO t VALUES (-9000000000000000000, 1), (9000000000000000000, 2)")
                .plan(new PlannedTable("t").id("id").column("v", Base.INT8, Conversion.DIRECT).rows(2_000_000))
                .options(new VerifyOptions(3, 100));
        VerificationResult result = sides.verify();
        assertThat(result.differences().getFirst().key()).isEqualTo("-9000000000000000000");
        assertThat(result.differences().getLast().key()).isEqualTo("9000000000000000000");
        TableVerification table = result.tables().getFirst();
        assertThat(table.sourceRows()).isEqualTo(20_000);
        assertThat(table.targetRows()).isEqualTo(20_001);
        assertThat(table.missing()).isEqualTo(1);
        assertThat(table.extra()).isEqualTo(2);
        assertThat(table.changed()).isEqualTo(4);
        assertThat(result.differences()).hasSize(7);
    }
}
