package dev.ferryman.schemachange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Scripts are applied to real servers, with somebody in the way and with processes that die. */
class ApplierTest {
    private static final ApplyOptions OPTIONS = new ApplyOptions(Duration.ofMillis(300), Duration.ofSeconds(20),
            Duration.ofMinutes(1));
    private static final String CHANGE = """
                                         SET search_path = shop;
                                         BEGIN;
                                         ALTER TABLE items ADD COLUMN sold boolean;
                                         INSERT INTO log VALUES ('added ?');
                                         COMMIT;
                                         CREATE INDEX CONCURRENTLY items_name ON items (name);
                                         INSERT INTO log VALUES ('indexed');
                                         """;

    abstract static class Contract {
        private final TestPostgres.Database database;
        final List<String> output = new CopyOnWriteArrayList<>();

        Contract(TestPostgres server) {
            database = server.freshDatabase();
        }

        @BeforeEach
        void tables() {
            database.execute("CREATE SCHEMA shop; CREATE TABLE shop.items (id int PRIMARY KEY, name text);"
                    + "CREATE TABLE shop.log (what text);"
                    + "INSERT INTO shop.items SELECT n, 'item ' || n FROM generate_series(1, 1000) n");
        }

        @AfterEach
        void drop() {
            database.close();
        }

        @Test
        void a_script_is_applied_with_its_transactions_and_never_twice() throws Exception {
            Applied applied = applier(1).apply(script(CHANGE));
            assertThat(applied.statements()).extracting(AppliedStatement::number).containsExactly(1, 3, 4, 6, 7);
            assertThat(applied.of()).isEqualTo(7);

            Applied again = applier(2).apply(script(CHANGE));
            assertThat(again.earlier()).isEqualTo(7);
            assertThat(again.statements()).isEmpty();
            assertThat(log()).isEqualTo("added ?,indexed");
            assertThat(applier(2).stop(Optional.of(script(CHANGE)))).isEqualTo(new Applier.Standing(7, 7));

            applier(2).forget();
            assertThat(database.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
        }

        @Test
        void it_gives_way_to_a_reader_says_who_it_is_and_tries_again() throws Exception {
            try (Connection reader = database.connect(); var statement = reader.createStatement()) {
                statement.execute("SET application_name = 'monthly report'");
                reader.setAutoCommit(false);
                statement.execute("SELECT count(*) FROM shop.items");
                var running = CompletableFuture.supplyAsync(() -> applied(applier(1), CHANGE));
                await().until(() -> output.stream().anyMatch(line -> line.contains("(monthly report, for")));
                assertThat(database.scalar("SELECT count(*) FROM shop.items")).isEqualTo("1000");
                reader.rollback();

                Applied applied = running.get(30, TimeUnit.SECONDS);
                AppliedStatement added = applied.statements().get(1);
                assertThat(added.attempts()).isGreaterThan(1);
                assertThat(added.waited()).isPositive();
                assertThat(log()).isEqualTo("added ?,indexed");
            }
        }

        @Test
        void where_the_lock_is_not_to_be_had_it_says_so_and_goes_on_from_there_later() throws Exception {
            var hasty = new ApplyOptions(Duration.ofMillis(400), Duration.ofSeconds(1), Duration.ofMinutes(1));
            String sql = "INSERT INTO shop.log VALUES ('once'); ALTER TABLE shop.items ADD COLUMN sold boolean;";
            try (Connection reader = database.connect(); var statement = reader.createStatement()) {
                statement.execute("SET application_name = 'monthly report'");
                reader.setAutoCommit(false);
                statement.execute("SELECT count(*) FROM shop.items");
                assertThatThrownBy(() -> applier(1, hasty).apply(script(sql)))
                        .isInstanceOfSatisfying(SchemaChangeFailedException.class, failed -> {
                            assertThat(failed).hasMessageContaining("Statement 2 of 2").hasMessageContaining(
                                    "(monthly report, for");
                            assertThat(failed.next()).contains("up to 1 are done");
                        });
            }
            assertThat(applier(2).apply(script(sql)).earlier()).isEqualTo(1);
            assertThat(log()).isEqualTo("once");
        }

        @Test
        void a_statement_that_is_refused_is_corrected_and_the_rest_goes_on() throws Exception {
            String done = "SET search_path = shop; INSERT INTO log VALUES ('once');";
            assertThatThrownBy(() -> applier(1).apply(script(done + "BEGIN; INSERT INTO log VALUES ('half');"
                    + "ALTER TABLE itms ADD COLUMN sold boolean; COMMIT;"))).hasMessageContaining("Statement 5 of 6")
                    .hasMessageContaining("itms");
            assertThat(log()).isEqualTo("once");
            assertThatThrownBy(() -> applier(1).apply(script("SET search_path = shop; SELECT 1;")))
                    .hasMessageContaining("another version of this script 2 of 6");

            applier(2).apply(script(done + "ALTER TABLE items ADD COLUMN sold boolean;"));
            assertThat(log()).isEqualTo("once");
            assertThat(database.scalar("SELECT count(sold) FROM shop.items")).isEqualTo("0");
        }

        @Test
        void an_index_that_could_not_be_built_leaves_nothing_behind() throws Exception {
            String sql = "CREATE UNIQUE INDEX CONCURRENTLY items_name ON shop.items (name);";
            database.execute("INSERT INTO shop.items VALUES (0, 'item 1')");
            assertThatThrownBy(() -> applier(1).apply(script(sql))).hasMessageContaining("item 1");
            assertThat(database.scalar("SELECT count(*) FROM pg_class WHERE relname = 'items_name'")).isEqualTo("0");

            database.execute("DELETE FROM shop.items WHERE id = 0");
            applier(2).apply(script(sql));
            assertThat(valid()).isEqualTo("t");
        }

        @Test
        void an_index_whose_build_was_cut_off_is_dropped_and_built_again() throws Exception {
            String sql = "CREATE INDEX CONCURRENTLY items_name ON shop.items (name);";
            try (Connection writer = database.connect(); var statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                statement.execute("UPDATE shop.items SET name = name WHERE id = 1");
                var running = CompletableFuture.supplyAsync(() -> applied(applier(1), sql));
                await().until(() -> valid().equals("f"));
                database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index");
                assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS)).hasMessageContaining("terminating");
                writer.rollback();
            }
            assertThat(valid()).isEqualTo("f");
            applier(2).apply(script(sql));
            assertThat(valid()).isEqualTo("t");
        }

