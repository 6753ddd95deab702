package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans into tables that an application's own migrations created. */
class ExistingPlanTest {
    @TempDir
    Path directory;
    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void tables_and_columns_are_matched_by_case_and_snake_case() {
        var plan = plan("CREATE TABLE order_details (order_id bigint, unit_price numeric, \"Note\" text)",
                "CREATE TABLE [Order Details](OrderID INT, unitPrice DECIMAL(5,2), note TEXT)",
                "INSERT INTO [Order Details] VALUES (1, 1.25, 'x')");
        assertThat(plan.possible()).isTrue();
        assertThat(plan.tables().getFirst().target()).isEqualTo("order_details");
        assertThat(plan.tables().getFirst().createSql()).isNull();
        assertThat(plan.tables().getFirst().columns()).extracting(ColumnPlan::target).containsExactly("order_id",
                "unit_price", "Note");
    }

    @Test
    void values_are_converted_to_the_targets_types() {
        database.execute("CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE DOMAIN short AS varchar(4);"
                + " CREATE EXTENSION citext");
        var plan = plan("CREATE TABLE t (a boolean, b timestamp, c timestamptz, d date, e time, f uuid, g jsonb,"
                + " h numeric(6,2), i bytea, j mood, k citext, l text[], m varchar(3), n integer, o timestamptz, p timestamptz,"
                + " q short, r text)",
                "CREATE TABLE t(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)",
                "INSERT INTO t VALUES (1, '2024-01-01 10:00', '2024-01-01T10:00:00Z', '2024-01-01', '10:00',"
                        + " '6F9619FF8B86D011B42D00C04FC964FF', '{\"a\":1}', 1234.5, x'00', 'good', 'x', '[\"a\",\"b\"]', 'abc',"
                        + " -5, 1700000000000, 2460310.5, 'abcd', 7)");
        assertThat(plan.findings()).filteredOn(f -> f.severity() == Finding.Severity.BLOCKER).isEmpty();
        assertThat(plan.tables().getFirst().columns()).extracting(ColumnPlan::conversion).containsExactly(
                Conversion.BOOLEAN, Conversion.ISO_TEXT, Conversion.ISO_TEXT, Conversion.ISO_TEXT, Conversion.ISO_TEXT,
                Conversion.UUID, Conversion.JSON, Conversion.DECIMAL, Conversion.DIRECT, Conversion.DIRECT,
                Conversion.DIRECT, Conversion.JSON, Conversion.DIRECT, Conversion.DIRECT, Conversion.EPOCH_MILLIS,
                Conversion.JULIAN_DAY, Conversion.DIRECT, Conversion.AS_TEXT);
        assertThat(plan.tables().getFirst().columns().get(7).type())
                .isEqualTo(new PgType(PgType.Base.NUMERIC, 6, 2, null));
    }

