package dev.ferryman.schemachange;

import static dev.ferryman.schemachange.Observation.Weight.NOTE;
import static dev.ferryman.schemachange.Observation.Weight.WARNING;
import static dev.ferryman.schemachange.Observation.Weight.WRONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.SchemaChecks.RowRule;
import dev.ferryman.schemachange.StatementFigures.Statement;
import dev.ferryman.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is wrong in a changed database is found, with the rows it is about. */
class ChangedSchemaTest {
    abstract static class Contract {
        private final TestPostgres.Database database;
        private final PostgresTarget target;

        Contract(TestPostgres server) {
            database = server.freshDatabase();
            target = PostgresTarget.parse(database.url(), null);
            database.execute("""
                             CREATE TABLE customers (id text PRIMARY KEY);
                             CREATE TABLE orders (region int, number int, "Customer" text, PRIMARY KEY (region, number),
                                 CONSTRAINT who FOREIGN KEY ("Customer") REFERENCES customers);
                             INSERT INTO customers VALUES ('0b8f2f0e-3c52-4d6b-9c1e-7f2f6a7c9a01');
                             INSERT INTO orders VALUES (1, 1, '0b8f2f0e-3c52-4d6b-9c1e-7f2f6a7c9a01'), (1, 2, NULL);
                             """);
        }

        @AfterEach
        void drop() {
            database.close();
        }

        @Test
        void values_that_are_no_uuids_or_of_another_version_are_named_with_their_keys() throws Exception {
            database.execute("INSERT INTO customers VALUES ('0b8f2f0e-3c52-7d6b-9c1e-7f2f6a7c9a01'), ('42')");
            var checks = new DataChecks(target);
            assertThat(checks.uuids(List.of(UuidColumn.parse("customers.id:4"), UuidColumn.parse("public.customers.id"),
                    UuidColumn.parse("orders.Customer:4"), UuidColumn.parse("orders.gone"))))
                    .extracting(Observation::weight, Observation::words).containsExactly(
                            tuple(WRONG, "2 values are not a UUID of version 4 in customers.id: "
                                    + "0b8f2f0e-3c52-7d6b-9c1e-7f2f6a7c9a01: 0b8f2f0e-3c52-7d6b-9c1e-7f2f6a7c9a01; 42: 42."),
                            tuple(WRONG, "1 value is not a UUID in public.customers.id: 42: 42."),
                            tuple(NOTE, "Every value of orders.Customer is a UUID of version 4."),
                            tuple(WRONG, "There is no column orders.gone."));
            database.execute("ALTER TABLE customers ADD ticket uuid; CREATE TABLE empty (id uuid)");
            assertThat(checks.uuids(List.of(UuidColumn.parse("customers.ticket"), UuidColumn.parse("empty.id"))))
                    .extracting(Observation::weight, Observation::words).containsExactly(
                            tuple(WARNING, "No row of customers has a value in customers.ticket."),
                            tuple(NOTE, "Every value of empty.id is a UUID: there is no row."));
        }

        @Test
        void rows_that_lead_nowhere_are_found_though_the_foreign_key_is_believed_valid() throws Exception {
            var checks = new DataChecks(target);
            assertThat(checks.references()).extracting(Observation::weight).containsExactly(NOTE);
            database.execute("SET session_replication_role = replica; INSERT INTO orders VALUES (2, 7, 'nobody')");
            assertThat(checks.references()).extracting(Observation::words).containsExactly(
                    "1 row leads from orders to no row of customers by who: 2, 7: nobody.");
        }

