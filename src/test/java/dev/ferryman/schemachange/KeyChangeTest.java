package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.PrimaryAndStandby;
import dev.ferryman.testing.ShopWriter;
import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * Keys become UUIDs while an application writes. With {@code -Dkey-change.rows=1000000} on tables of that size; by default
 * on small ones.
 */
class KeyChangeTest {
    private static final int ROWS = Integer.getInteger("key-change.rows", 20_000);
    /** Where it is not the number of rows that matters. */
    private static final int FEW = 200;
    private static final KeyChangeOptions QUICK = new KeyChangeOptions(Duration.ofMillis(500), Duration.ofMinutes(2),
            256,
            Duration.ofMillis(1), 0);

    abstract static class Contract {
        private final TestPostgres.Database database;

        Contract(TestPostgres server) {
            database = server.freshDatabase();
        }

        @AfterEach
        void drop() {
            database.close();
        }

        @Test
        void every_key_becomes_a_uuid_while_a_writer_never_stops_and_nothing_is_lost() throws Exception {
            ShopWriter.shop(database, ROWS);
            String before = shape();
            try (var writer = new ShopWriter(database, 3)) {
                goesOn(writer);
                KeyChange change = change(1);
                change.expand(plan(change));
                goesOn(writer);
                long filled = change.backfill();
                assertThat(filled).isGreaterThanOrEqualTo(4L * ROWS);
                goesOn(writer);
                change.constrain();
                goesOn(writer);
                assertThat(change.verify()).isEmpty();
                assertThat(change.stage()).isEqualTo(KeyChangeStage.CONSTRAINED);
                change.switchOver();
                goesOn(writer);
                assertThat(database.scalar("SELECT pg_typeof(id)::text FROM orders LIMIT 1")).isEqualTo("uuid");
                assertThat(change.verify()).isEmpty();
                change.drop();
                goesOn(writer);
                change.forget();
                assertThat(writer.stopAndCompare()).isEmpty();
                assertThat(writer.errors()).isEmpty();
                report("there", writer);
            }
            assertThat(shape()).as("the same keys, indexes and constraints, on UUIDs")
                    .isEqualTo(before.replace("bigint", "uuid"));
            assertThat(database.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
        }

        @Test
        void it_is_taken_back_after_the_switch_with_everything_that_was_written_since() throws Exception {
            ShopWriter.shop(database, ROWS);
            String before = shape();
            try (var writer = new ShopWriter(database, 3)) {
                KeyChange change = change(1);
                toTheSwitch(change);
                goesOn(writer);
                change.undo(true);
                goesOn(writer);
                assertThat(change.stage()).isEqualTo(KeyChangeStage.BACKFILLED);
                assertThat(change.verify()).isEmpty();
                change.constrain();
                change.switchOver();
                goesOn(writer);
                change.undo(false);
                goesOn(writer);
                assertThat(writer.stopAndCompare()).isEmpty();
                assertThat(writer.errors()).isEmpty();
                report("there, back, there, back", writer);
            }
            assertThat(shape()).isEqualTo(before);
            assertThat(database.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
        }

        @Test
        void it_is_taken_back_from_every_stage_before_the_switch() throws Exception {
            ShopWriter.shop(database, ROWS);
            String before = shape();
            for (int stages = 1; stages <= 3; stages++) {
                KeyChange change = change(stages);
                change.expand(plan(change));
                if (stages > 1) {
                    change.backfill();
                }
                if (stages > 2) {
                    change.constrain();
                }
                change.undo(false);
                assertThat(shape()).isEqualTo(before);
                assertThat(change.stage()).isEqualTo(KeyChangeStage.NONE);
            }
        }

        @Test
        void a_backfill_that_was_cut_off_goes_on_at_its_page() throws Exception {
            ShopWriter.shop(database, ROWS);
            KeyChange first = change(1, stopAfter(5));
            first.expand(plan(first));
            assertThatThrownBy(first::backfill).hasMessage("cut off");
            long done = Long.parseLong(String.valueOf(database.scalar(
                    "SELECT (SELECT count(id_uuid) FROM customers) + (SELECT count(id_uuid) FROM orders)"
                            + " + (SELECT count(id_uuid) FROM profiles)")));
            assertThat(done).isPositive();

            KeyChange second = change(2);
            second.backfill();
            assertThat(second.verify()).isEmpty();
            assertThatThrownBy(() -> change(1).undo(false)).hasMessageContaining("taken this step over");
        }

        @Test
        void the_applications_own_triggers_do_not_fire_for_what_is_filled_or_are_named() throws Exception {
            ShopWriter.shop(database, FEW);
            database.execute("""
                             CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
                             'BEGIN NEW.v := -1; RETURN NEW; END';
                             CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()""");
            var told = new CopyOnWriteArrayList<String>();
            KeyChangeListener listener = new Quiet() {
                @Override
                public void output(String line) {
                    told.add(line);
                }
            };
            KeyChange change = change(1, listener);
            change.expand(plan(change));
            change.backfill();
            assertThat(change.verify()).isEmpty();
            assertThat(database.scalar("SELECT count(*) FROM orders WHERE v = -1")).isEqualTo("0");
            assertThat(told).noneMatch(line -> line.contains("touch"));
            change.undo(false);

            String role = "plain_" + database.name();
            database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'plain'");
            var plain = PostgresTarget.parse(database.url().replace(TestPostgres.USER + ":" + TestPostgres.PASSWORD,
                    role + ":plain"), null);
            new KeyChange(plain, "uuid", 1, QUICK, listener).plan("public", List.of(), 4);
            assertThat(told).anyMatch(line -> line.contains("public.orders, and its trigger touch will fire"));
        }

        @Test
        void rows_that_moved_or_lost_their_uuid_while_a_backfill_was_cut_off_are_filled() throws Exception {
            ShopWriter.shop(database, FEW);
            KeyChange change = change(1);
            change.expand(plan(change));
            database.execute("UPDATE ferryman.key_change SET filling = 'public.orders.customer_id', page = 1000");
            database.execute("VACUUM FULL orders");
            assertThat(change.backfill()).isPositive();
            assertThat(change.verify()).isEmpty();
            change.constrain();
            assertThat(change.stage()).isEqualTo(KeyChangeStage.CONSTRAINED);
        }

        @Test
        void who_has_lost_the_step_while_he_waited_for_locks_begins_nothing() throws Exception {
            ShopWriter.shop(database, FEW);
            try (var holder = database.connect(); var statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE");
                KeyChange change = change(1, stopAfter(1));
                assertThatThrownBy(() -> change.expand(plan(change))).hasMessage("cut off");
            }
            assertThat(change(1).stage()).isEqualTo(KeyChangeStage.NONE);
        }

        @Test
        void no_stage_passes_before_the_one_it_rests_on() throws Exception {
            ShopWriter.shop(database, FEW);
            KeyChange change = change(1);
            assertThatThrownBy(change::backfill).hasMessageContaining("was not begun");
            change.expand(plan(change));
            assertThatThrownBy(change::constrain).hasMessageContaining("both columns are written");
            assertThatThrownBy(change::switchOver).hasMessageContaining("both columns are written");
            assertThatThrownBy(change::drop).hasMessageContaining("both columns are written");
        }

        @Test
        void what_others_have_changed_since_the_plan_holds_the_switch_and_is_named() throws Exception {
            ShopWriter.shop(database, FEW);
            database.execute("CREATE INDEX by_hash ON orders USING hash (customer_id)");
            KeyChange change = change(1);
            change.expand(plan(change));
            change.backfill();
            change.constrain();
            held(change, "CREATE VIEW numbers AS SELECT id FROM orders", "view numbers (id) has come",
                    "DROP VIEW numbers");
            held(change, "CREATE INDEX later ON orders (customer_id, v)", "the index later", "DROP INDEX later");
            held(change, "CREATE TABLE notes (o bigint CONSTRAINT noted REFERENCES orders (id))",
                    "the foreign key noted of public.notes has come", "DROP TABLE notes");
            held(change, "DROP INDEX by_hash", "the index by_hash (hash, customer_id, PLAIN) of public.orders has gone",
                    "CREATE INDEX by_hash ON orders USING hash (customer_id)");
            change.switchOver();
            assertThat(method()).isEqualTo("hash");
            change.undo(false);
            assertThat(method()).isEqualTo("hash");
        }

        private void held(KeyChange change, String ddl, String named, String back) throws Exception {
            database.execute(ddl);
            assertThatThrownBy(change::switchOver).as(ddl).hasMessageContaining(named);
            assertThat(change.stage()).isEqualTo(KeyChangeStage.CONSTRAINED);
            database.execute(back);
        }

        private String method() {
            return String.valueOf(database.scalar("SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
                    + " WHERE relname = 'by_hash'"));
        }

        @Test
        void a_process_that_was_overtaken_fills_no_row() throws Exception {
            ShopWriter.shop(database, FEW);
            KeyChange overtaken = change(1);
            overtaken.expand(plan(overtaken));
            database.execute("UPDATE ferryman.key_change SET generation = 2");
            assertThatThrownBy(overtaken::backfill).hasMessageContaining("taken this step over");
            assertThat(database.scalar("SELECT count(id_uuid) FROM customers")).isEqualTo("0");
        }

        @Test
        void a_lock_that_is_not_to_be_had_leaves_everything_as_it_was_and_names_who_holds_it() throws Exception {
            ShopWriter.shop(database, ROWS);
            try (var holder = database.connect(); var statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE");
                Thread.sleep(1100);
                var impatient = new KeyChange(target(), "uuid", 1, new KeyChangeOptions(Duration.ofMillis(100),
                        Duration.ofMillis(200), 128, Duration.ZERO, 0), new Quiet());
                assertThatThrownBy(() -> impatient.expand(plan(impatient)))
                        .isInstanceOf(SchemaChangeFailedException.class).hasMessageContaining("were not to be had")
                        .hasMessageContaining("Longest transactions");
                assertThat(database
                        .scalar("SELECT count(*) FROM information_schema.columns WHERE column_name = 'id_uuid'"))
                        .isEqualTo("0");
                holder.rollback();
                impatient.expand(plan(impatient));
                assertThat(impatient.stage()).isEqualTo(KeyChangeStage.EXPANDED);
            }
        }

        @Test
        void what_would_go_on_with_the_old_values_is_named_before_anything_is_touched() {
            ShopWriter.shop(database, ROWS);
            database.execute("CREATE VIEW big AS SELECT id FROM orders WHERE v > 500");
            assertThatThrownBy(() -> plan(change(1))).isInstanceOf(BadInputException.class)
                    .hasMessageContaining("view big").hasMessageContaining("orders");
            database.execute("DROP VIEW big; CREATE INDEX half ON orders (customer_id) WHERE v > 500");
            assertThatThrownBy(() -> plan(change(1))).hasMessageContaining("The index half");
            database.execute("DROP INDEX half;"
                    + " ALTER TABLE orders ADD CONSTRAINT late UNIQUE (customer_id, code) DEFERRABLE");
            assertThatThrownBy(() -> plan(change(1))).hasMessageContaining("The index late")
                    .hasMessageContaining("DEFERRABLE");
            database.execute("ALTER TABLE orders DROP CONSTRAINT late;"
                    + " CREATE INDEX patterns ON orders (customer_id, code text_pattern_ops)");
            assertThatThrownBy(() -> plan(change(1))).hasMessageContaining("The index patterns");
            assertThatThrownBy(() -> change(1).plan("public", List.of("nothing"), 4)).hasMessageContaining("nothing");
            database.execute("CREATE TABLE named (name text PRIMARY KEY)");
            assertThatThrownBy(() -> change(1).plan("public", List.of("named"), 4))
                    .hasMessageContaining("of type text");
        }

        @Test
        void a_name_that_it_would_need_and_somebody_else_has_is_named_before_anything_is_touched() {
            ShopWriter.shop(database, FEW);
            database.execute("CREATE UNIQUE INDEX orders_pkey_old ON orders (code)");
            assertThatThrownBy(() -> plan(change(1))).isInstanceOf(BadInputException.class)
                    .hasMessageContaining("orders_pkey_old, which is taken");
            database.execute(
                    "DROP INDEX orders_pkey_old; ALTER TABLE orders ADD CONSTRAINT id_uuid_filled CHECK (v >= 0)");
            assertThatThrownBy(() -> plan(change(1))).hasMessageContaining("id_uuid_filled, which is taken");
        }

        @Test
        void names_that_differ_at_their_end_only_and_are_long_stay_apart() throws Exception {
            String table = "the_orders_of_the_customers_of_the_branch_in_";
            for (String town : List.of("aachen", "bremen")) {
                database.execute("CREATE TABLE " + table + town + " (id bigserial PRIMARY KEY, " + town + " int)");
                database.execute("INSERT INTO " + table + town + " (" + town + ") SELECT generate_series(1, 5)");
                for (String index : List.of("one", "two")) {
                    database.execute(
                            "CREATE INDEX the_index_of_the_orders_of_the_customers_by_number_of_" + town + index
                                    + " ON " + table + town + " (" + town + ", id)");
                }
            }
            String before = shape();
            KeyChange change = change(1);
            toTheSwitch(change);
            for (String town : List.of("aachen", "bremen")) {
                database.execute("INSERT INTO " + table + town + " (" + town + ") VALUES (6)");
            }
            assertThat(change.verify()).isEmpty();
            change.undo(false);
            assertThat(shape()).isEqualTo(before);
        }

        @Test
        void an_index_whose_build_was_cut_off_is_built_anew() throws Exception {
            ShopWriter.shop(database, FEW);
            KeyChange change = change(1);
            change.expand(plan(change));
            change.backfill();
            try (var begun = new BegunIndex(database)) {
                begun.cancel();
            }
            change.constrain();
            change.switchOver();
            assertThat(database.scalar("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).isEqualTo("0");
            change.undo(false);
        }

        @Test
        void an_index_that_the_server_still_builds_for_a_process_that_died_is_waited_for() throws Exception {
            ShopWriter.shop(database, FEW);
            var waits = new CountDownLatch(1);
            KeyChange change = change(2, new Quiet() {
                @Override
                public void output(String line) {
                    if (line.contains("being built already")) {
                        waits.countDown();
                    }
                }
            });
            change.expand(plan(change));
            change.backfill();
            var constrained = new FutureTask<>(() -> {
                change.constrain();
                return change.stage();
            });
            try (var begun = new BegunIndex(database)) {
                Thread.ofPlatform().start(constrained);
                assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();
                begun.end();
                assertThat(constrained.get()).isEqualTo(KeyChangeStage.CONSTRAINED);
                assertThat(BegunIndex.oid(database)).isEqualTo(begun.oid);
            }
        }

        private void toTheSwitch(KeyChange change) throws InterruptedException {
            change.expand(plan(change));
            change.backfill();
            change.constrain();
            change.switchOver();
        }

        private KeyChangePlan plan(KeyChange change) throws InterruptedException {
            return change.plan("public", List.of(), 4);
        }

        private KeyChange change(long generation) {
            return change(generation, new Quiet());
        }

        private KeyChange change(long generation, KeyChangeListener listener) {
            return new KeyChange(target(), "uuid", generation, QUICK, listener);
        }

        private PostgresTarget target() {
            return PostgresTarget.parse(database.urlWithoutPassword(), Secret.of(TestPostgres.PASSWORD));
        }

        /** Columns, constraints and indexes in words. */
        private String shape() {
            return String.valueOf(database.scalar(
                    """
                    SELECT string_agg(line, chr(10) ORDER BY line) FROM (
                        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated AS line
                            FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
                        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                        UNION ALL SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                            FROM information_schema.columns WHERE table_schema = 'public'
                        UNION ALL SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal) x"""));
        }

        private static void goesOn(ShopWriter writer) {
            long before = writer.acknowledged();
            await().atMost(Duration.ofSeconds(30)).until(() -> writer.acknowledged() > before + 100);
        }

        private static void report(String what, ShopWriter writer) {
            System.out.printf(
                    "Key change of 3 x %,d rows, %s: %,d writes acknowledged, longest wait %d ms, none lost%n",
                    ROWS, what, writer.acknowledged(), writer.longest().toMillis());
        }
    }

    /** The first index of a change of keys, whose build does not come to its end before a writer does. */
    private static final class BegunIndex implements AutoCloseable {
        private static final String NAME = "customers_pkey_uuid";
        private final Connection writer;
        private final Connection builder;
        private final FutureTask<Boolean> building;
        private final @Nullable String oid;

        BegunIndex(TestPostgres.Database database) throws SQLException {
            writer = database.connect();
            writer.setAutoCommit(false);
            execute(writer, "UPDATE customers SET v = v WHERE code = 'p1'");
            builder = database.connect();
            building = new FutureTask<>(
                    () -> execute(builder, "CREATE UNIQUE INDEX CONCURRENTLY " + NAME + " ON customers (id_uuid)"));
            Thread.ofPlatform().start(building);
            await().atMost(Duration.ofSeconds(20)).until(() -> oid(database) != null);
            oid = oid(database);
        }

        static @Nullable String oid(TestPostgres.Database database) {
            return database.scalar("SELECT to_regclass('" + NAME + "')::oid");
        }

        private static boolean execute(Connection connection, String sql) throws SQLException {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        }

        void cancel() throws SQLException {
            builder.unwrap(PGConnection.class).cancelQuery();
            assertThatThrownBy(building::get).hasMessageContaining("canceling statement");
        }

        void end() throws Exception {
            writer.rollback();
            building.get();
        }

        @Override
        public void close() throws SQLException {
            writer.close();
            builder.close();
        }
    }

    private static class Quiet implements KeyChangeListener {
        @Override
        public void output(String line) {}

        @Override
        public void filled(String column, long pages, long of) {}

        @Override
        public void ensureOwner() {}
    }

    private static KeyChangeListener stopAfter(int ranges) {
        AtomicInteger left = new AtomicInteger(ranges);
        return new Quiet() {
            @Override
            public void ensureOwner() {
                if (left.getAndDecrement() == 0) {
                    throw new IllegalStateException("cut off");
                }
            }
        };
    }

    @Nested
    class OnTheNewest extends Contract {
        OnTheNewest() {
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
    void the_backfill_says_which_standby_it_waits_for_and_goes_on_once_that_is_near() throws Exception {
        try (var servers = PrimaryAndStandby.start()) {
            servers.execute("CREATE TABLE notes (id bigint PRIMARY KEY, body text);"
                    + "INSERT INTO notes SELECT n, repeat('x', 500) FROM generate_series(1, 3000) n");
            var told = new CopyOnWriteArrayList<String>();
            KeyChangeListener listener = new Quiet() {
                @Override
                public void output(String line) {
                    told.add(line);
                }

                @Override
                public void waitsFor(String standby, long behind) {
                    told.add(standby + (behind > 0 ? " is behind" : " is near"));
                }
            };
            var close = new KeyChangeOptions(Duration.ofMillis(500), Duration.ofMinutes(2), 10, Duration.ofMillis(1),
                    100_000);
            var change = new KeyChange(PostgresTarget.parse(servers.primaryUrl(), Secret.of(TestPostgres.PASSWORD)),
                    "uuid", 1, close, listener);
            change.expand(change.plan("public", List.of(), 4));
            PostgresTarget standby = PostgresTarget.parse(servers.standbyUrl(), Secret.of(TestPostgres.PASSWORD));
            run(standby, "SELECT pg_wal_replay_pause()");
            var filled = new FutureTask<>(change::backfill);
            Thread.ofPlatform().start(filled);
            await().atMost(Duration.ofSeconds(30)).until(() -> told.contains("standby is behind"));
            assertThat(told).anyMatch(line -> line.startsWith("The standby standby is "));
            run(standby, "SELECT pg_wal_replay_resume()");
            assertThat(filled.get(60, TimeUnit.SECONDS)).isEqualTo(3000);
            assertThat(told).contains("standby is near");
        }
    }

    private static void run(PostgresTarget target, String sql) throws SQLException {
        try (Connection connection = target.connect(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