    @Test
    void every_value_that_does_not_fit_forbids_the_copy_with_its_key() {
        database.execute("CREATE TYPE mood AS ENUM ('good', 'bad')");
        var plan = plan("CREATE TABLE t (id bigint PRIMARY KEY, a boolean, b timestamp, c integer, d numeric(3,1),"
                + " e varchar(2), f uuid, g json, h mood, i text NOT NULL, j bytea, k char(4), l inet, m timestamp(0))",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k, l, m)",
                "INSERT INTO t VALUES (1, 2, '', 3000000000, 100.5, 'abc', 'x', '{', 'so-so', NULL, 5, 'abc', '::1',"
                        + " '2024-01-01 00:00:00.5')");
        assertThat(plan.possible()).isFalse();
        assertThat(plan.findings()).filteredOn(f -> f.severity() == Finding.Severity.BLOCKER)
                .extracting(Finding::column).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
                        "m");
        assertThat(plan.findings()).filteredOn(f -> "c".equals(f.column())).first()
                .extracting(Finding::exampleKeys).isEqualTo(List.of("id=1"));
    }

    @Test
    void naive_dates_become_utc_moments_and_zoned_ones_lose_their_zone_with_a_warning() {
        var plan = plan("CREATE TABLE t (a timestamptz, b timestamp)", "CREATE TABLE t(a DATETIME, b DATETIME)",
                "INSERT INTO t VALUES ('2024-01-01 10:00', '2024-01-01T10:00:00+02:00')");
        assertThat(plan.possible()).isTrue();
        assertThat(codes(plan)).contains("naive-as-utc", "zone-to-utc");
    }

    @Test
    void what_has_no_counterpart_is_named_on_both_sides() {
        var plan = plan(
                "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, twice bigint GENERATED ALWAYS AS (id * 2)"
                        + " STORED, added text DEFAULT 'x', needed int NOT NULL); CREATE TABLE extra (x int)",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, old TEXT)", "CREATE TABLE gone(x)",
                "INSERT INTO t VALUES (5, 'v')");
        assertThat(codes(plan)).contains("table-without-counterpart", "column-without-counterpart",
                "target-column-without-value", "target-without-counterpart");
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("t");
        assertThat(plan.sequences()).containsExactly(new SequencePlan("t", "id", 5));
    }

    @Test
    void rows_that_are_there_already_forbid_the_copy_save_a_migration_tools_own() {
        var plan = plan(
                "CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE TABLE alembic_version (version_num text);"
                        + " INSERT INTO alembic_version VALUES ('abc')",
                "CREATE TABLE t(x INT)",
                "CREATE TABLE alembic_version(version_num)", "INSERT INTO alembic_version VALUES ('abc')");
        assertThat(plan.findings()).filteredOn(f -> f.severity() == Finding.Severity.BLOCKER).extracting(Finding::code)
                .containsExactly("target-not-empty");
        assertThat(codes(plan)).contains("migration-bookkeeping");
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("t");
    }

    @Test
    void parents_come_before_children_and_a_cycle_has_a_stable_order() {
        var plan = plan(
                "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES"
                        + " a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; CREATE TABLE z (id int PRIMARY KEY);"
                        + " CREATE TABLE c (z int REFERENCES z)",
                "CREATE TABLE a(id, b)", "CREATE TABLE b(id, a)",
                "CREATE TABLE c(z)", "CREATE TABLE z(id)");
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("z", "c", "a", "b");
    }

    @Test
    void rows_that_a_unique_of_the_target_alone_would_refuse_forbid_the_copy_with_their_keys() {
        var plan = plan(
                "CREATE EXTENSION citext; CREATE TABLE t (id bigint PRIMARY KEY, name citext UNIQUE, at timestamp UNIQUE,"
                        + " code text, part int, UNIQUE (code, part), tag uuid UNIQUE NULLS NOT DISTINCT,"
                        + " n numeric UNIQUE, fine text UNIQUE)",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE, at TEXT UNIQUE, code TEXT, part INT,"
                        + " tag TEXT, n TEXT UNIQUE, fine TEXT)",
                "INSERT INTO t VALUES (1, 'Ärger', '2024-01-01 10:00', 'a', 1, NULL, '1', 'x'),"
                        + " (2, 'ärger', '2024-01-01T10:00:00', 'a', 1, NULL, '1.0', 'y'), (3, 'Bob', NULL, 'a', 2,"
                        + " '6f9619ff-8b86-d011-b42d-00c04fc964ff', NULL, 'X'), (4, NULL, NULL, NULL, 1,"
                        + " '{6F9619FF-8B86-D011-B42D-00C04FC964FF}', NULL, NULL),"
                        + " (5, NULL, NULL, NULL, 1, x'00000000000000000000000000000000', NULL, NULL)");
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("target-duplicates"))
                .extracting(f -> f.message().replaceAll("The target's (\\w+) .*", "$1") + " " + f.count() + " "
                        + f.exampleKeys())
                .containsExactly("t_at_key 2 [id=1, id=2]", "t_code_part_key 2 [id=1, id=2]",
                        "t_n_key 2 [id=1, id=2]", "t_name_key 2 [id=1, id=2]",
                        "t_tag_key 4 [id=1, id=2, id=3, id=4]");
        assertThat(plan.possible()).isFalse();
    }

    @Test
    void orphans_under_a_foreign_key_of_the_target_alone_are_told_and_can_go_to_quarantine() {
        var target = "CREATE TABLE p (id bigint PRIMARY KEY, code text UNIQUE); CREATE TABLE c (id bigint PRIMARY KEY,"
                + " p bigint REFERENCES p, code text REFERENCES p (code), day date CHECK (day > '2000-01-01'))";
        var plan = plan(target, "CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE)",
                "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT, code TEXT COLLATE NOCASE, day TEXT)",
                "INSERT INTO p VALUES (1, 'a'), (2, 'b')",
                "INSERT INTO c VALUES (1, 1, 'a', NULL), (2, 7, NULL, NULL), (3, 8, 'A', NULL), (4, NULL, 'b', NULL)");
        assertThat(plan.decisions()).extracting(d -> d.subject() + " " + d.count() + " " + d.exampleKeys())
                .containsExactly("(code) REFERENCES p (code) 1 [id=3]", "(p) REFERENCES p (id) 2 [id=2, id=3]");
        assertThat(plan.decisions()).allMatch(decision -> decision.offers(Choice.QUARANTINE));
        assertThat(plan.possible()).isFalse();
        assertThat(plan.findings()).filteredOn(f -> f.code().equals("target-rule")).first().extracting(Finding::message)
                .asString().contains("c_day_check").contains("CHECK ((day > '2000-01-01'::date))");
    }

    @Test
    void a_table_that_the_schema_does_not_have_is_looked_for_along_the_search_path() {
        database.execute("CREATE SCHEMA \"Audit log\"; CREATE SCHEMA hidden; ALTER DATABASE " + database.name()
                + " SET search_path = public, \"Audit log\"");
        var plan = plan("CREATE TABLE \"Audit log\".entry (id bigint PRIMARY KEY, person bigint);"
                + " CREATE TABLE public.person (id bigint PRIMARY KEY);"
                + " CREATE TABLE \"Audit log\".person (id text); CREATE TABLE hidden.secret (id bigint);"
                + " ALTER TABLE \"Audit log\".entry ADD FOREIGN KEY (person) REFERENCES public.person",
                "CREATE TABLE person(id INTEGER PRIMARY KEY)", "CREATE TABLE entry(id INTEGER PRIMARY KEY, person INT)",
                "CREATE TABLE secret(id INTEGER PRIMARY KEY)", "INSERT INTO entry VALUES (1, 5)");
        assertThat(plan.tables()).extracting(t -> t.targetSchema() + "." + t.target()).containsExactly("public.person",
                "Audit log.entry");
        assertThat(codes(plan)).contains("table-in-other-schema", "table-without-counterpart");
        assertThat(plan.decisions()).extracting(Decision::subject).containsExactly("(person) REFERENCES person (id)");
    }

    @Test
    void a_table_chosen_after_the_source_was_read_has_to_be_looked_at_first() throws Exception {
        database.execute("CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY)");
        var file = SqliteFile.create(directory, "CREATE TABLE a(id INTEGER PRIMARY KEY)");
        var chosen = PlanFile.read("version: 1\ntables: {a: {target: b}}", "plan.yaml", file.schema());
        try (var connection = database.connect()) {
            var options = PlanOptions.existing(TargetSchema.read(connection, "public"));
            var before = new PlanBasis(file.schema(),
                    Profiler.profile(file.source(), file.schema(), options, ProfileListener.silent()), options);
            assertThat(before.plan(PlanChoices.none()).possible()).isTrue();
            assertThat(codes(before.plan(chosen))).contains("target-table-not-looked-at");
            var after = new PlanBasis(file.schema(), Profiler.profile(file.source(), file.schema(),
                    options.choosing(chosen), ProfileListener.silent()), options);
            assertThat(after.plan(chosen).tables()).extracting(TablePlan::target).containsExactly("b");
            assertThat(codes(after.plan(PlanChoices.none()))).contains("target-table-not-looked-at");
        }
    }

    private Plan plan(String target, String... source) {
        database.execute(target);
        try (var connection = database.connect()) {
            return SqliteFile.create(directory, source)
                    .plan(PlanOptions.existing(TargetSchema.read(connection, "public")));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> codes(Plan plan) {
        return plan.findings().stream().map(Finding::code).toList();
    }
}
