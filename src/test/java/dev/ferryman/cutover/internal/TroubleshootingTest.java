package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.cutover.Diagnosis.Check;
import dev.ferryman.cutover.Diagnosis.Found;
import dev.ferryman.cutover.DifferenceRow;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each check finds, on a real server, what it is for. */
class TroubleshootingTest {
    private static final String WRONG_PASSWORD = "hunter-two-and-a-half";

    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void a_server_that_lets_us_in_passes_every_check_of_the_connection() {
        List<Check> found = connecting(database.url(), null);
        assertThat(found).allMatch(check -> check.found() == Found.FINE).hasSizeGreaterThanOrEqualTo(4);
        assertThat(found.toString()).contains("as postgres").doesNotContain(TestPostgres.PASSWORD);
    }

    @Test
    void a_wrong_password_and_a_missing_database_are_named_while_the_server_is_found() {
        List<Check> refused = connecting(database.urlWithoutPassword(), Secret.of(WRONG_PASSWORD));
        assertThat(refused).filteredOn(check -> check.found() == Found.WRONG).singleElement()
                .satisfies(check -> assertThat(check.what()).contains("refuses the password"));
        assertThat(refused.toString()).doesNotContain(WRONG_PASSWORD);

        List<Check> missing = connecting(database.url() + "_none", null);
        assertThat(missing.getLast().what()).contains("has no database of that name");
        assertThat(missing.getLast().next()).contains("Create the database");
    }

    @Test
    void a_user_whom_pg_hba_conf_rejects_is_told_so() throws Exception {
        String role = "clerk_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
        Path rules = Path.of(String.valueOf(database.scalar("SHOW hba_file")));
        String before = Files.readString(rules);
        try {
            Files.writeString(rules, "host all " + role + " all reject\n" + before);
            database.execute("SELECT pg_reload_conf()");
            String url = database.url().replace("postgres:" + TestPostgres.PASSWORD, role + ":x");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Check login = connecting(url, null).getLast();
                assertThat(login.found()).isEqualTo(Found.WRONG);
                assertThat(login.what()).contains("does not let this user in", "pg_hba.conf");
                assertThat(login.next()).contains("pg_hba.conf");
            });
        } finally {
            Files.writeString(rules, before);
            database.execute("SELECT pg_reload_conf()");
            database.execute("DROP ROLE " + role);
        }
    }

    @Test
    void a_closed_port_an_unknown_name_and_a_stranger_behind_the_port_are_told_apart() throws IOException {
        int closed;
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = once.getLocalPort();
        }
        assertThat(connecting("postgresql://u:p@127.0.0.1:" + closed + "/d", null))
                .anySatisfy(check -> assertThat(check.what()).contains("nothing listens there"));
        assertThat(connecting("postgresql://u:p@nowhere.invalid/d", null))
                .anySatisfy(check -> assertThat(check.what()).contains("No name server knows it"));
        try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!stranger.isClosed()) {
                    try (var client = stranger.accept()) {
                        client.getOutputStream().write("HTTP/1.1 400\r\n".getBytes(
                                StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            assertThat(connecting("postgresql://u:p@127.0.0.1:" + stranger.getLocalPort() + "/d", null))
                    .anySatisfy(check -> assertThat(check.what()).contains("Something else answers"));
        }
    }

    @Test
    void differences_are_grouped_and_a_change_of_form_only_is_recognised() {
        List<Check> found = new ArrayList<>();
        MismatchChecks.differences(Optional.of(comparison(new DifferenceRow("people", "1", "name", "changed", "Ada",
                "ADA "), new DifferenceRow("people", "2", "name", "changed", "Bob", "bob"),
                new DifferenceRow("people", "3", null, "missing", null, null))), Optional.empty(), found::add);
        assertThat(found.getFirst().what()).contains("3 rows differ", "people.name (2)", "people, rows missing (1)");
        assertThat(found.getLast().what()).isEqualTo("Yes, in 2 of the first 2.");
        found.clear();
        MismatchChecks.differences(Optional.of(comparison(new DifferenceRow("people", "1", "name", "changed", "Ada",
                "Bob"))), Optional.empty(), found::add);
        assertThat(found.getLast().found()).isEqualTo(Found.FINE);
    }

    @Test
    void a_lock_that_is_waited_for_missing_statistics_and_an_invalid_index_are_found() throws Exception {
        database.execute("CREATE TABLE t (k int PRIMARY KEY, v text)");
        database.execute("INSERT INTO t SELECT n, 'secret ' || n FROM generate_series(1, 100) n");
        database.execute("CREATE INDEX t_v ON t (v)");
        database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_v'::regclass");
        try (var holder = database.connect(); var waiter = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("UPDATE t SET v = 'secret' WHERE k = 1");
            var waiting = CompletableFuture.runAsync(() -> {
                try {
                    waiter.createStatement().execute("UPDATE t SET v = 'secret too' WHERE k = 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(slow())
                    .anySatisfy(check -> assertThat(check.what()).contains("waits for ")));
            List<Check> found = slow();
            holder.rollback();
            waiting.join();
            assertThat(found).anySatisfy(check -> assertThat(check.what()).isEqualTo("Yes: t_v."));
            assertThat(found).anySatisfy(check -> assertThat(check.what()).isEqualTo("Not these: t."));
            assertThat(found.toString()).doesNotContain("secret");
        }
        database.execute("ANALYZE t");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(slow())
                .filteredOn(check -> check.asked().startsWith("Were")).singleElement()
                .extracting(Check::found).isEqualTo(Found.FINE));
    }

    private List<Check> slow() throws SQLException {
        List<Check> found = new ArrayList<>();
        try (var connection = PostgresTarget.parse(database.url(), null).connectToLook(Duration.ofSeconds(3))) {
            SlowChecks.run(connection, "public", found::add);
        }
        return found;
    }

    private static List<Check> connecting(String url, @Nullable Secret password) {
        List<Check> found = new ArrayList<>();
        ConnectionChecks.run(PostgresTarget.parse(url, password), found::add);
        return found;
    }

    private static VerificationView comparison(DifferenceRow... rows) {
        return new VerificationView(1, "verify", VerificationView.Kind.SNAPSHOT, Instant.EPOCH, false, 10, rows.length,
                "They differ.", List.of(), List.of(rows), false);
    }
}