        @Test
        void indexes_that_are_invalid_twice_there_or_never_used_and_constraints_not_validated_are_told_apart()
                throws Exception {
            SchemaSnapshot before = SchemaSnapshot.read(target);
            database.execute("CREATE INDEX once ON orders (number); CREATE INDEX twice ON orders (number);"
                    + "ALTER TABLE orders ADD CONSTRAINT positive CHECK (number > 0) NOT VALID;"
                    + "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'twice'::regclass");
            SchemaSnapshot now = SchemaSnapshot.read(target);
            assertThat(new DataChecks(target).indexes()).allMatch(each -> each.weight() == WARNING)
                    .extracting(Observation::words)
                    .anyMatch(words -> words.startsWith("The indexes once and twice of orders are the same"))
                    .anyMatch(words -> words.startsWith("The index once of orders") && words.contains("never used"));
            assertThat(SchemaChecks.validity(before, null, now)).hasSize(2)
                    .allMatch(each -> each.weight() == WRONG).extracting(Observation::words)
                    .anyMatch(words -> words.startsWith("The index public.twice is invalid"))
                    .anyMatch(words -> words.startsWith("The constraint public.orders.positive is NOT VALID"));
            assertThat(SchemaChecks.validity(now, null, now)).allMatch(each -> each.weight() == NOTE);
            assertThat(SchemaChecks.validity(before, now, now)).allMatch(each -> each.weight() == WARNING);
            assertThat(SchemaChecks.schema(before, now, now)).isEmpty();
            assertThat(SchemaChecks.schema(before, before, now)).hasSize(3).allMatch(each -> each.weight() == WRONG);
        }

        @Test
        void slow_statements_are_told_where_the_extension_is_missing() {
            StatementFigures figures = StatementFigures.read(target);
            assertThat(figures.available()).isFalse();
            assertThat(figures.since(figures, Duration.ofSeconds(1))).singleElement()
                    .satisfies(each -> assertThat(each.words()).startsWith("pg_stat_statements is not there"));
        }
    }

    @Nested
    class OnNewest extends Contract {
        OnNewest() {
            super(TestPostgres.newest());
        }
    }

    @Nested
    class OnFifteen extends Contract {
        OnFifteen() {
            super(TestPostgres.fifteen());
        }
    }

    @Test
    void numbers_of_rows_are_held_to_the_rule_and_books_of_tools_do_not_count() {
        var before = new TreeMap<>(
                Map.of("public.a", 5L, "public.b", 5L, "public.gone", 1L, "public.alembic_version", 1L));
        var now = new TreeMap<>(Map.of("public.a", 6L, "public.b", 4L, "public.alembic_version", 2L, "ferryman.x", 9L));
        assertThat(SchemaChecks.rows(before, now, RowRule.SAME, null)).hasSize(3)
                .allMatch(each -> each.weight() == WRONG);
        assertThat(SchemaChecks.rows(before, now, RowRule.NOT_FEWER, null)).filteredOn(each -> each.weight() == WRONG)
                .extracting(Observation::words).containsExactly("The table public.b has 4 rows, before it had 5 rows.",
                        "The table public.gone with its 1 row is gone.");
        assertThat(SchemaChecks.rows(before, now, RowRule.ANY, new SchemaSnapshot(new TreeMap<>())))
                .allMatch(each -> each.weight() == NOTE);
    }

    @Test
    void statements_are_judged_by_what_they_took_since_before() {
        var before = new StatementFigures(true, "", Map.of("1", new Statement("SELECT 1", 10, 50_000), "2",
                new Statement("SELECT 2", 10, 100)));
        var after = new StatementFigures(true, "", Map.of("1", new Statement("SELECT 1", 20, 51_000), "2",
                new Statement("SELECT 2", 12, 6_100), "3", new Statement("SELECT 3", 2, 3_000)));
        assertThat(after.since(before, Duration.ofSeconds(1))).extracting(Observation::words).containsExactly(
                "A statement takes 3,000 ms on average (2 calls, before 10 ms): SELECT 2",
                "A statement takes 1,500 ms on average (2 calls, new): SELECT 3");
    }

    @Test
    void what_names_no_column_is_refused() {
        assertThatThrownBy(() -> UuidColumn.parse("orders")).isInstanceOf(BadInputException.class);
        assertThat(UuidColumn.parse("shop.orders.id:7")).isEqualTo(new UuidColumn("shop.orders", "id", 7));
    }
}
