package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.schema.Decision.Kind;
import dev.ferryman.schema.internal.PgTypes;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not fit is asked about; what a person chooses is what the plan does. */
class ChoicesTest {
    private static final String[] PEOPLE = {"PRAGMA ignore_check_constraints = 1",
            "CREATE TABLE people(id INTEGER PRIMARY KEY, age INTEGER, name VARCHAR(5) NOT NULL, seen DATETIME)",
            "CREATE TABLE pets(id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id), CHECK (owner <> 3))",
            "INSERT INTO people VALUES (1, 30, 'Ada', '2024-01-01 10:00:00'), (2, '', 'Bob', '2024-01-02 10:00:00'),"
                    + " (3, 'old', 'Cleopatra', '2024-01-03 10:00:00')",
            "INSERT INTO pets VALUES (1, 1), (2, 3), (3, 99)"};

    @TempDir
    Path directory;

    @Test
    void what_does_not_fit_is_asked_with_options_counts_and_keys() {
        var decision = decision(planOf("", PEOPLE), Kind.VALUES, "age");
        assertThat(decision.message()).isEqualTo(
                "The column is declared INTEGER, which is bigint and takes integers; the source holds other values too.");
        assertThat(decision.count()).isEqualTo(2);
        assertThat(decision.exampleKeys()).containsExactly("id=2", "id=3");
        assertThat(decision.options()).extracting(Decision.Option::choice).containsExactly(Choice.WIDEN,
                Choice.QUARANTINE, Choice.SKIP, Choice.FAIL);
        assertThat(decision.recommended()).isEqualTo(Choice.WIDEN);
        assertThat(decision.chosen()).isEqualTo(Choice.WIDEN);
        assertThat(decision.explicit()).isFalse();
    }

