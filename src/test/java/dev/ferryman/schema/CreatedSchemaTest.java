package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Created schemas on a real server: keys, constraints, defaults and indexes behave as they did in SQLite. */
class CreatedSchemaTest {
    @TempDir
    Path directory;
    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '¶', textBlock = """
                                                                  INTEGER  | 42                                   | 42
                                                                  INTEGER  | -5                                   | -5
                                                                  INTEGER  | '7'                                  | 7
                                                                  INTEGER  | 0x10                                 | 16
                                                                  INTEGER  | (1 + 2 * 3)                          | 7
                                                                  REAL     | 1.5e3                                | 1500
                                                                  TEXT     | 'it''s'                              | it's
                                                                  TEXT     | "draft"                              | draft
                                                                  TEXT     | open                                 | open
                                                                  TEXT     | 5                                    | 5
                                                                  TEXT     | ¶('a' || 'b')¶                       | ab
                                                                  BOOLEAN  | 1                                    | t
                                                                  BOOLEAN  | FALSE                                | f
                                                                  BLOB     | x'00ff'                              | \\x00ff
                                                                  DATETIME | '2024-01-02 03:04:05'                | 2024-01-02 03:04:05
                                                                  DECIMAL(5,2) | 4.99                             | 4.99
                                                                  JSON     | '{}'                                 | {}
                                                                  TEXT     | (lower('ÄB'))                        | Äb
                                                                  TEXT     | (hex(x'0aff'))                       | 0AFF
                                                                  TEXT     | (substr('abcdef', 2, 3))             | bcd
                                                                  TEXT     | (CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END) | b
                                                                  """)
    void a_default_gives_the_same_value(String type, String sql, String value) {
        create("CREATE TABLE t(id INTEGER PRIMARY KEY, c " + type + " DEFAULT " + sql + ")");
        database.execute("INSERT INTO t DEFAULT VALUES");
        assertThat(database.scalar("SELECT c FROM t")).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '¶', textBlock = """
                                                                  DATETIME | CURRENT_TIMESTAMP                    | \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d
                                                                  DATETIME | current_timestamp                    | \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d
                                                                  TEXT     | CURRENT_TIMESTAMP                    | \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d
                                                                  DATE     | CURRENT_DATE                         | \\d{4}-\\d\\d-\\d\\d
                                                                  DATETIME | (datetime('now', '+7 days'))         | \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d
                                                                  TEXT     | (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) | \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z
                                                                  INTEGER  | (unixepoch())                        | \\d{10}
                                                                  INTEGER  | (strftime('%s', 'now'))              | \\d{10}
                                                                  INTEGER  | (CAST(strftime('%s','now') AS INT))  | \\d{10}
                                                                  REAL     | (julianday('now'))                   | 24\\d{5}(\\.\\d+)?
                                                                  TEXT     | (lower(hex(randomblob(4))))          | [0-9a-f]{8}
                                                                  TEXT     | ¶('r' || lower(hex(randomblob(40))))¶| r[0-9a-f]{80}
                                                                  TEXT     | (substr('89ab', abs(random()) % 4 + 1, 1)) | [89ab]
                                                                  INTEGER  | (random())                           | -?\\d+
                                                                  """)
    void a_default_that_changes_gives_the_same_kind_of_value(String type, String sql, String pattern) {
        create("CREATE TABLE t(id INTEGER PRIMARY KEY, c " + type + " DEFAULT " + sql + ")");
        database.execute("INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES");
        assertThat(database.scalar("SELECT c::text FROM t")).matches(pattern);
        if (sql.contains("blob")) {
            assertThat(database.scalar("SELECT count(DISTINCT c) FROM t")).isEqualTo("2");
        }
    }

    @Test
    void a_default_that_cannot_be_translated_is_named_and_never_a_literal() {
        var plan = create(
                "CREATE TABLE t(a TEXT DEFAULT (datetime('now','localtime')), b TEXT DEFAULT (printf('%d', 1)),"
                        + " c DATETIME DEFAULT (datetime('now', '+1 month')), d INTEGER DEFAULT 'abc')");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("default-left-out"))
                .extracting(Finding::column).containsExactly("a", "b", "c", "d");
        assertThat(plan.tables().getFirst().columns()).allSatisfy(c -> assertThat(c.defaultSql()).isNull());
    }

    @Test
    void generated_columns_are_computed_by_the_target() {
        var plan = create(
                "CREATE TABLE t(a INT, b REAL, n TEXT, s INT AS (a * 2) STORED, v REAL GENERATED ALWAYS AS (a * b),"
                        + " l TEXT AS (upper(n) || '!'), x TEXT AS (printf('%d', a)), y INT AS (s + 1))",
                "INSERT INTO t(a, b, n) VALUES (3, 1.5, 'ä')");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("generated-as-plain")).extracting(Finding::column)
                .containsExactly("x", "y");
        database.execute("INSERT INTO t(a, b, n, x, y) VALUES (3, 1.5, 'äb', '3', 7)");
        assertThat(database.scalar("SELECT concat_ws(' ', s, v, l) FROM t")).isEqualTo("6 4.5 äB!");
    }

    @Test
    void a_generated_column_that_overflowed_into_a_real_becomes_a_plain_one() {
        var plan = create("CREATE TABLE t(i INT, g INT AS (i * 2))",
                "INSERT INTO t VALUES (1), (9223372036854775807)");
        assertThat(finding(plan, "generated-as-plain").column()).isEqualTo("g");
    }

    @Test
    void arithmetic_that_sqlite_does_otherwise_with_these_values_is_not_taken_over() {
        var plan = create(
                "CREATE TABLE t(i INT CHECK (i + 1 > 0), j INT CHECK (j + 1 > 0), m NUMERIC CHECK (m / 2 < 9),"
                        + " r REAL CHECK (r < i), n NUMERIC, g AS (n + 1))",
                "CREATE INDEX doubled ON t(i * 2)", "CREATE INDEX negated ON t(abs(j))",
                "INSERT INTO t(i, j, m, r, n) VALUES (9223372036854775806, 5, 3, 1.5, 9223372036854775806),"
                        + " (1, 1, 1.5, 0.5, 1.5)");
        assertThat(plan.findings()).extracting(f -> f.code() + (f.column() == null ? "" : " " + f.column()))
                .containsOnlyOnce("index-left-out", "generated-as-plain g").contains("check-left-out")
                .filteredOn("check-left-out"::equals).hasSize(3);
        database.execute("INSERT INTO t(i, j, m, r, n) VALUES (9223372036854775807, 5, 3, 1.5, 1)");
        assertThatThrownBy(() -> database.execute("INSERT INTO t(j) VALUES (-2)")).isNotNull();
    }

    @Test
    void checks_hold_and_those_that_cannot_be_translated_are_named() {
        var plan = create("CREATE TABLE t(a INT CONSTRAINT small CHECK (a BETWEEN 0 AND 9), b TEXT CHECK (b LIKE 'X%'),"
                + " c BOOLEAN CHECK (c IN (0, 1)), d TEXT CHECK (json_valid(d)), CHECK (a IS NULL OR b IS NOT NULL),"
                + " CHECK (length(b) < 5 -- short\n))");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("check-left-out")).hasSize(1);
        database.execute("INSERT INTO t VALUES (5, 'xyz', true, 'no json')");
        for (var row : List.of("10, 'xyz', true", "5, 'abc', true", "5, NULL, true", "5, 'xyzzy', true")) {
            assertThatThrownBy(() -> database.execute("INSERT INTO t VALUES (" + row + ", NULL)"))
                    .hasStackTraceContaining("check constraint");
        }
    }

    @Test
    void a_check_that_rows_break_holds_for_new_rows_only() {
        var file = SqliteFile.create(directory, "PRAGMA ignore_check_constraints = 1",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT CHECK (a > 0))", "INSERT INTO t VALUES (1, -1), (2, 1)");
        var plan = file.plan();
        assertThat(finding(plan, "check-broken").exampleKeys()).containsExactly("id=1");
        assertThat(plan.tables().getFirst().afterLoad()).filteredOn(a -> a.kind() == AfterLoad.Kind.CHECK).first()
                .extracting(AfterLoad::sql).asString().endsWith("NOT VALID");
    }

    @Test
    void foreign_keys_keep_columns_actions_and_deferrability() {
        create("CREATE TABLE child(a INT, b TEXT, c INT, up INT, FOREIGN KEY (a, b) REFERENCES parent(x, y)"
                + " ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (c) REFERENCES single)",
                "CREATE TABLE parent(x INT, y TEXT, PRIMARY KEY (x, y))", "CREATE TABLE single(id INTEGER PRIMARY KEY,"
                        + " boss INT REFERENCES SINGLE)");
        assertThat(database.scalar("SELECT string_agg(pg_get_constraintdef(oid), '; ' ORDER BY conname) FROM"
                + " pg_constraint WHERE contype = 'f' AND convalidated"))
                .isEqualTo("FOREIGN KEY (a, b) REFERENCES parent(x, y) ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE"
                        + " INITIALLY DEFERRED; FOREIGN KEY (c) REFERENCES single(id); FOREIGN KEY (boss) REFERENCES single(id)");
    }

    @Test
    void orphans_are_counted_and_leave_the_key_unvalidated() {
        var plan = create("CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE)",
                "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p, n TEXT REFERENCES p(name), m INT REFERENCES gone,"
                        + " u INT REFERENCES p(nowhere))",
                "INSERT INTO p VALUES (1, 'Ann')", "INSERT INTO c VALUES (1, 1, 'Ann', 1, 1), (2, 7, 'ann', 1, 1),"
                        + " (3, NULL, NULL, NULL, NULL)");
        var orphans = finding(plan, "orphans");
        assertThat(orphans.count()).isEqualTo(1);
        assertThat(orphans.exampleKeys()).containsExactly("id=2");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("foreign-key-left-out")).hasSize(3);
        assertThat(database.scalar("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"))
                .isEqualTo("1");
    }

    @Test
    void nocase_uniqueness_partial_and_expression_indexes_survive() {
        create("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE, email TEXT, gone INT, key TEXT)",
                "CREATE UNIQUE INDEX live_email ON t(email) WHERE gone = 0 AND email != ''",
                "CREATE UNIQUE INDEX by_key ON t(lower(key), id DESC)", "CREATE INDEX plain ON t(name, email DESC)");
        database.execute("INSERT INTO t VALUES (1, 'Bob', 'x', 0, 'K'), (2, 'ä', 'x', 1, 'k'), (3, 'Ä', '', 0, NULL),"
                + " (4, NULL, '', 0, NULL)");
        assertThatThrownBy(() -> database.execute("INSERT INTO t VALUES (9, 'bob', 'y', 0, 'z')"))
                .hasStackTraceContaining("duplicate key");
        assertThatThrownBy(() -> database.execute("INSERT INTO t VALUES (9, 'zoe', 'x', 0, 'z')"))
                .hasStackTraceContaining("live_email");
        assertThat(database.scalar("SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes"))
                .contains("by_key").contains("plain");
    }

    @Test
    void ids_go_on_above_everything_the_source_ever_gave_out() {
        var plan = create("CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, v)",
                "CREATE TABLE b(id INTEGER PRIMARY KEY)",
                "CREATE TABLE e(id INTEGER PRIMARY KEY)", "CREATE TABLE d(id INTEGER PRIMARY KEY DESC)",
                "INSERT INTO a(id) VALUES (100)", "DELETE FROM a", "INSERT INTO a VALUES (5, 1)",
                "INSERT INTO b VALUES (-3), (41)");
        assertThat(plan.sequences()).containsExactlyInAnyOrder(new SequencePlan("a", "id", 100),
                new SequencePlan("b", "id", 41), new SequencePlan("e", "id", 0));
        database.execute("INSERT INTO e DEFAULT VALUES");
        assertThat(database.scalar("SELECT id FROM e")).isEqualTo("1");
    }

    @Test
    void odd_names_are_kept_and_long_ones_cut_without_a_collision() {
        var long1 = "a".repeat(70) + "1";
        var long2 = "a".repeat(70) + "2";
        var plan = create(
                "CREATE TABLE \"select\"(\"Group By\" INT, \"quo\"\"te\" TEXT, `🐘` TEXT, xmin INT, \"\" INT)",
                "CREATE TABLE " + long1 + "(" + long1 + " INT, " + long2 + " INT UNIQUE)",
                "CREATE TABLE " + long2 + "(x INT PRIMARY KEY)",
                "CREATE INDEX \"Mixed Case\" ON \"select\"(\"Group By\")");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("renamed")).hasSizeGreaterThanOrEqualTo(6);
        assertThat(database.scalar("SELECT string_agg(attname, '|' ORDER BY attnum) FROM pg_attribute"
                + " WHERE attrelid = '\"select\"'::regclass AND attnum > 0")).isEqualTo("Group By|quo\"te|🐘|xmin_2|_");
        assertThat(database.scalar("SELECT count(DISTINCT relname) FROM pg_class WHERE relname LIKE 'aaaa%'"
                + " AND relkind = 'r'")).isEqualTo("2");
    }

    @Test
    void null_in_a_primary_key_makes_it_a_unique_index() {
        var plan = create("CREATE TABLE t(a TEXT PRIMARY KEY, b INT)",
                "INSERT INTO t VALUES (NULL, 1), (NULL, 2), ('x', 3)");
        assertThat(finding(plan, "null-in-primary-key").count()).isEqualTo(2);
        assertThat(plan.tables().getFirst().key()).isEqualTo(TableKey.none());
        database.execute("INSERT INTO t VALUES (NULL, 1), (NULL, 2), ('x', 3)");
        assertThatThrownBy(() -> database.execute("INSERT INTO t VALUES ('x', 4)"))
                .hasStackTraceContaining("duplicate");
    }

    @Test
    void keys_that_are_equal_once_they_are_text_lose_their_uniqueness_loudly() {
        var plan = create("CREATE TABLE t(a PRIMARY KEY, b UNIQUE)", "INSERT INTO t VALUES (1, 1), ('1', '2')");
        assertThat(finding(plan, "duplicate-as-text").message()).contains("primary key");
        assertThat(plan.tables().getFirst().key().present()).isFalse();
    }

    @Test
    void keys_of_a_partial_index_that_are_equal_once_they_are_text_lose_their_uniqueness_too() {
        var plan = create("CREATE TABLE t(v, w)", "CREATE UNIQUE INDEX part ON t(v) WHERE w IS NULL -- all",
                "CREATE UNIQUE INDEX other ON t(v) WHERE w = 1", "INSERT INTO t VALUES (1, NULL), ('1', NULL), (2, 1)");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("duplicate-as-text")).singleElement()
                .extracting(Finding::message).asString().contains("part is left out");
        assertThat(database.scalar("SELECT string_agg(indexname, ' ') FROM pg_indexes WHERE tablename = 't'"))
                .isEqualTo("other");
    }

    @Test
    void values_too_long_for_a_btree_are_indexed_by_their_hash() {
        var plan = create("CREATE TABLE t(a TEXT UNIQUE, b TEXT)", "CREATE INDEX i ON t(b)",
                "INSERT INTO t VALUES ('" + "x".repeat(5000) + "', '" + "y".repeat(5000) + "')");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("index-by-hash")).hasSize(2);
        database.execute("INSERT INTO t SELECT string_agg(md5(i::text), ''), 'b' FROM generate_series(1, 500) i");
        assertThatThrownBy(() -> database.execute("INSERT INTO t SELECT string_agg(md5(i::text), ''), 'b'"
                + " FROM generate_series(1, 500) i")).hasStackTraceContaining("duplicate key");
    }

    @Test
    void the_key_of_a_table_is_chosen_and_its_order_known() {
        var plan = SqliteFile.create(directory, "CREATE TABLE a(x TEXT COLLATE NOCASE PRIMARY KEY)",
                "CREATE TABLE b(x REAL PRIMARY KEY)", "CREATE TABLE c(u TEXT NOT NULL UNIQUE, n TEXT UNIQUE)",
                "CREATE TABLE d(p TEXT, q INT, PRIMARY KEY(q, p)) WITHOUT ROWID", "CREATE TABLE e(n TEXT UNIQUE)")
                .plan();
        assertThat(plan.tables()).extracting(t -> t.source() + " " + t.key().columns() + " " + t.key().sameOrder())
                .containsExactly("a [x] false", "b [x] false", "c [u] true", "d [q, p] true", "e [] false");
    }

    @Test
    void virtual_tables_views_and_triggers_are_named() {
        var plan = create("CREATE VIRTUAL TABLE docs USING fts5(body)",
                "CREATE VIRTUAL TABLE area USING rtree(id, a, b)",
                "CREATE TABLE t(x)", "CREATE VIEW v AS SELECT max(x) AS x FROM t",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET x = 1; END",
                "CREATE TABLE _ferryman_change_1(seq)");
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("t");
        assertThat(finding(plan, "view-left-out").sql()).contains("CREATE VIEW v AS SELECT max(x) AS x FROM t");
        assertThat(finding(plan, "trigger-left-out").sql()).contains("UPDATE t SET x = 1");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("virtual-table")).extracting(Finding::message)
                .anyMatch(m -> m.contains("tsvector")).anyMatch(m -> m.contains("GiST"));
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("shadow-table")).hasSizeGreaterThan(5);
    }

    @Test
    void a_virtual_table_of_an_unknown_module_is_left_out() {
        var file = SqliteFile.create(directory, "CREATE TABLE t(x)", "PRAGMA writable_schema = 1",
                "INSERT INTO sqlite_schema VALUES ('table', 'geo', 'geo', 0, 'CREATE VIRTUAL TABLE geo USING spatial(x)')",
                "PRAGMA writable_schema = 0", "CREATE TABLE geo_nodes(n)");
        var plan = file.plan();
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("geo_nodes", "t");
        assertThat(finding(plan, "virtual-table").message()).contains("the module spatial");
        assertThat(finding(plan, "possible-shadow-table").table()).isEqualTo("geo_nodes");
    }

    @Test
    void another_schema_than_public_is_created_on_the_oldest_server_too() {
        var plan = SqliteFile.create(directory, "CREATE TABLE a(id INTEGER PRIMARY KEY, b REFERENCES b)",
                "CREATE TABLE b(id INTEGER PRIMARY KEY, a INT REFERENCES a)").plan(PlanOptions.createIn("My App"));
        try (var old = TestPostgres.fifteen().freshDatabase()) {
            PlanExecution.createAll(plan, old);
            assertThat(old.scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'My App'")).isEqualTo("2");
        }
    }

    private Plan create(String... statements) {
        var plan = SqliteFile.create(directory, statements).plan();
        PlanExecution.createAll(plan, database);
        return plan;
    }

    private static Finding finding(Plan plan, String code) {
        return plan.findings().stream().filter(f -> f.code().equals(code)).findFirst()
                .orElseThrow(() -> new AssertionError(code + " is not among " + plan.findings()));
    }
}
