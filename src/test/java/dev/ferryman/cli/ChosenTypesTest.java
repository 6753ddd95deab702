package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types and names that a plan file chooses are created, filled and verified value by value. */
class ChosenTypesTest {
    @TempDir
    Path directory;

    private void move(TestPostgres.Database database, String yaml, String... statements) throws Exception {
        Path source = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        Path plan = Files.writeString(directory.resolve("plan.yaml"), yaml);
        for (String command : List.of("copy", "verify")) {
            Invocation run = Invocation.of(command, "--source", source.toString(), "--target", database.url(),
                    "--snapshot-dir", directory.toString(), "--plan", plan.toString());
            assertThat(run.status()).as(run.out() + run.err()).isZero();
        }
    }

    private static TestPostgres.Database database(int version) {
        return (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void every_type_that_can_be_chosen_takes_what_fits_it(int version) throws Exception {
        try (var database = database(version)) {
            move(database,
                    """
                    version: 1
                    tables:
                      t:
                        columns:
                          id: {type: integer}
                          a: {type: smallint}
                          b: {type: real}
                          c: {type: "numeric(8,3)"}
                          d: {type: boolean}
                          e: {type: varchar(4)}
                          f: {type: char(3)}
                          g: {type: citext}
                          h: {type: bytea}
                          i: {type: date}
                          j: {type: time(3)}
                          k: {type: timestamp with time zone}
                          l: {type: timestamp}
                          m: {type: uuid}
                          n: {type: jsonb}
                          o: {type: "text[]"}
                          p: {type: text}
                          q: {type: double precision, values: convert}
                          r: {type: date, values: convert}
                          s: {type: uuid, values: quarantine}
                      child:
                        columns:
                          t: {type: int}
                    """,
                    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d, e, f, g TEXT UNIQUE, h, i, j, k, l, m, n, o, p, q, r,"
                            + " s)",
                    "CREATE TABLE child(id INTEGER PRIMARY KEY, t INT REFERENCES t)",
                    "INSERT INTO t VALUES (1, 7, 3, 12345.125, 'yes', 'grüß', 'abc', 'Bob', 'text', '2024-02-29',"
                            + " '10:11:12.5', '2024-01-01 10:00', 1700000000, '6F9619FF8B86D011B42D00C04FC964FF',"
                            + " '{\"b\": 1, \"a\": [1.50]}', '[\"x\", \"y\\u0041\"]', 5, '', '',"
                            + " '6f9619ff-8b86-d011-b42d-00c04fc964ff'),"
                            + " (2, -7, -3, 0.001, 0, '', NULL, 'Ann', x'00', NULL, NULL, '2024-01-01T10:00:00+02', NULL, NULL,"
                            + " NULL, '[]', 1.5, 2.5, '2024-01-01', 'none')",
                    "INSERT INTO child VALUES (1, 1), (2, 2), (3, NULL)");
            assertThat(database.scalar("SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM"
                    + " pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0")).isEqualTo(
                            "integer, smallint, real, numeric(8,3), boolean, character varying(4), character(3), citext,"
                                    + " bytea, date, time(3) without time zone, timestamp with time zone,"
                                    + " timestamp without time zone, uuid, jsonb, text[], text, double precision, date,"
                                    + " uuid");
            assertThat(database.scalar("SELECT id FROM t WHERE g = 'BOB' AND q IS NULL AND r IS NULL")).isEqualTo("1");
            // The second row has no UUID; its child goes with it.
            assertThat(database.scalar("SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM child) || ' '"
                    + " || (SELECT count(*) FROM ferryman.quarantine)")).isEqualTo("1 2 2");
            assertThat(database.scalar("INSERT INTO t(g) VALUES ('Eve') RETURNING id")).isEqualTo("3");
        }
    }

    @Test
    void names_that_only_citext_takes_for_the_same_are_told_before_the_copy() throws Exception {
        Path source = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT UNIQUE COLLATE NOCASE, rank TEXT UNIQUE)");
            statement.execute(
                    "INSERT INTO t VALUES (1, 'Özil', 'x'), (2, 'Ann', 'X'), (3, 'özil', 'y'), (4, NULL, NULL)");
        }
        Path plan = Files.writeString(directory.resolve("plan.yaml"),
                "version: 1\ntables:\n  t:\n    columns:\n      n: {type: citext}\n      rank: {type: citext}\n");
        Invocation refused = Invocation.of("inspect", "--source", source.toString(), "--plan", plan.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out())
                .contains("Values of UNIQUE (n COLLATE NOCASE) differ in case only",
                        "citext does not. 2 rows, such as id=1; id=3. [duplicate-in-citext]")
                .contains("Values of UNIQUE (rank) differ in case only",
                        "citext does not. 2 rows, such as id=1; id=2. [duplicate-in-citext]")
                .doesNotContain("sqlite_autoindex");
        try (var database = TestPostgres.newest().freshDatabase()) {
            String left = Files.readString(plan) + "    constraints:\n      UNIQUE (n COLLATE NOCASE): skip\n"
                    + "      UNIQUE (rank): skip\n";
            Files.writeString(plan, left);
            for (String command : List.of("copy", "verify")) {
                Invocation run = Invocation.of(command, "--source", source.toString(), "--target", database.url(),
                        "--snapshot-dir", directory.toString(), "--plan", plan.toString());
                assertThat(run.status()).as(run.out() + run.err()).isZero();
            }
            assertThat(database.scalar("SELECT count(*) FROM t WHERE n = 'ÖZIL'")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void names_in_snake_case_reach_keys_indexes_checks_and_views(int version) throws Exception {
        try (var database = database(version)) {
            move(database, "version: 1\nnames: snake\n",
                    "CREATE TABLE OrderHead(OrderID INTEGER PRIMARY KEY, ShipTo TEXT CHECK (ShipTo <> ''))",
                    "CREATE TABLE [Order Line](HeadID INT REFERENCES OrderHead, LineNo INT, [Unit Price] REAL,"
                            + " TotalPrice REAL AS (LineNo * [Unit Price]), PRIMARY KEY (HeadID, LineNo)) WITHOUT ROWID",
                    "CREATE INDEX ByPrice ON [Order Line]([Unit Price]) WHERE LineNo > 0",
                    "CREATE VIEW BigOrders AS SELECT h.OrderID, l.TotalPrice AS LineTotal FROM OrderHead h JOIN"
                            + " [Order Line] l ON l.HeadID = h.OrderID WHERE l.TotalPrice > 10",
                    "INSERT INTO OrderHead VALUES (1, 'Ulm')",
                    "INSERT INTO [Order Line] VALUES (1, 1, 5.5), (1, 2, 7.5)");
            assertThat(database.scalar("SELECT order_id || ' ' || line_total FROM big_orders")).isEqualTo("1 15");
            assertThat(database.scalar("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
                    + " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'v')")).isEqualTo(
                            "big_orders by_price order_head order_head_pkey order_line order_line_pkey");
            assertThat(database.scalar("SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute"
                    + " WHERE attrelid = 'order_line'::regclass AND attnum > 0"))
                    .isEqualTo("head_id line_no unit_price total_price");
        }
    }
}