        @Test
        void what_is_stopped_while_the_server_works_on_it_does_not_come_after_its_way_back() throws Exception {
            String sql = "SET search_path = shop; CREATE INDEX CONCURRENTLY items_name ON items (name);";
            try (Connection writer = database.connect(); var statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                statement.execute("UPDATE shop.items SET name = name WHERE id = 1");
                var running = CompletableFuture.supplyAsync(() -> applied(applier(1), sql));
                await().until(() -> valid().equals("f"));
                var stopping = CompletableFuture.supplyAsync(() -> stopped(applier(2), sql),
                        task -> Thread.ofPlatform().start(task));
                assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS)).hasMessageContaining("terminating");
                writer.rollback();
                assertThat(stopping.get(30, TimeUnit.SECONDS)).isEqualTo(new Applier.Standing(1, 2));
            }
            assertThat(valid()).as("neither finished later, nor left invalid").isEmpty();
            assertThatThrownBy(() -> applier(1).apply(script(sql))).hasMessageContaining("Another process");
            assertThat(valid()).isEmpty();
        }

        @Test
        void a_process_that_has_written_nothing_down_yet_is_stopped_too() throws Exception {
            assertThat(applier(2).stop(Optional.of(script(CHANGE)))).isEqualTo(new Applier.Standing(0, 7));
            assertThatThrownBy(() -> applier(1).apply(script(CHANGE))).hasMessageContaining("Another process");
            assertThat(applier(3).stop(Optional.empty())).isEqualTo(new Applier.Standing(0, 7));
            assertThat(log()).isEqualTo("null");
        }

        @Test
        void an_older_holder_of_the_lease_does_nothing() throws Exception {
            applier(5).apply(script("INSERT INTO shop.log VALUES ('once');"));
            assertThatThrownBy(() -> applier(4).apply(script(CHANGE))).hasMessageContaining("Another process");
            assertThat(log()).isEqualTo("once");
        }

        @Test
        void an_interrupted_step_ends_its_statement() throws Exception {
            Thread step = Thread.ofPlatform().start(() -> {
                try {
                    applied(applier(1), "SELECT pg_sleep(60);");
                } catch (IllegalStateException e) {
                    output.add(String.valueOf(e.getMessage()));
                }
            });
            await().until(() -> sleeping().equals("1"));
            step.interrupt();
            assertThat(step.join(Duration.ofSeconds(10))).isTrue();
            assertThat(output).contains("interrupted");
            assertThat(sleeping()).isEqualTo("0");
        }

        String url() {
            return database.urlWithoutPassword();
        }

        String sleeping() {
            return scalar("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                    + " AND datname = current_database()");
        }

        private String valid() {
            return scalar("SELECT coalesce((SELECT indisvalid::text FROM pg_index"
                    + " WHERE indexrelid = to_regclass('shop.items_name')), '')").replaceAll("(?<=^.).*", "");
        }

        private String scalar(String sql) {
            return String.valueOf(database.scalar(sql));
        }

        String log() {
            return scalar("SELECT string_agg(what, ',') FROM shop.log");
        }

        Applier applier(long generation) {
            return applier(generation, OPTIONS);
        }

        private Applier applier(long generation, ApplyOptions options) {
            return ApplierTest.applier(database.urlWithoutPassword(), generation, options, output);
        }
    }

    @Nested
    class OnFifteen extends Contract {
        OnFifteen() {
            super(TestPostgres.fifteen());
        }
    }

    @Nested
    class OnNewest extends Contract {
        OnNewest() {
            super(TestPostgres.newest());
        }

        @Test
        void a_process_that_is_killed_in_the_middle_of_a_statement_is_followed_by_one_that_goes_on() throws Exception {
            String sql = "SET search_path = shop; INSERT INTO log VALUES ('once');"
                    + "BEGIN; INSERT INTO log VALUES ('twice'); SELECT pg_sleep(3); COMMIT;";
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp", System.getProperty("java.class.path"), ApplierTest.class.getName(),
                    url(), sql).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            await().atMost(Duration.ofMinutes(1)).until(() -> sleeping().equals("1") || !process.isAlive());
            process.destroyForcibly().waitFor();

            Applied applied = applier(2).apply(script(sql));
            assertThat(applied.earlier()).isEqualTo(2);
            assertThat(output).anyMatch(line -> line.contains("earlier run"));
            assertThat(log()).isEqualTo("once,twice");
        }
    }

    @Test
    void what_could_not_be_run_exactly_once_is_refused_before_anything_is_run() {
        for (String sql : List.of("BEGIN; SELECT 1;", "BEGIN; ROLLBACK;", "SET ROLE boss;", "CREATE DATABASE other;",
                "CREATE INDEX CONCURRENTLY ON t (a);", "BEGIN; COMMIT AND CHAIN;")) {
            assertThatThrownBy(() -> applier("postgresql://nobody@localhost:1/none", 1, OPTIONS,
                    new CopyOnWriteArrayList<>()).apply(script("SELECT 1;\n" + sql))).as(sql)
                    .isInstanceOf(BadInputException.class).hasMessageStartingWith("change.sql:2: ");
        }
    }

    /** Applies a script in a process of its own: address, SQL. */
    public static void main(String[] arguments) {
        applied(applier(arguments[0], 1, OPTIONS, new CopyOnWriteArrayList<>()), arguments[1]);
    }

    private static Applied applied(Applier applier, String sql) {
        try {
            return applier.apply(script(sql));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Applier.Standing stopped(Applier applier, String sql) {
        try {
            return applier.stop(Optional.of(script(sql)));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static SqlScript script(String sql) {
        return new SqlScript("change.sql", sql, Origin.PLAIN);
    }

    private static Applier applier(String url, long generation, ApplyOptions options, List<String> output) {
        return new Applier(PostgresTarget.parse(url, Secret.of(TestPostgres.PASSWORD)), "job", generation, options,
                new ApplyListener() {
                    @Override
                    public void output(String line) {
                        output.add(line);
                    }

                    @Override
                    public void ensureOwner() {
                        // Nobody else is there.
                    }
                });
    }
}