    @Test
    void quarantine_keeps_the_declared_type_and_names_the_rule() {
        var plan = planOf("{people: {columns: {age: {values: quarantine}}}}", PEOPLE);
        assertThat(plan.possible()).isTrue();
        assertThat(type(plan, "people", "age")).isEqualTo("bigint");
        assertThat(table(plan, "people").quarantine()).extracting(QuarantineRule::kind, QuarantineRule::columns)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(QuarantineRule.Kind.VALUES, List.of("age")));
        assertThat(codes(plan)).contains("values-to-quarantine");
    }

    @Test
    void children_of_quarantined_rows_go_with_them_where_the_foreign_key_holds() {
        var with = planOf("{people: {columns: {age: {values: quarantine}}},"
                + " pets: {constraints: {'(owner) REFERENCES people (id)': quarantine}}}", PEOPLE);
        assertThat(table(with, "pets").quarantine()).extracting(QuarantineRule::kind)
                .containsExactly(QuarantineRule.Kind.ORPHANS);
        assertThat(table(with, "pets").afterLoad()).extracting(AfterLoad::kind)
                .contains(AfterLoad.Kind.VALIDATE_FOREIGN_KEY);
        // Where it stays NOT VALID anyway, they may stay.
        var without = planOf("{people: {columns: {age: {values: quarantine}}}}", PEOPLE);
        assertThat(table(without, "pets").quarantine()).isEmpty();
        assertThat(table(without, "pets").afterLoad()).extracting(AfterLoad::kind)
                .doesNotContain(AfterLoad.Kind.VALIDATE_FOREIGN_KEY);
    }

    @Test
    void a_parent_table_with_quarantine_takes_clean_children_along() {
        var plan = planOf("{people: {columns: {age: {values: quarantine}}}}", PEOPLE[0], PEOPLE[1], PEOPLE[2],
                PEOPLE[3],
                "INSERT INTO pets VALUES (1, 1), (2, 3)");
        assertThat(table(plan, "pets").quarantine()).extracting(QuarantineRule::parent).containsExactly("people");
        assertThat(codes(plan)).contains("children-to-quarantine");
    }

    @Test
    void empty_texts_become_null_where_that_makes_all_values_fit() {
        var plan = planOf("{t: {columns: {n: {values: convert}}}}", "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO t VALUES (1, 1), (2, ''), (3, NULL)");
        assertThat(plan.possible()).isTrue();
        assertThat(type(plan, "t", "n")).isEqualTo("bigint");
        assertThat(column(plan, "t", "n").emptyAsNull()).isTrue();
    }

    @Test
    void epoch_numbers_become_moments_by_choice() {
        var plan = planOf("{t: {columns: {at: {values: convert}}}}",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, at DATETIME)", "INSERT INTO t VALUES (1, 1700000000)");
        assertThat(type(plan, "t", "at")).isEqualTo("timestamp");
        assertThat(column(plan, "t", "at").conversion()).isEqualTo(Conversion.EPOCH_SECONDS);
    }

    @Test
    void a_skipped_column_and_an_excluded_table_stay_behind_and_are_named() {
        var plan = planOf("{people: {columns: {age: {values: skip}, seen: {exclude: true}}}, pets: {exclude: true}}",
                PEOPLE);
        assertThat(plan.tables()).extracting(TablePlan::source).containsExactly("people");
        assertThat(plan.tables().getFirst().columns()).extracting(ColumnPlan::source).containsExactly("id", "name");
        assertThat(codes(plan)).contains("table-left-out").filteredOn("column-left-out"::equals).hasSize(2);
    }

    @Test
    void a_key_cannot_stay_behind() {
        var plan = planOf("{people: {columns: {id: {exclude: true}}}}", PEOPLE);
        assertThat(plan.possible()).isFalse();
        assertThat(codes(plan)).contains("column-needed");
    }

    @Test
    void constraints_give_way_to_broken_rows_or_the_rows_give_way_to_them() {
        var plan = planOf("{pets: {constraints: {'owner <> 3': quarantine, '(owner) REFERENCES people (id)': skip}}}",
                PEOPLE);
        assertThat(table(plan, "pets").quarantine()).extracting(QuarantineRule::condition)
                .containsExactly("owner <> 3");
        assertThat(table(plan, "pets").afterLoad()).extracting(AfterLoad::sql)
                .anyMatch(sql -> sql.contains("CHECK") && !sql.contains("NOT VALID"))
                .noneMatch(sql -> sql.contains("FOREIGN KEY"));
    }

    @Test
    void a_type_chosen_by_a_person_is_taken_where_it_fits_and_asked_about_where_not() {
        var plan = planOf("{people: {columns: {id: {type: integer}, name: {type: text}, seen: {type: 'timestamptz'}}}}",
                PEOPLE);
        assertThat(List.of(type(plan, "people", "id"), type(plan, "people", "name"), type(plan, "people", "seen")))
                .containsExactly("integer", "text", "timestamptz");
        assertThat(table(plan, "people").createSql()).contains("\"id\" integer NOT NULL GENERATED BY DEFAULT");
        var narrow = planOf("{people: {columns: {name: {type: varchar(4)}}}}", PEOPLE);
        assertThat(narrow.possible()).as("nobody has said what becomes of the long name").isFalse();
        assertThat(decision(narrow, Kind.VALUES, "name").recommended()).isEqualTo(Choice.QUARANTINE);
    }

    @Test
    void citext_brings_its_extension() {
        var plan = planOf("{people: {columns: {name: {type: citext}}}}", PEOPLE);
        assertThat(plan.preamble()).containsExactly("CREATE EXTENSION IF NOT EXISTS citext");
    }

    @Test
    void a_null_where_none_may_be_widens_or_goes_to_quarantine() {
        String[] source = {"CREATE TABLE t(k TEXT PRIMARY KEY, v)", "INSERT INTO t VALUES (NULL, 1), ('a', 2)"};
        assertThat(table(planOf("", source), "t").key().present()).isFalse();
        var plan = planOf("{t: {columns: {k: {nulls: quarantine}}}}", source);
        assertThat(table(plan, "t").key().columns()).containsExactly("k");
        assertThat(column(plan, "t", "k").notNull()).isTrue();
        assertThat(table(plan, "t").afterLoad()).extracting(AfterLoad::kind).contains(AfterLoad.Kind.PRIMARY_KEY);
    }

    @Test
    void a_choice_that_is_not_offered_forbids_the_copy_and_says_what_is() {
        var plan = planOf("{people: {columns: {age: {values: convert}}}}", PEOPLE);
        assertThat(plan.possible()).isFalse();
        assertThat(plan.findings().getFirst().message())
                .startsWith("The choice convert is not possible here, only widen, quarantine, skip, fail:");
    }

    @Test
    void names_follow_the_policy_and_collisions_are_told() {
        String[] source = {
                "CREATE TABLE [Order Details](OrderID INTEGER PRIMARY KEY, unitPrice REAL, [Unit Price] REAL)",
                "CREATE INDEX ByPrice ON [Order Details](unitPrice)"};
        var snake = planOf("names: snake", source).tables().getFirst();
        assertThat(snake.target()).isEqualTo("order_details");
        assertThat(snake.columns()).extracting(ColumnPlan::target).containsExactly("order_id", "unit_price",
                "unit_price_2");
        assertThat(snake.afterLoad()).extracting(AfterLoad::name).containsExactly("order_details_pkey", "by_price");
        var lower = planOf("names: lower", source).tables().getFirst();
        assertThat(lower.columns()).extracting(ColumnPlan::target).containsExactly("orderid", "unitprice",
                "unit price");
    }

    @Test
    void an_existing_target_is_asked_about_rows_values_nulls_and_orphans() throws Exception {
        try (var database = TestPostgres.newest().freshDatabase()) {
            database.execute(
                    "CREATE TABLE people (id int PRIMARY KEY, age int, name varchar(5) NOT NULL, seen timestamp);"
                            + " CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people);"
                            + " INSERT INTO people VALUES (7, 7, 'x', now())");
            var asked = existing(database, "", PEOPLE);
            assertThat(asked.possible()).isFalse();
            assertThat(asked.decisions()).extracting(Decision::kind, Decision::place, Decision::recommended)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(Kind.ROWS, "people", Choice.FAIL),
                            org.assertj.core.groups.Tuple.tuple(Kind.VALUES, "people.age", Choice.QUARANTINE),
                            org.assertj.core.groups.Tuple.tuple(Kind.VALUES, "people.name", Choice.QUARANTINE),
                            org.assertj.core.groups.Tuple.tuple(Kind.FOREIGN_KEY,
                                    "pets (owner) REFERENCES people (id)", Choice.QUARANTINE));
            var chosen = existing(database, "{people: {rows: replace, columns: {age: {values: quarantine},"
                    + " name: {values: quarantine}}}, pets: {constraints: {'(owner) REFERENCES people (id)': quarantine}}}",
                    PEOPLE);
            assertThat(chosen.possible()).isTrue();
            assertThat(table(chosen, "people").replace()).isTrue();
            assertThat(table(chosen, "pets").quarantine()).hasSize(1);
            assertThat(codes(chosen)).contains("rows-replaced");
        }
    }

    @Test
    void the_hash_covers_choices_and_not_who_made_them() {
        var byDefault = planOf("", PEOPLE);
        var explicit = planOf("{people: {columns: {age: {values: widen}}}}", PEOPLE);
        var other = planOf("{people: {columns: {age: {values: quarantine}}}}", PEOPLE);
        assertThat(PlanHash.of(explicit)).isEqualTo(PlanHash.of(byDefault)).isNotEqualTo(PlanHash.of(other));
        assertThat(PlanJson.read(PlanJson.write(other))).isEqualTo(other);
    }

    private Plan planOf(String choices, String... statements) {
        var file = fresh(statements);
        return file.plan(PlanOptions.create().choosing(choices(choices, file)));
    }

    private Plan existing(TestPostgres.Database database, String choices, String... statements) throws SQLException {
        var file = fresh(statements);
        try (var connection = database.connect()) {
            return file.plan(PlanOptions.existing(TargetSchema.read(connection, "public"))
                    .choosing(choices(choices, file)));
        }
    }

    private SqliteFile fresh(String... statements) {
        directory.resolve("source.db").toFile().delete();
        return SqliteFile.create(directory, statements);
    }

    /** Choices in short: the tables only, or any other keys of the file. */
    private static PlanChoices choices(String text, SqliteFile file) {
        var yaml = "version: 1\n" + (text.startsWith("{") ? "tables: " + text : text) + "\n";
        return PlanFile.read(yaml, "plan.yaml", file.schema());
    }

    private static TablePlan table(Plan plan, String name) {
        return plan.tables().stream().filter(table -> table.source().equals(name)).findFirst().orElseThrow();
    }

    private static ColumnPlan column(Plan plan, String table, String name) {
        return table(plan, table).columns().stream().filter(c -> c.source().equals(name)).findFirst().orElseThrow();
    }

    private static String type(Plan plan, String table, String name) {
        return PgTypes.sql(column(plan, table, name).type());
    }

    private static Decision decision(Plan plan, Kind kind, String column) {
        return plan.decisions().stream().filter(d -> d.kind() == kind && column.equals(d.column())).findFirst()
                .orElseThrow();
    }

    private static List<String> codes(Plan plan) {
        return plan.findings().stream().map(Finding::code).toList();
    }
}
